"""What every request passes before Streamlit sees it, and the headers that every answer gets."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.serving.headers import headers_for
from ui.serving.names import Names

MISDIRECTED, FORBIDDEN, NOT_FOUND = 421, 403, 404

_CLOSED = "/_stcore/metrics"
"""Where Streamlit tells everybody how many visitors there are and what is kept in memory."""


@dataclass(frozen=True)
class Gate:
    """An ASGI layer that refuses requests under other names and from other sites' pages, handshakes of WebSockets among them.

    Streamlit, asked by a page that it does not know, looks up its own address on the internet: it never gets to see such a page.
    The browser is told to load nothing from elsewhere, and to let nobody else frame the app.

    Attributes:
        app: what is behind the gate.
        names: of this server.
        embed: see `headers_for`.
    """

    app: ASGIApp
    names: Names = field(default_factory=Names)
    embed: tuple[str, ...] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = headers_for(self.embed)

        async def sealed(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                MutableHeaders(scope=message).update(headers)
            await send(message)

        refusal = self._refusal(Headers(scope=scope))
        if refusal is None and scope["path"].rstrip("/").endswith(_CLOSED):
            refusal = PlainTextResponse("There is nothing here.\n", NOT_FOUND)
        if refusal is None:
            await self.app(scope, receive, sealed)
        elif scope["type"] == "http":
            await refusal(scope, receive, sealed)
        else:
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: HTTP 403

    def _refusal(self, headers: Headers) -> Response | None:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or not self.names.answers_to(hosts[0]):
            return PlainTextResponse(unknown_name(hosts[0] if len(hosts) == 1 else ""), MISDIRECTED)
        if len(origins) > 1 or (origins and not self.names.is_own(origins[0], hosts[0])):
            return PlainTextResponse(
                "Another site's page asked. The Nash Bargaining Lab answers its own pages only.\n", FORBIDDEN
            )
        return None


def unknown_name(host: str) -> str:
    """What a browser shows that asks under a name which nobody named; of the name, only what a name can hold."""
    name = "".join(
        letter for letter in host.lower() if letter.isascii() and (letter.isalnum() or letter in ".-:[]")
    )[:80]
    return (
        "The Nash Bargaining Lab is here, but it does not answer to this name.\n\n"
        f"Whoever serves it names it at the start:  nash-lab serve --host {name or 'lab.example.org'}\n"
        "(Started as `streamlit run app.py`, the setting is server.allowedHosts.)\n"
    )
