"""What the gate lets through, what it says to others, and what it adds to every answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ui.serving.gate import Gate, unknown_name
from ui.serving.names import Names


async def _behind(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    await send({"type": "http.response.body", "body": b"the app"})


def _ask(
    kind: str, *headers: tuple[str, str], gate: Gate | None = None, path: str = "/"
) -> list[dict[str, Any]]:
    """What is sent back to a request with these headers."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    scope = {
        "type": kind,
        "method": "GET",
        "path": path,
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
    }
    asyncio.run((gate or Gate(_behind, Names.of(["lab.example.org"])))(scope, receive, send))  # type: ignore[arg-type]
    return sent


HOST = ("Host", "localhost:8501")
OWN = ("Origin", "http://localhost:8501")


@pytest.mark.parametrize(
    "headers", [(HOST,), (HOST, OWN), (("Host", "lab.example.org"), ("Origin", "https://lab.example.org"))]
)
def test_its_own_pages_get_through(headers: tuple[tuple[str, str], ...]) -> None:
    page, body = _ask("http", *headers)
    assert (page["status"], body["body"]) == (200, b"the app")
    assert _ask("websocket", *headers) == [{"type": "websocket.accept"}]


FOREIGN = [
    ((HOST, ("Origin", "https://evil.org")), 403),
    ((HOST, ("Origin", "null")), 403),
    ((HOST, ("Origin", "http://localhost:3000")), 403),
    ((HOST, OWN, OWN), 403),
    ((("Host", "evil.org:8501"), ("Origin", "http://evil.org:8501")), 421),
    ((HOST, HOST), 421),
    ((), 421),
]


@pytest.mark.parametrize(("headers", "status"), FOREIGN)
def test_others_do_not(headers: tuple[tuple[str, str], ...], status: int) -> None:
    page, body = _ask("http", *headers)
    assert page["status"] == status
    assert b"the app" not in body["body"]
    assert _ask("websocket", *headers) == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/", "/lab/_stcore/metrics"])
def test_who_is_there_is_told_to_nobody(path: str) -> None:
    assert _ask("http", HOST, path=path)[0]["status"] == 404


def test_every_answer_says_what_a_browser_may_do() -> None:
    for headers in ((HOST,), (HOST, ("Origin", "null")), ()):
        said = dict(_ask("http", *headers)[0]["headers"])
        assert said[b"x-content-type-options"] == b"nosniff"
        assert said[b"referrer-policy"] == b"same-origin"
        policy = said[b"content-security-policy"].decode()
        assert "frame-ancestors 'self'" in policy
        assert "default-src 'self'" in policy
        assert "http" not in policy.replace("'self'", "")
    scripts = next(rule for rule in policy.split("; ") if rule.startswith("script-src"))
    assert "unsafe-inline" not in scripts
    assert "'unsafe-eval'" not in scripts


def test_named_pages_may_frame_it() -> None:
    said = dict(_ask("http", HOST, gate=Gate(_behind, embed=("https://course.example.org",)))[0]["headers"])
    assert b"frame-ancestors 'self' https://course.example.org" in said[b"content-security-policy"]


def test_an_unknown_name_is_told_which_switch_is_missing() -> None:
    assert "nash-lab serve --host lab.school.org:8501" in unknown_name("lab.school.org:8501")
    said = unknown_name("<script>alert(1)</script>\r\nX: y")
    assert "<" not in said
    assert "--host scriptalert1scriptx:y\n" in said
