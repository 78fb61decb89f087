"""What visitors may load up: those who are known, and no more at a time than the server's memory has room for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from nashcore.runs import Shelves, runs_home
from ui.shell.sharing import COOKIE, known_by_token, sharing

PATH = "/_stcore/upload_file/"
"""Where Streamlit takes a file: behind it stand the session and a name for the file."""

MOST_OF_ONE, MOST_OF_ALL = 600_000_000, 2_000_000_000
"""Bytes that the files of a page's session, and of all sessions, may have together. They stay in memory for the visit."""

FORBIDDEN, NO_LENGTH, TOO_LARGE = 403, 411, 413


def _held() -> dict[str, int]:
    """Bytes that are held for every session."""
    kept = runtime.get_instance().uploaded_file_mgr if runtime.exists() else None
    if not isinstance(kept, MemoryUploadedFileManager):
        return {}
    return {
        name: sum(len(file.data) for file in list(files.values()))
        for name, files in list(kept.file_storage.items())
    }


@dataclass
class Uploads:
    """An ASGI layer that refuses files of people who are unknown where the app is shared, and what would not fit.

    Streamlit asks nothing of who loads up but an open page, which everybody has who reaches the port, and sets a limit to each
    file but none to their number.

    Attributes:
        app: what is behind it.
        held: bytes held by now, by session.
    """

    app: ASGIApp
    held: Callable[[], dict[str, int]] = _held
    _coming: list[tuple[str, int]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "PUT" or not scope["path"].startswith(PATH):
            await self.app(scope, receive, send)
            return
        request, session = Request(scope), scope["path"].removeprefix(PATH).partition("/")[0]
        size = request.headers.get("content-length", "")
        refusal = _refuse_unknown(request) or self._refuse_size(session, size)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        self._coming.append((session, int(size)))  # many may come at once
        try:
            await self.app(scope, receive, send)
        finally:
            self._coming.remove((session, int(size)))

    def _refuse_size(self, session: str, size: str) -> Response | None:
        if not (size.isascii() and size.isdigit() and len(size) < 16):
            return PlainTextResponse("A file should come with its length.\n", NO_LENGTH)
        held = self.held()
        own = held.get(session, 0) + sum(coming for name, coming in self._coming if name == session)
        whole = sum(held.values()) + sum(coming for _, coming in self._coming)
        for there, most, whose in ((own, MOST_OF_ONE, "this page"), (whole, MOST_OF_ALL, "all pages")):
            if there + int(size) > most:
                said = (
                    f"The files of {whose} should have at most {most // 1_000_000} MB together. Found more.\n"
                )
                return PlainTextResponse(said, TOO_LARGE)
        return None


def _refuse_unknown(request: Request) -> Response | None:
    """Who signs in is known to Streamlit's session alone, and so let through: the limits hold for them all the same."""
    shared = sharing()
    if shared is None or shared.way == "login":
        return None
    shelves = Shelves(runs_home())
    if shared.way == "code" and known_by_token(request.cookies.get(COOKIE, ""), shared.codes, shelves):
        return None
    return PlainTextResponse(
        "This lab takes files of people who are known to it. Come in first.\n", FORBIDDEN
    )
