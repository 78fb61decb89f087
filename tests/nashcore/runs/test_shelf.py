"""What a visitor may do at a shelf, and what not."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.runs import shelf
from nashcore.runs.bundle import export_bundle
from nashcore.runs.bundle_import import import_bundle
from nashcore.runs.config import TrainingConfig
from nashcore.runs.places import ensure_worker
from nashcore.runs.run import Run
from nashcore.runs.shelf import SHOWN_ONLY, Shelf, Visitor
from nashcore.runs.shelves import Limits, Shelves
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out, serve
from tests.nashcore.runs.quick_config import own, own_table, quick_config

ANNE, BEN, TEACHER = Visitor("anne"), Visitor("ben"), Visitor("teacher", keeper=True)
LIMITS = Limits(runs=2)


@pytest.fixture
def seen_by(tmp_path: Path) -> Callable[[Visitor | None], Shelf]:
    """One class's shelf as a visitor sees it."""
    shelves = Shelves(tmp_path / "runs")
    store = shelves.store(shelves.name_of("class", "physics"))
    return lambda visitor: Shelf(store, visitor, LIMITS)


CHANGES: dict[str, Callable[[Shelf, str], object]] = {
    "stop": lambda shelf, run: shelf.stop(run),
    "rename": lambda shelf, run: shelf.rename(run, "another"),
    "tag": lambda shelf, run: shelf.tag(run, ["mine"]),
    "note": lambda shelf, run: shelf.note(run, "mine"),
    "delete models": lambda shelf, run: shelf.delete_models(run),
    "resume": lambda shelf, run: shelf.resume(run),
    "delete": lambda shelf, run: shelf.delete(run),
    "delete for good": lambda shelf, run: shelf.delete(run, for_good=True),
    "move": lambda shelf, run: shelf.queue.move(run, "last"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_run_is_changed_by_who_started_it_and_by_who_keeps_the_shelf(
    seen_by: Callable[[Visitor | None], Shelf], change: str
) -> None:
    do = CHANGES[change]
    for who in (ANNE, TEACHER):
        run = seen_by(ANNE).add(quick_config()).id
        assert seen_by(BEN).get(run).id == run
        with pytest.raises(InputError, match="was started by somebody else"):
            do(seen_by(BEN), run)
        with pytest.raises(InputError, match="demonstration"):
            do(seen_by(None), run)
        assert seen_by(BEN).get(run).state == "waiting"
        if change != "move":
            seen_by(ANNE).stop(run)
        do(seen_by(who), run)
        if change not in ("delete", "delete for good"):
            seen_by(ANNE).stop(run)
            seen_by(ANNE).delete(run, for_good=True)
        elif change == "delete":
            seen_by(ANNE).delete(run, for_good=True)


def test_only_who_keeps_the_shelf_lets_a_run_go_before_others(
    seen_by: Callable[[Visitor | None], Shelf],
) -> None:
    first, mine = seen_by(BEN).add(quick_config()).id, seen_by(ANNE).add(quick_config()).id
    for to in ("first", "earlier"):
        with pytest.raises(InputError, match="before others"):
            seen_by(ANNE).queue.move(mine, to)
    seen_by(TEACHER).queue.move(mine, "first")
    assert seen_by(BEN).queue.waiting() == [mine, first]


def test_the_trash_is_everybodys_own(seen_by: Callable[[Visitor | None], Shelf]) -> None:
    run = seen_by(ANNE).add(quick_config()).id
    seen_by(ANNE).stop(run)
    seen_by(ANNE).delete(run)
    for who in (BEN, None):
        with pytest.raises(InputError):
            seen_by(who).trash.restore(run)
        with pytest.raises(InputError):
            seen_by(who).trash.empty()
        with pytest.raises(InputError):
            seen_by(who).delete(run, for_good=True)
    with pytest.raises(InputError, match="other people's"):
        seen_by(ANNE).trash.empty()
    seen_by(ANNE).trash.restore(run)
    assert seen_by(BEN).get(run).id == run
    seen_by(TEACHER).delete(run)
    assert seen_by(TEACHER).trash.empty() == 1


def test_a_visitor_keeps_so_many_runs_and_others_theirs(seen_by: Callable[[Visitor | None], Shelf]) -> None:
    runs = [seen_by(ANNE).add(quick_config()).id for _ in range(LIMITS.runs)]
    with pytest.raises(InputError, match="at most 2 runs"):
        seen_by(ANNE).add(quick_config())
    seen_by(BEN).add(quick_config())
    seen_by(ANNE).stop(runs[0])
    seen_by(ANNE).delete(runs[0])
    with pytest.raises(InputError, match="at most 2 runs"):
        seen_by(ANNE).add(quick_config())
    seen_by(ANNE).delete(runs[0], for_good=True)
    seen_by(ANNE).add(quick_config())


def test_a_shelf_is_full_whoever_comes(
    seen_by: Callable[[Visitor | None], Shelf], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "CROWD", 2)
    for number in range(2 * LIMITS.runs):
        seen_by(Visitor(f"visitor {number}")).add(quick_config())
    with pytest.raises(InputError, match="shelf is full"):
        seen_by(Visitor("another")).add(quick_config())


def test_imported_runs_count_and_are_the_visitors(
    seen_by: Callable[[Visitor | None], Shelf], tmp_path: Path
) -> None:
    run = seen_by(ANNE).add(own(own_table(tmp_path))).id
    serve(seen_by(ANNE))
    file = io.BytesIO()
    export_bundle(seen_by(ANNE), run, file)
    assert str(tmp_path).encode() not in file.getvalue()
    with pytest.raises(InputError, match="demonstration"):
        import_bundle(seen_by(None), file, new_id=True)
    copies = [import_bundle(seen_by(BEN), file, new_id=True).id for _ in range(LIMITS.runs)]
    with pytest.raises(InputError, match="at most 2 runs"):
        import_bundle(seen_by(BEN), file, new_id=True)
    with pytest.raises(InputError, match="somebody else"):
        seen_by(ANNE).delete(copies[0])
    seen_by(BEN).delete(copies[0])


def test_what_finds_no_room_leaves_nothing_behind(
    seen_by: Callable[[Visitor | None], Shelf], tmp_path: Path
) -> None:
    elsewhere, file = Store(tmp_path / "elsewhere"), io.BytesIO()
    with elsewhere.begin(own(own_table(tmp_path), seeds=1)) as run:
        carry_out(elsewhere, run)
    export_bundle(elsewhere, run.id, file)
    for _ in range(LIMITS.runs):
        seen_by(BEN).add(quick_config())

    def there() -> list[Path]:
        return sorted(path for path in seen_by(BEN).home.rglob("*") if "sqlite" not in path.name)

    before = there()
    for new_id in (False, True):
        with pytest.raises(InputError, match="at most 2 runs"):
            import_bundle(seen_by(BEN), file, new_id=new_id)
    assert there() == before


def test_who_may_only_look_writes_nothing(seen_by: Callable[[Visitor | None], Shelf], tmp_path: Path) -> None:
    shown = seen_by(None)
    before = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if "sqlite" not in path.name)
    for attempt in (
        lambda: shown.add(quick_config()),
        lambda: shown.files.add_stream(io.BytesIO(b"a,b"), ".csv"),
        lambda: shown.begin(quick_config()).__enter__(),
    ):
        with pytest.raises(InputError, match="demonstration"):
            attempt()
    assert shown.warnings == [SHOWN_ONLY]
    assert ensure_worker(shown) == SHOWN_ONLY
    assert (
        sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if "sqlite" not in path.name)
        == before
    )


