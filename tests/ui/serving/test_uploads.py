"""Who may load up a file, and how much may be held."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from nashcore.runs import Limits, Shelves, runs_home
from ui.serving import uploads
from ui.serving.uploads import MOST_OF_ALL, MOST_OF_ONE, PATH, Uploads
from ui.shell import sharing
from ui.shell.sharing import COOKIE, Code, Sharing, token_for

CODES = {"physics-7b-2026": Code("physics-7b-2026")}
MB = 1_000_000


@pytest.fixture(autouse=True)
def shared_by_nobody() -> Iterator[None]:
    yield
    sharing.share(None)


async def _behind(scope: Any, receive: Any, send: Any) -> None:
    await asyncio.sleep(0.01)
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def _ask(
    gate: Uploads, size: object = MB, session: str = "anne", method: str = "PUT", cookie: str = ""
) -> int:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"cookie", f"{COOKIE}={cookie}".encode())]
    if size is not None:
        headers.append((b"content-length", str(size).encode()))
    scope = {"type": "http", "method": method, "path": f"{PATH}{session}/file", "headers": headers}
    await gate(scope, None, send)  # type: ignore[arg-type]
    return int(sent[0]["status"])


def asked(gate: Uploads, **how: Any) -> int:
    return asyncio.run(_ask(gate, **how))


def test_whoever_has_the_lab_to_themselves_loads_up() -> None:
    assert asked(Uploads(_behind)) == 204


def test_who_is_unknown_fills_no_memory() -> None:
    token = token_for("physics-7b-2026", Shelves(runs_home()))
    for way, demo in (("code", False), ("code", True), (None, True)):
        sharing.share(Sharing(Limits(), way, demo, CODES))  # type: ignore[arg-type]
        for cookie in ("", "nonsense", f"{token}0"):
            assert asked(Uploads(_behind), cookie=cookie) == 403
            assert asked(Uploads(_behind), cookie=cookie, method="DELETE") == 204
        assert asked(Uploads(_behind), cookie=token) == (204 if way == "code" else 403)


@pytest.mark.parametrize("size", [None, "", "-1", "1e3", "²", "9" * 5000])
def test_a_file_comes_with_its_length(size: object) -> None:
    async def ask() -> int:
        return await _ask(Uploads(_behind), size=None if size is None else str(size))

    assert asyncio.run(ask()) == 411


def test_files_that_are_held_count() -> None:
    held = {"anne": MOST_OF_ONE - 10 * MB, "ben": 0}
    gate = Uploads(_behind, lambda: held)
    assert asked(gate, size=10 * MB) == 204
    assert asked(gate, size=11 * MB) == 413
    assert asked(gate, size=11 * MB, session="ben") == 204
    held |= {str(number): MOST_OF_ONE for number in range(3)}
    assert sum(held.values()) > MOST_OF_ALL
    assert asked(gate, size=1, session="ben") == 413


def test_files_that_come_at_once_count() -> None:
    gate = Uploads(_behind, dict)

    async def all_at_once() -> list[int]:
        return await asyncio.gather(*(_ask(gate, size=190 * MB) for _ in range(20)))

    assert sorted(asyncio.run(all_at_once())) == [204] * 3 + [413] * 17
    assert asked(gate, size=MOST_OF_ONE) == 204, "what has come is not on its way any more"


def test_streamlit_holds_files_where_they_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
    from streamlit.runtime.uploaded_file_manager import UploadedFileRec

    kept = MemoryUploadedFileManager("")
    kept.add_file("anne", UploadedFileRec("1", "a.csv", "text/csv", b"12345"))
    kept.add_file("anne", UploadedFileRec("2", "b.csv", "text/csv", b"12"))

    class _Runtime:
        uploaded_file_mgr = kept

    monkeypatch.setattr(uploads.runtime, "exists", lambda: True)
    monkeypatch.setattr(uploads.runtime, "get_instance", _Runtime)
    assert uploads._held() == {"anne": 7}
