"""Signs of life, with clocks that stand still, jump and belong to other machines."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from nashcore.runs import heart
from nashcore.runs.heart import SILENT_SECONDS, Beat, beating, last_beat, stopped


class Clock:
    """A steady clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    return clock


def written(path: Path, beat: Beat) -> None:
    path.write_text(json.dumps(beat.__dict__))


def test_a_heart_beats_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heart, "BEAT_SECONDS", 0.01)
    path = tmp_path / "heart"
    with beating(path):
        first = last_beat(path)
        assert first is not None
        assert first.process == os.getpid()
        end = time.monotonic() + 30
        while (now := last_beat(path)) is None or now.count < 5:
            assert time.monotonic() < end
        assert stopped(path) is None
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.stat().st_size == 512
    assert not path.exists()


def test_on_its_own_machine_a_heart_is_silent_after_so_long(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "heart"
    beat = Beat(12, "here", heart._boot(), 3, clock.now)
    written(path, beat)
    if not beat.boot:
        pytest.skip("this system does not tell its starts apart")
    clock.now += SILENT_SECONDS
    assert stopped(path) is None
    clock.now += 1
    assert stopped(path) == beat


def test_the_wall_clock_may_jump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "heart"
    with beating(path):
        for jump in (0.0, 1e10):
            monkeypatch.setattr(time, "time", lambda jump=jump: jump)
            os.utime(path, (jump, jump))
            assert stopped(path) is None


@pytest.mark.parametrize("boot", ["", "another machine"])
def test_from_elsewhere_the_count_is_watched(tmp_path: Path, clock: Clock, boot: str) -> None:
    path = tmp_path / "heart"
    beat = Beat(12, "there", boot, 3, 9e9)  # their clock says nothing here
    written(path, beat)
    assert stopped(path) is None
    clock.now += SILENT_SECONDS - 1
    beat = replace(beat, count=4)
    written(path, beat)
    assert stopped(path) is None
    clock.now += SILENT_SECONDS - 1
    assert stopped(path) is None
    clock.now += 2
    assert stopped(path) == beat
    written(path, replace(beat, count=5))
    assert stopped(path) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"process": 1}', b"\xff" * 600, b"[" * 512])
def test_a_damaged_heart_says_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "heart"
    path.write_bytes(content)
    assert last_beat(path) is None
    assert stopped(path) is None


def test_what_stands_in_its_place_is_neither_followed_nor_waited_for(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    link, fifo = tmp_path / "link", tmp_path / "fifo"
    link.symlink_to(other)
    os.mkfifo(fifo)
    with beating(link):
        pass
    heart._write(fifo, 1)
    assert other.read_text() == "mine"
    assert last_beat(fifo) is None
    assert last_beat(tmp_path) is None
    assert last_beat(tmp_path / "nothing") is None


def test_a_heart_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    with beating(tmp_path / "no folder" / "heart"):
        assert stopped(tmp_path / "no folder" / "heart") is None


def test_who_wakes_from_a_long_pause_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heart, "BEAT_SECONDS", 0.01)
    woke: list[int] = []
    steady, jump = time.monotonic, [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: steady() + jump[0])
    with beating(tmp_path / "heart", lambda: woke.append(1)):
        time.sleep(0.1)
        assert woke == []
        jump[0] = SILENT_SECONDS
        end = steady() + 30
        while len(woke) < 2:
            assert steady() < end
            time.sleep(0.01)
