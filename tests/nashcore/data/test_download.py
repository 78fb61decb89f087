"""Downloads, against a server on the loopback that behaves well and badly."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from nashcore.data import download, sources
from nashcore.data.catalogue import DATASETS, Dataset, Download
from nashcore.data.download import download_table
from nashcore.errors import InputError
from tests.nashcore.data.published_files import semicolon_file, zipped

TABLE = b"age,y\n" + b"".join(b"%d,%s\n" % (age, b"yes" if age % 3 else b"no") for age in range(2000))
ARCHIVE = zipped({"bank.zip": zipped({"bank-full.csv": semicolon_file(TABLE.decode())})})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    asked: list[str]
    let_go: threading.Event


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        path = self.path
        self.server.asked.append(path)
        if path == "/missing.zip":
            self.send_error(404)
            return
        if path == "/busy.zip" or (path == "/busy-once.zip" and len(self.server.asked) == 1):
            self.send_error(503)
            return
        body = {"/other.zip": zipped({"bank-full.csv": b"a;b\n1;2\n"}), "/page.zip": b"<html>"}.get(
            path, ARCHIVE
        )
        self.send_response(200)
        if path != "/unsaid.zip":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if path == "/truncated.zip":
            self.wfile.write(body[: len(body) // 2])
        elif path == "/stalled.zip":
            self.wfile.write(body[:100])
            self.wfile.flush()
            self.server.let_go.wait(20)
        else:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = _Server(("127.0.0.1", 0), _Handler)
    server.asked, server.let_go = [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.let_go.set()
    server.shutdown()
    thread.join()
    server.server_close()


def _dataset(server: _Server, path: str, **changed: object) -> Dataset:
    url = f"http://127.0.0.1:{server.server_address[1]}{path}"
    fetched = replace(Download(url, ("bank-full.csv",)), **changed)
    return replace(DATASETS["bank"], download=fetched, sha256=sha256(TABLE).hexdigest())


def _fetch(dataset: Dataset, home: Path, **options: object) -> Path:
    return download_table(dataset, home, **{"timeout": (2.0, 0.3), "attempts": 2, "pause": 0.0, **options})


def test_a_good_file_becomes_the_catalogues_table(server: _Server, tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    seen: list[tuple[int, int]] = []
    path = _fetch(_dataset(server, "/good.zip"), home, progress=lambda *counts: seen.append(counts))
    assert path == home / "bank.csv"
    assert path.read_bytes() == TABLE
    assert [found.name for found in home.iterdir()] == ["bank.csv"], "something was left behind"
    assert seen[-1] == (len(ARCHIVE), len(ARCHIVE))
    assert server.asked == ["/good.zip"]


def test_a_published_checksum_is_compared(server: _Server, tmp_path: Path) -> None:
    good = _dataset(server, "/good.zip", sha256=sha256(ARCHIVE).hexdigest())
    assert _fetch(good, tmp_path).read_bytes() == TABLE


def test_a_server_that_does_not_say_the_size(server: _Server, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    _fetch(_dataset(server, "/unsaid.zip"), tmp_path, progress=lambda *counts: seen.append(counts))
    assert seen[-1] == (len(ARCHIVE), 0)


def test_a_server_that_was_busy_is_asked_again(server: _Server, tmp_path: Path) -> None:
    assert _fetch(_dataset(server, "/busy-once.zip"), tmp_path).read_bytes() == TABLE
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("path", "changed", "message", "asked"),
    [
        ("/truncated.zip", {}, "broke before the whole file had arrived", 2),
        ("/stalled.zip", {}, "stopped answering", 2),
        ("/missing.zip", {}, "answers with the error 404", 1),
        ("/busy.zip", {}, "answers with the error 503", 2),
        ("/good.zip", {"sha256": "0" * 64}, "sent has the wrong checksum", 2),
        ("/good.zip", {"size": 1000}, "should send at most 1,000 bytes. It sends more", 1),
        ("/unsaid.zip", {"size": 1000}, "should send at most 1,000 bytes. It sends more", 1),
        ("/other.zip", {}, "The table made of the archive should have the checksum", 1),
        ("/page.zip", {}, "The archive should be a complete zip file", 1),
    ],
)
def test_a_bad_download_is_named_and_never_used(
    server: _Server, tmp_path: Path, path: str, changed: dict[str, object], message: str, asked: int
) -> None:
    dataset = _dataset(server, path, **changed)
    assert dataset.download is not None
    with pytest.raises(InputError) as refused:
        _fetch(dataset, tmp_path)
    sentence = str(refused.value)
    assert message in sentence
    assert sentence.startswith("bank could not be downloaded. ")
    place = f"{path[1:]} from {dataset.download.url}, or bank-full.csv out of it, into {tmp_path}."
    assert sentence.endswith(f"Or put {place}")
    assert list(tmp_path.iterdir()) == [], "something was left behind"
    assert len(server.asked) == asked


def test_no_network_is_said(tmp_path: Path, server: _Server) -> None:
    dataset = _dataset(server, "/good.zip", url="http://127.0.0.1:9/bank.zip")
    with pytest.raises(InputError, match="cannot be reached: there may be no network"):
        _fetch(dataset, tmp_path)


def test_a_home_that_cannot_be_written_is_said(server: _Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(
        InputError, match=r"bank could not be kept in .*Choose another folder with NASH_DATA_HOME"
    ):
        _fetch(_dataset(server, "/good.zip"), tmp_path / "file" / "home")


def test_a_dataset_without_an_archive_is_explained(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"titanic has no public archive to download. Put titanic.csv"):
        download_table(DATASETS["titanic"], tmp_path)


def test_loading_downloads_only_when_allowed(
    server: _Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = _dataset(server, "/good.zip")
    wide = replace(dataset, sensitive={})  # the small table here has no such column
    monkeypatch.setattr(sources, "get_dataset", lambda _: wide)
    monkeypatch.setattr(download, "ATTEMPTS", 1)
    with pytest.raises(InputError, match="Download it"):
        sources.load("bank")
    assert server.asked == []
    loaded = sources.load("bank", download=True)
    assert (loaded.place, loaded.exact, len(loaded.frame)) == ("download", True, 2000)
    assert sources.load("bank").place == "data home"
    assert len(server.asked) == 1
    assert (home / "bank.csv").is_file()


def test_the_whole_table_is_fetched_although_a_part_is_carried(
    server: _Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        sources,
        "get_dataset",
        lambda _: replace(_dataset(server, "/good.zip"), bundled="a part", sensitive={}),
    )
    assert sources.availability("bank").place == "carried"
    assert sources.fetch("bank") == home / "bank.csv"
    assert sources.load("bank").place == "data home"
