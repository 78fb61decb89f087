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

    def __init__(self) -> None:
        self.app, self.cookies = Starlette(routes=routes(CODES)), dict[str, str]()

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
        """Status, headers and text of an answer."""
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
        scope |= {"headers": [(b"cookie", cookie.encode())], "scheme": "http", "server": ("localhost", 1)}
        asyncio.run(self.app({**scope, "client": ("127.0.0.1", 5)}, receive, send))
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        if "set-cookie" in headers:
            name, _, value = headers["set-cookie"].partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return sent[0]["status"], headers, b"".join(part["body"] for part in sent[1:]).decode()


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


def test_who_waited_may_try_again() -> None:
    now = 0.0
    tries = Tries(lambda: now)
    for _ in range(MOST_TRIES):
        tries.wrong("here")
    assert tries.too_many("here")
    assert not tries.too_many("there")
    now = TRIES_SECONDS + 1
    assert not tries.too_many("here")
