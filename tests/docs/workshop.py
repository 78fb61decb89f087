"""What the commands of the documents speak of: tables of one's own, row numbers of a split, runs that were kept."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import typer
from typer.testing import CliRunner

from nashcore.__main__ import app
from nashcore.data import availability, prepare

RUNS = ("3f9a1c2b", "77c0d1aa")
"""How the documents call two runs."""

SMALLER = {
    "train": ["--epochs", "2", "--seeds", "2", "--device", "cpu"],
    "synthetic": ["--steps", "20"],
    "basin": ["--steps", "20", "--side", "3"],
    "schedules": ["--steps", "20", "--every", "10"],
    "theorem": ["--epochs", "1", "--seeds", "1"],
}
"""What the tests add to a command so that it takes seconds: the last word of an option counts."""

STAYS = ("serve",)
"""Commands that stay until they are stopped: they are read, and tested where they are started."""

SPLITS = {"bank-age.npz": ("bank", "age"), "student_por-sex.npz": ("student_por", "sex")}
"""Row numbers that came with the published code; splits drawn here stand in for them."""


def own_table(rows: int, seed: int) -> pd.DataFrame:
    """A made-up table of people who were hired or not."""
    draw = np.random.default_rng(seed)
    years = draw.integers(0, 20, rows)
    return pd.DataFrame(
        {
            "gender": np.where(draw.random(rows) < 0.5, "female", "male"),
            "years": years,
            "pay": [f"{value:.1f}".replace(".", ",") for value in draw.uniform(10, 60, rows)],
            "zip": [f"{value:05d}" for value in draw.integers(0, 99999, rows)],
            "degree": draw.choice(["none", "bachelor", "Bachelor", "master"], rows),
            "hired": np.where(years + draw.normal(0, 6, rows) > 9, "yes", "no"),
        }
    )


def here(dataset: str) -> bool:
    """Whether the dataset can be read without a network."""
    return availability(dataset).place in ("data home", "carried")


def set_out(folder: Path) -> None:
    """Write the files that commands name, where they lie when a reader follows."""
    own_table(400, 1).to_csv(folder / "mine.csv", index=False)
    own_table(60, 2).to_csv(folder / "new.csv", index=False)
    own_table(400, 1).to_excel(folder / "mine.xlsx", index=False, startrow=2)
    for name, (dataset, sensitive) in SPLITS.items():
        if here(dataset):
            split = prepare(dataset, sensitive).split
            np.savez(folder / name, ind_train=split.train, ind_test=split.test, val_idx=split.validation)


def keep_runs() -> dict[str, str]:
    """Train and keep two runs on the table in this folder; the documents' name of each -> its id."""
    own = ["--csv", "mine.csv", "--target", "hired", "--positive", "yes", "--sensitive", "gender"]
    kept = {}
    for name, methods in zip(RUNS, ("baseline,ltr,nash_ltr", "ltr,nash_ltr"), strict=True):
        words = ["train", *own, *SMALLER["train"], "--methods", methods, "--save", "--json"]
        kept[name] = json.loads(call(words))["run"]
    return kept


def call(words: list[str]) -> str:
    """What the command line prints; it has to end well."""
    done = CliRunner().invoke(app, words, prog_name="python -m nashcore")
    if done.exception is not None and not (isinstance(done.exception, SystemExit) and done.exit_code == 0):
        raise AssertionError(f"{' '.join(words)}\n{done.output}") from done.exception
    return done.stdout


def smaller(words: list[str]) -> list[str]:
    """The same command with small numbers."""
    more = list(SMALLER.get(words[0], ()))
    if words[0] == "train" and "--methods" not in words:
        more += ["--methods", "ltr,nash_ltr"]
    if "--split-seeds" in words:
        more += ["--split-seeds", "2"]
    return [*words, *more]


def read(words: list[str]) -> None:
    """Read a command as the command line would, down to the types of its options, without carrying it out."""
    command = typer.main.get_command(app)
    name = ""
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        assert words[0] in command.commands, f"{words[0]!r} is no command"
        command, name, words = command.commands[words[0]], words[0], words[1:]
    if words and words != ["--help"]:
        command.make_context(name, list(words))