def test_what_cannot_be_read_is_taken_away_by_who_keeps_the_shelf(
    seen_by: Callable[[Visitor | None], Shelf],
) -> None:
    run = seen_by(ANNE).add(quick_config()).id
    with seen_by(ANNE)._database.write() as database:
        database.execute("UPDATE runs SET config = '{', state = 'failed' WHERE id = ?", (run,))
    name = seen_by(ANNE).damaged()[0].id
    with pytest.raises(InputError, match="somebody else"):
        seen_by(BEN).delete(name, for_good=True)
    seen_by(TEACHER).delete(name, for_good=True)


def test_who_clicks_in_many_tabs_at_once_keeps_no_more(
    seen_by: Callable[[Visitor | None], Shelf], monkeypatch: pytest.MonkeyPatch
) -> None:
    add = Store.add

    def slow(self: Store, config: TrainingConfig, title: str = "") -> Run:
        time.sleep(0.05)  # the others have looked by now
        return add(self, config, title)

    def click(_: int) -> bool:
        try:
            seen_by(ANNE).add(quick_config())
        except InputError as full:
            return "at most 2 runs" not in str(full)
        return True

    monkeypatch.setattr(Store, "add", slow)
    with ThreadPoolExecutor(8) as tabs:
        assert sorted(tabs.map(click, range(8))) == [False] * 6 + [True] * 2
