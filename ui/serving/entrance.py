"""The door of a class: a plain page that takes a class code, and gives the browser a token for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from nashcore.runs import Shelves, runs_home
from ui.shell.sharing import COOKIE, Code, known_by_token, token_for

ENTER, LEAVE = "/enter", "/leave"
HOURS = 12
MOST_BYTES = 1_000
MOST_TRIES, TRIES_SECONDS = 20, 300.0
"""So many wrong codes from one address in that time; then it has to wait."""

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Nash Bargaining Lab</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.05rem/1.5 system-ui, sans-serif; max-width: 26rem; margin: 12vh auto; padding: 0 1rem; }}
h1 {{ font-family: Georgia, serif; font-size: 1.6rem; }}
input, button {{ font: inherit; padding: .5rem .7rem; width: 100%; box-sizing: border-box; margin-top: .4rem; }}
button {{ background: #0B6E69; color: #fff; border: 0; border-radius: .35rem; cursor: pointer; }}
</style>
<h1>Nash Bargaining Lab</h1>
<form method="post" action="/enter">
<label for="code">Class code</label>
<input id="code" name="code" type="password" autocomplete="off" maxlength="64" required autofocus>
<button>Enter</button>
</form>
<p role="status">{says}</p>
<p>All who enter with it see the runs of the class. A run is stopped and deleted by who started it, in this browser, and by the
teacher.</p>
</html>"""

_WRONG = "This is no class code here."
_TOO_MANY = "Too many wrong codes came from here. Try again in a few minutes."


@dataclass
class Tries:
    """Wrong codes, by the address that they came from.

    Attributes:
        clock: the time, in seconds.
    """

    clock: Callable[[], float] = time.monotonic
    _wrong: dict[str, list[float]] = field(default_factory=dict)

    def too_many(self, address: str) -> bool:
        """Whether this address has to wait."""
        self._forget()
        return len(self._wrong.get(address, ())) >= MOST_TRIES

    def wrong(self, address: str) -> None:
        """Note a wrong code."""
        self._wrong.setdefault(address, []).append(self.clock())

    def _forget(self) -> None:
        since = self.clock() - TRIES_SECONDS
        recent = {address: [when for when in tries if when > since] for address, tries in self._wrong.items()}
        self._wrong = {address: tries for address, tries in recent.items() if tries}


def routes(codes: Mapping[str, Code]) -> list[Route]:
    """The pages with which visitors come in and go."""
    tries = Tries()

    async def enter(request: Request) -> Response:
        if request.method != "POST":
            return _page("")
        code = parse_qs((await _body(request)).decode(errors="replace")).get("code", [""])[0].strip()
        address = _household(request.client.host if request.client else "")
        if tries.too_many(
            address
        ):  # asked with the code in hand: many who come at once are counted one by one
            return _page(_TOO_MANY, 429)
        if code not in codes:
            tries.wrong(address)
            return _page(_WRONG, 403)
        token = await run_in_threadpool(_token, code, codes, request.cookies.get(COOKIE, ""))
        answer = RedirectResponse("/", 303)
        _keep(answer, token, 3600 * HOURS, request)
        return answer

    async def leave(request: Request) -> Response:
        if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            return RedirectResponse(
                "/", 303
            )  # another site's link would take the number by which runs are one's own
        answer = RedirectResponse(ENTER, 303)
        _keep(answer, "", 0, request)
        return answer

    return [Route(ENTER, enter, methods=["GET", "POST"]), Route(LEAVE, leave, methods=["GET"])]


def _keep(answer: Response, token: str, seconds: int, request: Request) -> None:
    """Have the browser keep the token: no script sees it, and no other site's page sends it along."""
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, token, max_age=seconds, httponly=True, secure=secure, samesite="lax")


def _household(address: str) -> str:
    """The address; of IPv6 the first half, since whoever has one address there has 2^64 of them."""
    try:
        found = ip_address(address)
    except ValueError:  # what a proxy calls a visitor
        return address
    if found.version == 4 or found.ipv4_mapped is not None:
        return address
    return str(ip_network((found, 64), strict=False))


async def _body(request: Request) -> bytes:
    """The form as it was sent; of one that is too long to be one, nothing."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return b""
    return body


def _token(code: str, codes: Mapping[str, Code], before: str) -> str:
    """A token for the code, with the number that this browser has, so that its runs stay its own."""
    shelves = Shelves(runs_home())
    number = before.split(".")[1] if known_by_token(before, codes, shelves) else None
    return token_for(code, shelves, number)


def _page(says: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(says=says), status, headers={"Cache-Control": "no-store"})
