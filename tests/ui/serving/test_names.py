"""Which names are this server's, and whose pages are its own."""

from __future__ import annotations

import pytest

from nashcore.errors import InputError
from ui.serving.names import Names, origin_of

NAMES = Names.of(["Lab.example.org", "lab.example.org:8443"])


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8501",
        "127.0.0.1:8501",
        "[::1]",
        "[::1]:8501",
        "LAB.example.org",
        "lab.example.org:9",
    ],
)
def test_own_names_on_any_port(host: str) -> None:
    assert NAMES.answers_to(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.org",
        "localhost.evil.org",
        "evil.org:localhost",
        "localhost@evil.org",
        "lab.example.org.evil.org",
        "localhost/",
        "localhost:",
        "localhost:x",
        "localhost:8501:8501",
        "::1",
        "[::2]",
        "127.0.0.1.nip.io",
        "127.1",
        "0.0.0.0",  # noqa: S104
        "localhost ",
        "*",
        "\u2139ocalhost",
    ],
)
def test_other_names(host: str) -> None:
    assert not NAMES.answers_to(host)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:8501", "localhost:8501"),
        ("HTTP://LOCALHOST:8501", "localhost:8501"),
        ("http://[::1]:8501", "[::1]:8501"),
        ("https://lab.example.org", "lab.example.org"),
        ("https://lab.example.org", "lab.example.org:443"),
        ("https://lab.example.org:443", "lab.example.org"),
        ("https://lab.example.org", "127.0.0.1:8501"),
        ("https://lab.example.org:8443", "127.0.0.1:8501"),
    ],
)
def test_own_pages(origin: str, host: str) -> None:
    assert NAMES.is_own(origin, host)


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "https://evil.org",
        "http://localhost",
        "http://localhost:3000",
        "http://127.0.0.1:8501",
        "http://localhost:8501/",
        "http://localhost:8501@evil.org",
        "http://evil.org#localhost:8501",
        "file://localhost:8501",
        "chrome-extension://localhost:8501",
        "https://lab.example.org:9",
        "https://lab.example.org.evil.org",
        "http://[::1",
        "http://localhost:8501, https://evil.org",
    ],
)
def test_other_pages(origin: str) -> None:
    assert not NAMES.is_own(origin, "localhost:8501")


@pytest.mark.parametrize(
    "name", ["", "https://lab.example.org", "*.example.org", "lab.example.org/path", "a b", "x;y"]
)
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="--host should be a name"):
        Names.of([name])


def test_origins_that_go_into_a_header() -> None:
    assert origin_of(" https://Course.example.org ", "--embed") == "https://course.example.org"
    for text in (
        "course.example.org",
        "*",
        "https://a.org; script-src *",
        "https://a.org/x",
        "https://a.org\r\nX: y",
    ):
        with pytest.raises(InputError, match="--embed should be an origin"):
            origin_of(text, "--embed")
