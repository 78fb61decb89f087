"""The page that takes a class code."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from nashcore.runs import Shelves, runs_home
from ui.serving.entrance import MOST_TRIES, TRIES_SECONDS, Tries, routes
from ui.shell.sharing import COOKIE, Code, known_by_token

CODES = {"physics-7b-2026": Code("physics-7b-2026"), "chemistry-8a": Code("chemistry-8a")}


class _Browser:
    """Asks the entrance's pages, and keeps its cookie."""

    def __init__(self, address: str = "127.0.0.1", app: Starlette | None = None) -> None:
        self.app, self.cookies = app or Starlette(routes=routes(CODES)), dict[str, str]()
        self.address = address

    def ask(
        self, path: str, form: dict[str, str] | None = None, link: str = "same-origin"
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and text of an answer to a click on a link of this origin, or another (``link``)."""
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": urlencode(form or {}).encode()}

        async def send(message: Message) -> None:
            sent.append(message)

        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        scope = {
            "type": "http",
            "method": "GET" if form is None else "POST",
            "path": path,
            "query_string": b"",
        }
        headers = [(b"cookie", cookie.encode()), (b"sec-fetch-site", link.encode())]
        scope |= {"headers": headers, "scheme": "http", "server": ("localhost", 1)}
        asyncio.run(self.app({**scope, "client": (self.address, 5)}, receive, send))
        answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        if "set-cookie" in answered:
            name, _, value = answered["set-cookie"].partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return sent[0]["status"], answered, b"".join(part["body"] for part in sent[1:]).decode()


def test_a_code_that_is_known_lets_in() -> None:
    visitor = _Browser()
    assert "Class code" in visitor.ask("/enter")[2]
    status, headers, _ = visitor.ask("/enter", {"code": " physics-7b-2026 "})
    assert (status, headers["location"]) == (303, "/")
    cookie = headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "physics" not in cookie
    who = known_by_token(visitor.cookies[COOKIE], CODES, Shelves(runs_home()))
    assert who is not None
    visitor.ask("/enter", {"code": "chemistry-8a"})
    again = known_by_token(visitor.cookies[COOKIE], CODES, Shelves(runs_home()))
    assert again is not None
    assert (again.title, again.visitor.name) == ("chemistry-8a", who.visitor.name)
    left = visitor.ask("/leave")[1]
    assert left["location"] == "/enter"
    assert "Max-Age=0" in left["set-cookie"]
    assert visitor.cookies == {COOKIE: ""}


@pytest.mark.parametrize("link", ["cross-site", "same-site"])
def test_no_other_site_s_link_takes_a_visitor_s_number(link: str) -> None:
    visitor = _Browser()
    visitor.ask("/enter", {"code": "physics-7b-2026"})
    status, headers, _ = visitor.ask("/leave", link=link)
    assert (status, headers["location"]) == (303, "/")
    assert visitor.cookies[COOKIE]
    assert visitor.ask("/leave", link="none")[1]["location"] == "/enter"
    assert not visitor.cookies[COOKIE]


@pytest.mark.parametrize("code", ["", "wrong-code", "PHYSICS-7B-2026", "x" * 100_000, "<script>"])
def test_others_stay_out(code: str) -> None:
    status, headers, text = _Browser().ask("/enter", {"code": code})
    assert status == 403
    assert "set-cookie" not in headers
    assert "<script>" not in text


def test_codes_cannot_be_tried_for_long() -> None:
    visitor = _Browser()
    for number in range(MOST_TRIES):
        assert visitor.ask("/enter", {"code": f"guess-{number:04}"})[0] == 403
    assert visitor.ask("/enter", {"code": "physics-7b-2026"})[0] == 429


@pytest.mark.parametrize(
    ("own", "others"),
    [
        ("2001:db8:0:1::{}", "2001:db8:0:2::1"),
        ("192.168.1.5", "192.168.1.6"),
        ("::ffff:192.168.1.5", "::ffff:192.168.1.6"),
        ("a proxy's word", "another"),
    ],
)
def test_nobody_has_more_tries_by_having_many_addresses(own: str, others: str) -> None:
    app = _Browser().app
    for number in range(MOST_TRIES):
        assert _Browser(own.format(number), app).ask("/enter", {"code": "wrong-code"})[0] == 403
    assert _Browser(own.format("beef"), app).ask("/enter", {"code": "wrong-code"})[0] == 429
    assert _Browser(others, app).ask("/enter", {"code": "wrong-code"})[0] == 403


def test_codes_cannot_be_tried_all_at_once() -> None:
    """Everybody is at the door before the first says a code."""
    app, guesses = Starlette(routes=routes(CODES)), 3 * MOST_TRIES

    async def guess(number: int, all_here: asyncio.Barrier) -> int:
        sent: list[Message] = []

        async def receive() -> Message:
            await all_here.wait()
            return {"type": "http.request", "body": urlencode({"code": f"guess-{number:04}"}).encode()}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": "/enter", "query_string": b"", "headers": []}
        await app({**scope, "client": ("127.0.0.1", 5)}, receive, send)
        return int(sent[0]["status"])

    async def all_guess() -> list[int]:
        all_here = asyncio.Barrier(guesses)
        return await asyncio.gather(*(guess(number, all_here) for number in range(guesses)))

    assert sorted(asyncio.run(all_guess())) == [403] * MOST_TRIES + [429] * (guesses - MOST_TRIES)


def test_who_waited_may_try_again() -> None:
    now = 0.0
    tries = Tries(lambda: now)
    for _ in range(MOST_TRIES):
        tries.wrong("here")
    assert tries.too_many("here")
    assert not tries.too_many("there")
    now = TRIES_SECONDS + 1
    assert not tries.too_many("here")
