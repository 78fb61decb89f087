"""``theorem``: which parts of a training step keep it from lowering every loss."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from nashcore.commands.files import Force, refuse_taken, write
from nashcore.commands.game import percent
from nashcore.commands.options import Csv, Json
from nashcore.commands.terminal import PlainConsole, print_json, progress


def theorem(
    dataset: Annotated[str, typer.Option(help="A dataset of the catalogue.")] = "titanic",
    sensitive: Annotated[str, typer.Option(help="What makes the groups.")] = "sex",
    goal: Annotated[str, typer.Option(help="The goal: ltr, forml or meta_gdro.")] = "ltr",
    seeds: Annotated[int, typer.Option(help="Number of seeds.")] = 3,
    epochs: Annotated[int, typer.Option(help="Passes over the training rows in every setting.")] = 9,
    lr: Annotated[float | None, typer.Option(help="Learning rate; as published when left out.")] = None,
    csv: Csv = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Switch cut, momentum, dropout and weight decay off and on, and say after how many steps all losses had fallen."""
    import pandas as pd

    from nashcore.learning import from_theorem_to_training, lesson_summary
    from nashcore.runs import TrainingConfig

    refuse_taken(force, csv)
    chosen: dict[str, Any] = {"seeds": seeds, "epochs": epochs, "lr": lr, "methods": "ltr", "device": "cpu"}
    config = TrainingConfig(dataset=dataset, sensitive=sensitive, **chosen)
    task, plan = config.task(), config.plan()
    with progress("Settings", quiet=as_json) as show:
        for step in from_theorem_to_training(task, plan, goal):
            show(step.share)
    found = lesson_summary(step.found, plan, task, goal)
    if csv is not None:
        write(csv, pd.DataFrame(found["rows"]).to_csv(index=False), force)
    if as_json:
        print_json(found)
        return
    _print(found)


def _print(found: dict[str, Any]) -> None:
    console, shares = PlainConsole(), found["shares"]
    where = f"{found['dataset']} ({found['sensitive']})"
    parts = {
        "switches": f"From theorem to training on {where}, learning rate {found['lr']:g}: shares of the steps",
        "learning rates": "All four off, at other learning rates",
    }
    headings = ("setting", "steps", *(one["title"].lower().replace(" ", "\n") for one in shares.values()))
    for part, title in parts.items():
        # A word a line, and the methods one below the other: 80 columns are enough.
        table = Table(*headings, title=title, show_edge=False, pad_edge=False)
        rows = [row for row in found["rows"] if row["part"] == part]
        for method in dict.fromkeys(row["method"] for row in rows):
            own = [row for row in rows if row["method"] == method]
            table.add_section()
            table.add_row(own[0]["title"], style="bold")
            for row in own:
                table.add_row(row["setting"], str(row["steps"]), *(percent(row[name]) for name in shares))
        console.print(table)
    sentences = [f"{one['title'].capitalize()}: {one['says']}" for one in found["switches"].values()]
    sentences += [f"{one['title']}: {one['says']} {one['hides']}".strip() for one in shares.values()]
    for sentence in [*sentences, found["verdict"]]:
        console.print(sentence)
