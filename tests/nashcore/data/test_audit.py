from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nashcore.data import Finding, Sensitive, TableOptions, Target, audit_task, prepare_table
from nashcore.data.giveaways import LEAK_AUC

N = 600


@pytest.fixture
def table() -> pd.DataFrame:
    """A table with one of everything that an audit should find, and columns that it should leave alone."""
    random = np.random.default_rng(3)
    hired = random.random(N) < 0.4
    women = random.random(N) < 0.5
    return pd.DataFrame(
        {
            "hired": np.where(hired, "yes", "no"),
            "sex": np.where(women, "f", "m"),
            "skill": random.normal(size=N) + hired,
            "salary": np.where(hired, random.integers(30, 60, N), 0),
            "desk": np.where(hired, random.choice(["d1", "d2", "d3"], N), None),
            "exit": np.where(~hired & (random.random(N) < 0.2), random.integers(0, 9, N), np.nan),
            "id": np.arange(N) + 1000,
            "email": [f"p{i}@x" for i in range(N)],
            "country": "here",
            "unused": np.full(N, np.nan),
            "income": np.where(women & (random.random(N) < 0.3), np.nan, random.normal(size=N)),
            "town": random.choice(["n", "s"], N),
        }
    )


def _audit(table: pd.DataFrame, **options: object) -> list[Finding]:
    return list(
        audit_task(prepare_table(table, Target("hired"), [Sensitive("sex")], TableOptions(**options)))
    )


def test_everything_is_found_once_and_nothing_else(table: pd.DataFrame) -> None:
    found = {(f.kind, f.column): f for f in _audit(table) if f.column and f.kind != "missing values"}
    assert set(found) == {
        ("gives target away", "salary"),
        ("gives target away", "desk"),
        ("gives target away", "exit"),
        ("identifier", "id"),
        ("identifier", "email"),
        ("constant", "country"),
        ("constant", "unused"),
    }
    assert all(finding.switch == "drop column" for finding in found.values())
    assert found["gives target away", "salary"].figure == 1.0
    rows, share = table["exit"].notna().sum(), (table["hired"] == "no").mean()
    assert found["gives target away", "exit"].says == (
        f"All of the {rows} rows with a value of exit have the label 'no' ({share:.0%} of all rows do): it may be "
        "known only afterwards."
    )
    assert found["identifier", "email"].figure == N


