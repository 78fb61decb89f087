"""The server as ``make app`` starts it: no handshake, whoever asks for it, makes it call anybody."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn

from nashcore.errors import InputError
from tests.server import serving
from ui.serving.launcher import GRACE_SECONDS, MOST_SAID, Serving, _limit_server

WATCH = """
import os, sys
_log = os.open({log!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
_WATCHED = {{"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname",
    "socket.gethostbyaddr", "socket.getnameinfo", "urllib.Request"}}
def _note(event, args):
    if event in _WATCHED:
        os.write(_log, (event + " " + repr(args[1:] if event.startswith("socket.con") else args) + "\\n").encode())
sys.addaudithook(_note)
"""

HANDSHAKES = {
    "a page of another site": ("localhost:{port}", "https://evil.example"),
    "a page of another site, by number": ("localhost:{port}", "http://93.184.216.34"),
    "another site's page over IPv6": ("[::1]:{port}", "http://[2001:db8::1]"),
    "a page in a sandbox": ("localhost:{port}", "null"),
    "a page on another port": ("localhost:{port}", "http://localhost:3000"),
    "a name that was made to lead here": ("evil.example:{port}", "http://evil.example:{port}"),
    "a number that leads here": ("127.0.0.1.nip.io:{port}", "http://127.0.0.1.nip.io:{port}"),
    "no name": ("", "http://localhost:{port}"),
    "no origin at all, from elsewhere": ("evil.example", None),
    "nonsense": ("localhost:{port}", "http://[::1"),
}
ADMITTED = {
    "its own page": ("localhost:{port}", "http://localhost:{port}"),
    "its own page by number": ("127.0.0.1:{port}", "http://127.0.0.1:{port}"),
    "its own page over IPv6": ("[::1]:{port}", "http://[::1]:{port}"),
    "a program": ("localhost:{port}", None),
}


def _status(port: int, path: str, host: str, origin: str | None, *, upgrade: bool) -> int:
    """The status that a request is answered with."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host.format(port=port)}"]
    if origin is not None:
        lines.append(f"Origin: {origin.format(port=port)}")
    if upgrade:
        lines += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
        lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: streamlit"]
    else:
        lines.append("Connection: close")
    with socket.create_connection(("127.0.0.1", port), timeout=60) as asked:
        asked.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return int(asked.recv(4096).split(b" ", 2)[1])


def _watch(folder: Path) -> tuple[dict[str, str], Path]:
    """The surroundings in which a Python process notes whom it calls, and where."""
    calls = folder / "calls.txt"
    (folder / "sitecustomize.py").write_text(WATCH.format(log=str(calls)))
    return {"PYTHONPATH": os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))}, calls


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], str]:
    """What a server answers to every handshake, and whom it called from its start to its end."""
    folder = tmp_path_factory.mktemp("watched")
    surroundings, calls = _watch(folder)
    answers = {}
    with serving(folder / "log.txt", surroundings=surroundings) as url:
        port = urlsplit(url).port
        assert port is not None
        for who, (host, origin) in (HANDSHAKES | ADMITTED).items():
            answers[who] = _status(port, "/_stcore/stream", host, origin, upgrade=True)
            for path in ("/", "/_stcore/health", "/_stcore/host-config"):
                answers[f"{who}: {path}"] = _status(port, path, host, origin, upgrade=False)
    return answers, calls.read_text() if calls.exists() else "the server was not watched"


def test_others_are_refused_before_streamlit_sees_them(watched: tuple[dict[str, int], str]) -> None:
    answers = watched[0]
    assert {who: answers[who] for who in HANDSHAKES} == dict.fromkeys(HANDSHAKES, 403)
    assert {answers[f"{who}: {path}"] for who in HANDSHAKES for path in ("/", "/_stcore/host-config")} <= {
        400,
        403,
        421,
    }
    assert {who: answers[who] for who in ADMITTED} == dict.fromkeys(ADMITTED, 101)


def test_the_watch_sees_what_streamlit_would_do(tmp_path: Path) -> None:
    """Without the gate and the launcher, the same handshake calls a server on the internet."""
    surroundings, calls = _watch(tmp_path)
    ask = "from streamlit.web.server.server_util import is_url_from_allowed_origins as asks; asks('https://evil.example')"
    settings = {
        "no_proxy": "",
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }  # nothing gets out
    subprocess.run(
        [sys.executable, "-c", ask], env={**os.environ, **settings, **surroundings}, check=True, timeout=120
    )
    assert "socket.connect" in calls.read_text()


def test_no_handshake_makes_the_server_call_anybody(watched: tuple[dict[str, int], str]) -> None:
    assert watched[1] == ""


@pytest.mark.parametrize("bad", [{"hosts": ("http://x",)}, {"address": "not a name"}])
def test_names_are_checked_before_anything_starts(bad: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Serving(**bad).names()  # type: ignore[arg-type]


def test_an_address_to_listen_at_is_a_name() -> None:
    assert Serving(address="192.168.1.5").names().answers_to("192.168.1.5:8501")
    assert Serving(address="fe80::1").names().answers_to("[fe80::1]:8501")
    assert not Serving(address="0.0.0.0").names().answers_to("0.0.0.0:8501")  # noqa: S104


def test_the_server_has_our_limits_whatever_streamlit_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who tells it to end does not wait for its readers, and no browser has it keep much by saying much."""
    monkeypatch.setattr("uvicorn.Config", uvicorn.Config)  # put back afterwards
    _limit_server()
    _limit_server()
    config = uvicorn.Config("app", ws_max_size=200_000_000)
    assert config.timeout_graceful_shutdown == GRACE_SECONDS
    assert config.ws_max_size == MOST_SAID
