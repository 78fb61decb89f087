"""Fetch a public archive, check it, and keep its table in the data home."""

from __future__ import annotations

import hashlib
import logging
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pooch

from nashcore.data.archive import read_members
from nashcore.data.catalogue import Dataset, Download
from nashcore.data.uci import to_csv
from nashcore.errors import InputError

CONNECT_SECONDS, READ_SECONDS = 10.0, 30.0
"""How long to wait for a connection, and for the next bytes on it."""

ATTEMPTS = 3
"""How often a download is tried; a refusal by the server (such as 404) is not tried again."""

Progress = Callable[[int, int], None]
"""Called with the bytes fetched so far and the bytes expected (0 where the server does not say)."""

pooch.get_logger().setLevel(logging.WARNING)  # its remarks would land in the middle of a progress bar


class _TooLargeError(Exception):
    """The server sends more than the catalogue allows."""


def download_table(
    dataset: Dataset,
    home: Path,
    progress: Progress | None = None,
    *,
    timeout: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
    attempts: int = ATTEMPTS,
    pause: float = 1.0,
) -> Path:
    """Download a dataset and keep its table as a CSV file in the data home.

    The archive lands in a temporary folder, its checksum is compared where one is published, and the table
    made of it must be the catalogue's byte for byte. Only then is it moved into place, so a broken download
    is never used.

    Args:
        dataset: what to fetch.
        home: the data home; made when it is not there.
        progress: told about the bytes that arrive.
        timeout: seconds to wait for a connection, and for the next bytes.
        attempts: how often to try.
        pause: seconds before the second attempt; each later pause is twice as long.

    Returns:
        The path of the CSV file.

    Raises:
        InputError: there is nothing to download, the server cannot be reached, or what it sends is not the
            table. The message names the file, where to get it, and the folder to put it in.
    """
    wanted = dataset.download
    if wanted is None:
        raise InputError(
            f"Dataset {dataset.name} has no public archive to download. {by_hand(dataset, home)}"
        )
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".download-", dir=home) as folder:
            archive = _fetch(wanted, Path(folder), progress, timeout, attempts, pause)
            content = to_csv(dataset.name, read_members(archive, wanted.members))
            _check(content, dataset)
            part = Path(folder) / f"{dataset.name}.csv"
            part.write_bytes(content)
            return part.replace(home / part.name)
    except InputError as error:
        raise InputError(
            f"{dataset.name} could not be downloaded. {error} {by_hand(dataset, home, 'Or put')}"
        ) from error
    except OSError as error:
        raise InputError(
            f"{dataset.name} could not be kept in {home}: {error.strerror or error}. Choose another folder "
            "with NASH_DATA_HOME."
        ) from error


def by_hand(dataset: Dataset, home: Path, start: str = "Put") -> str:
    """Which file to get, from where, and the folder to put it in, in plain sentences.

    Args:
        dataset: what is wanted.
        home: the data home.
        start: how to begin where there is a download as well.
    """
    if dataset.download is not None:
        inside = " and ".join(dataset.download.members)
        return f"{start} {dataset.download.name} from {dataset.download.url}, or {inside} out of it, into {home}."
    wanted = f"{dataset.name}.csv ({dataset.rows:,} rows, {dataset.columns} columns)"
    instruction = f"Put {wanted} from {dataset.source} into {home}."
    return f"{instruction} {dataset.by_hand}" if dataset.by_hand else instruction


def _fetch(
    wanted: Download,
    folder: Path,
    progress: Progress | None,
    timeout: tuple[float, float],
    attempts: int,
    pause: float,
) -> bytes:
    problem, cause = f"{wanted.url} was not asked", Exception()
    for attempt in range(attempts):
        if attempt:
            time.sleep(pause * 2 ** (attempt - 1))
        try:
            path = pooch.retrieve(
                wanted.url,
                known_hash=None if wanted.sha256 is None else f"sha256:{wanted.sha256}",
                fname=wanted.name,
                path=folder,
                downloader=_Bounded(wanted.size, progress, timeout),
            )
            return Path(path).read_bytes()
        except _TooLargeError:
            raise InputError(
                f"{wanted.url} should send at most {wanted.size:,} bytes. It sends more: the file has "
                "changed."
            ) from None
        except OSError as error:
            if error.errno is not None:  # the disk's; those of the network carry no number
                raise
            problem, cause = _what_happened(error, wanted.url), error
            if _refused(error):
                break
        except ValueError as error:  # pooch's way to say that the checksum is another
            problem = f"What {wanted.url} sent has the wrong checksum: the file is damaged or has changed"
            cause = error
    raise InputError(f"{problem}. Try again later.") from cause


@dataclass(frozen=True)
class _Bounded:
    """A downloader for pooch that stops at a size, gives up on a silent server and reports progress."""

    size: int
    progress: Progress | None
    timeout: tuple[float, float]

    def __call__(self, url: str, output_file: str, registry: object) -> None:
        with ExitStack() as stack:

            def close_later(response: Any, *_: object, **__: object) -> None:
                stack.callback(response.close)  # pooch leaves a response that it gave up on open

            sink = _Sink(stack.enter_context(Path(output_file).open("wb")), self.size, self.progress)
            hooks = {"response": close_later}
            fetch = pooch.HTTPDownloader(
                progressbar=sink, chunk_size=65_536, timeout=self.timeout, hooks=hooks
            )
            fetch(url, sink, registry)


class _Sink:
    """The file that pooch writes to, which refuses to grow past a size, and its progress bar in one.

    As a bar it only learns the total: pooch counts whole chunks, the file counts bytes.
    """

    def __init__(self, file: BinaryIO, size: int, progress: Progress | None) -> None:
        self.total = 0
        self._file, self._size, self._progress, self._done = file, size, progress, 0

    def write(self, content: bytes) -> int:
        self._done += len(content)
        if self._done > self._size or self.total > self._size:
            raise _TooLargeError
        if self._progress is not None:
            self._progress(self._done, self.total)
        return self._file.write(content)

    def flush(self) -> None:
        self._file.flush()

    def update(self, count: int) -> None:
        """Left to `write`."""

    def reset(self) -> None:
        """Left to `write`."""

    def close(self) -> None:
        """The file is closed by whoever opened it."""


def _check(content: bytes, dataset: Dataset) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != dataset.sha256:
        raise InputError(
            f"The table made of the archive should have the checksum {dataset.sha256[:12]}... Found "
            f"{found[:12]}...: the archive has changed."
        )


def _refused(error: OSError) -> bool:
    status = getattr(getattr(error, "response", None), "status_code", None)
    return status is not None and 400 <= status < 500


def _what_happened(error: OSError, url: str) -> str:
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status is not None:
        return f"{url} answers with the error {status}"
    words = str(error).lower()
    if "timed out" in words or "timeout" in words:
        return f"{url} stopped answering"
    if "incompleteread" in words or "connection broken" in words:
        return f"The connection to {url} broke before the whole file had arrived"
    return f"{url} cannot be reached: there may be no network"
