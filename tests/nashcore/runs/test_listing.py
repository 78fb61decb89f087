"""What a list tells of runs: the same as the runs themselves, whatever the rows hold."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from nashcore.runs.listing import Figure, size_words
from nashcore.runs.register import Register
from nashcore.runs.results import stored_result
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import quick_config


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


def kept(store: Store, **changes: object) -> str:
    with store.begin(quick_config(**changes)) as run:
        carry_out(store, run)
    return run.id


def change(store: Store, statement: str, *values: str) -> None:
    with closing(sqlite3.connect(store.home / "runs.sqlite")) as database, database:
        database.execute(statement, values)


def test_a_list_tells_what_the_runs_tell(store: Store) -> None:
    runs = [kept(store, split_seeds=2), kept(store, seeds=1, epochs=1)]
    metrics = ("overall_auc", "max_gaucd", "tpr_gap")
    found = {run.id: run for run in store.listing(metrics).runs}
    for run in runs:
        one, listed = stored_result(store, run), found[run]
        assert (listed.state, listed.epochs, listed.wanted) == ("finished", one.epochs, one.config.epochs)
        assert (listed.models, listed.bytes) == (one.config.models, store.files.size(run))
        assert listed.settings["seeds"].startswith(str(len(one.config.seeds)))
        assert set(listed.figures) >= {"overall_auc", "max_gaucd"}
        for metric, figure in listed.figures.items():
            for arm, (mean, std) in figure.arms.items():
                told = one.summary["methods"][arm]["last"][metric]
                assert mean == pytest.approx(told["mean"], abs=1e-6)
                assert std == pytest.approx(told["std"], abs=1e-6)
                assert figure.titles[arm] == one.arms[arm].title
        provenance = store.files.provenance(run)
        assert provenance is not None
        assert provenance.config.startswith(listed.origin["config"])
        assert listed.origin["program"] == provenance.processes[0].program


def test_what_was_not_noted_down_is_made_up_for(store: Store) -> None:
    run = kept(store)
    before = store.listing()
    change(store, "DELETE FROM summaries")
    assert Register(store.home).listing().lacking == (run,)
    assert store.listing(seconds=-1.0).lacking == (run,)
    assert store.listing() == before
    assert Register(store.home).listing() == before


def test_a_run_that_has_other_epochs_shows_no_old_figures(store: Store) -> None:
    run = kept(store)
    store.resume(run, epochs=4)
    (listed,) = store.listing().runs
    assert (listed.state, listed.wanted, listed.done) == ("waiting", 4, "2 of 4")
    change(store, "DELETE FROM epochs WHERE run = ? AND epoch = 1", run)
    (listed,) = store.listing().runs
    assert listed.figures == {}
    with store.claim(run):
        carry_out(store, store.get(run))
    (listed,) = store.listing().runs
    assert listed.epochs == 4
    assert listed.figures


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE runs SET created = 'yesterday'",
        "UPDATE runs SET config = '{'",
        "UPDATE runs SET config = 7",
        "UPDATE runs SET note = x'00ff'",
        "UPDATE runs SET state = 'odd'",
        "UPDATE runs SET title = 7.5, seconds = 'long'",
    ],
)
def test_a_damaged_row_is_set_aside_and_the_others_are_listed(store: Store, statement: str) -> None:
    bad, good = store.add(quick_config(), "bad").id, store.add(quick_config(), "good").id
    change(store, f"{statement} WHERE id = ?", bad)
    found = store.listing()
    assert [run.id for run in found.runs] == [good]
    assert [one.id for one in found.damaged] == [bad]
    assert found.damaged[0].reason


@pytest.mark.parametrize("content", ["", "[", "[1]", "7", '{"overall_auc": {}}'])
def test_damaged_notes_of_figures_cost_the_figures_alone(store: Store, content: str) -> None:
    run = kept(store)
    change(store, "UPDATE summaries SET figures = ?, origin = ?", content, content)
    (listed,) = store.listing().runs
    assert listed.id == run
    assert all(not figure.arms for figure in listed.figures.values())


def test_ties_are_told_and_smaller_can_be_better() -> None:
    arms = {"a": (0.50004, None), "b": (0.49996, 0.1), "c": (0.7, None)}
    assert Figure(True, arms, {"a": "A"}).best_words == "A = b"
    assert Figure(False, arms).best == ("c",)
    assert Figure(False, {}).best_mean is None
    assert Figure(False, {}).best == ()


def test_sizes_in_words() -> None:
    assert [size_words(count) for count in (0, 999, 1500, 2.5e6, 4e9, 5e13)] == [
        "0 B",
        "999 B",
        "1.5 kB",
        "2.5 MB",
        "4.0 GB",
        "50000.0 GB",
    ]


def test_notes_are_kept_on_their_lines_and_bounded(store: Store) -> None:
    run = store.add(quick_config()).id
    store.note(run, "  one\n\ttwo\x1b[31m  \n")
    assert store.get(run).note == "one\ntwo[31m"
    with pytest.raises(ValueError, match="at most 2,000 signs"):
        store.note(run, "x" * 2001)
    store.note(run, "")
    assert store.get(run).note == ""