def _voyage(with_boat: tuple[int, int], without: tuple[int, int]) -> list[Finding]:
    """The findings about a column whose presence nearly says the label: rows that (survived, died)."""
    survived = np.repeat([1, 0, 1, 0], [*with_boat, *without])
    boat = np.repeat(["b", None], [sum(with_boat), sum(without)])
    n = len(survived)
    frame = pd.DataFrame({"boat": boat, "sex": ["f", "m"] * (n // 2), "survived": survived})
    return [f for f in _audit_of(frame, "survived") if f.kind == "gives target away"]


def _audit_of(frame: pd.DataFrame, target: str) -> list[Finding]:
    return list(audit_task(prepare_table(frame, Target(target), [Sensitive("sex")])))


def test_a_boat_for_nearly_all_who_survive_is_found_though_its_auc_is_lower() -> None:
    (found,) = _voyage((477, 9), (23, 801))
    assert 0.9 < found.figure < LEAK_AUC
    assert found.says.startswith("98.1% of the 486 rows with a value of boat have the label '1' (38% of all")
    assert not _voyage((475, 11), (25, 799)), "97.7% are not enough"


@pytest.mark.parametrize(
    ("with_boat", "without"),
    [
        ((20, 0), (100, 180)),  # 12 of the other label were to be expected: few rows
        ((300, 0), (660, 40)),  # 12 again: the other label is rare anyway
        ((499, 1), (481, 19)),  # 10 were to be expected, and one there is
        ((0, 0), (50, 50)),
    ],
)
def test_few_rows_and_rare_labels_prove_nothing(with_boat: tuple[int, int], without: tuple[int, int]) -> None:
    assert not _voyage(with_boat, without)


def test_missing_values_by_chance_are_no_finding() -> None:
    random = np.random.default_rng(5)
    n = 400
    columns = {
        f"c{i}": np.where(random.random(n) < random.random(), random.normal(size=n), np.nan)
        for i in range(200)
    }
    frame = pd.DataFrame(columns | {"sex": ["f", "m"] * 200, "y": (random.random(n) < 0.1).astype(int)})
    assert not [f for f in _audit_of(frame, "y") if f.kind == "gives target away"]


def test_the_switch_settles_the_finding(table: pd.DataFrame) -> None:
    drop = [f.column for f in _audit(table) if f.column and f.switch == "drop column"]
    left = _audit(table, drop=drop)
    assert {finding.kind for finding in left} == {"base rates"}


def test_missing_shares_and_base_rates_are_per_group(table: pd.DataFrame) -> None:
    findings = _audit(table)
    income = next(f for f in findings if f.kind == "missing values" and f.column == "income")
    women, men = (table[table["sex"] == sex] for sex in "fm")
    share = women["income"].isna().mean()
    assert income.figure == share
    assert income.says == f"income is missing for {share:.0%} of f, 0% of m."
    rates = [(group["hired"] == "yes").mean() for group in (women, men)]
    base = next(f for f in findings if f.kind == "base rates")
    assert base.says == f"Label 'yes': {rates[0]:.0%} of f, {rates[1]:.0%} of m."
    assert base.figure == pytest.approx(abs(rates[0] - rates[1]))


def test_copies_across_parts_are_counted() -> None:
    frame = pd.DataFrame(
        {"x": np.arange(120) % 40, "y": (np.arange(120) % 40) % 2, "s": (np.arange(120) % 40) // 20}
    )
    roles = Target("y", positive="1"), [Sensitive("s")]
    task = prepare_table(frame, *roles, TableOptions(test_per_cell=10))
    found = next(f for f in audit_task(task) if f.kind == "duplicates")
    kept = {tuple(row) for row in frame.iloc[[*task.split.train, *task.split.validation]].to_numpy()}
    test = frame.iloc[np.unique(task.split.test)].to_numpy()
    assert found.figure == pytest.approx(np.mean([tuple(row) in kept for row in test]))
    assert found.switch == "drop duplicates"
    once = prepare_table(frame, *roles, TableOptions(test_per_cell=10, drop_duplicates=True))
    assert not [f for f in audit_task(once) if f.kind == "duplicates"]


@pytest.mark.parametrize("dropped", [(), ("id",), ("sex",), ("id", "sex")])
def test_a_name_for_each_row_hides_no_copies(dropped: tuple[str, ...]) -> None:
    random = np.random.default_rng(0)
    once = pd.DataFrame({"x": random.normal(size=200), "sex": ["f", "m"] * 100, "y": [0, 0, 1, 1] * 50})
    twice = pd.concat([once, once], ignore_index=True)
    twice["id"] = [f"p{row}" for row in range(400)]
    roles = Target("y", positive="1"), [Sensitive("sex")]
    task = prepare_table(twice, *roles, TableOptions(drop=dropped))
    found = next(f for f in audit_task(task) if f.kind == "duplicates")
    assert found.says.endswith("or steer with, apart from their id: they may be different people, and stay.")
    assert found.switch is None
    left = prepare_table(twice, *roles, TableOptions(drop=dropped, drop_duplicates=True))
    assert len(left.table) == 200
    assert not [f for f in audit_task(left) if f.kind == "duplicates"]


def test_leaving_a_column_out_makes_no_two_rows_the_same() -> None:
    frame = pd.DataFrame(
        {"x": range(200), "few": [1, 2] * 100, "s": ["f", "m"] * 100, "y": [0, 0, 1, 1] * 50}
    )
    frame["x"] = frame["x"] ** 2 / 7
    task = prepare_table(
        frame, Target("y"), [Sensitive("s")], TableOptions(drop=("x",), drop_duplicates=True)
    )
    assert len(task.table) == 200
    assert not [f for f in audit_task(task) if f.kind == "duplicates"]


def test_rows_that_only_their_names_tell_apart_are_no_copies() -> None:
    frame = pd.DataFrame({"id": range(200), "sex": ["f", "m"] * 100, "y": [0, 0, 1, 1] * 50})
    assert not [f for f in _audit_of(frame, "y") if f.kind == "duplicates"]
    task = prepare_table(frame, Target("y"), [Sensitive("sex")], TableOptions(drop_duplicates=True))
    assert len(task.table) == 200


def test_small_cells_are_named() -> None:
    frame = pd.DataFrame({"x": range(60), "y": [0] * 55 + [1] * 5, "s": ["a", "b"] * 30})
    findings = [
        f for f in audit_task(prepare_table(frame, Target("y"), [Sensitive("s")])) if f.kind == "small cell"
    ]
    assert [(finding.says, finding.figure, finding.switch) for finding in findings] == [
        ("No training row is left in the cell (a, 1).", 0, None),
        ("No training row is left in the cell (b, 1).", 0, None),
    ]
