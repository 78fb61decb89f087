"""How the games of a run went, as text."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Column, Table

COLUMNS = (
    "aligned_before_cut",
    "aligned_after_cut",
    "all_losses_fell",
    "bargain_exists",
    "agreement",
    "satisfied",
    "all_satisfied",
)
"""The shares that a table in a terminal has room for; the others are in the JSON and the exported files."""

NARROW = 100
"""Columns of a terminal up to which nothing is left for air between the shares: no heading is cut."""


def print_game(console: Console, summary: dict[str, Any]) -> None:
    """What a training summary says of the games, stage by stage, with what each share says and does not."""
    from nashcore.learning import NOT_RECORDED  # here: it brings torch along

    game = summary["game"]
    shares, missing = game["shares"], game["not_recorded"]
    narrow = console.width <= NARROW
    titles = {name: shares[name]["title"].lower() for name in COLUMNS}
    table = Table(
        Column("method, stage (epochs)", min_width=18),
        *(
            Column(title, width=_widest(title, NOT_RECORDED if name in missing else ""))
            for name, title in titles.items()
        ),
        title="How the games went: shares of the batches of a stage, all models together",
        padding=(0, 0 if narrow else 1),
    )
    rows = 0
    for arm, stages in game["methods"].items():
        if not stages:
            continue
        plays = "stage_one" in stages or "stage_two" in stages
        table.add_section()
        table.add_row(summary["methods"][arm]["title"])
        for stage, found in stages.items():
            if plays == (stage == "all"):
                continue  # who plays is shown stage by stage, who does not as a whole
            values = (NOT_RECORDED if name in missing else percent(found[name]) for name in COLUMNS)
            table.add_row(f"  {game['stages'][stage]} ({found['epochs']})", *values)
            rows += 1
    if not rows:
        return
    console.print(table)
    for name in COLUMNS:
        one = shares[name]
        console.print(f"{one['title']}: {one['says']} {one['hides']}".strip())
    if game["note"]:
        console.print(game["note"])


def _widest(title: str, otherwise: str = "") -> int:
    """Room for the longest word of a heading, for a share, and for what stands where there is none."""
    return max(len(percent(1.0)), *map(len, f"{title} {otherwise}".split()))


def percent(share: float | None) -> str:
    """A share in per cent, to a tenth; a dash where there is none."""
    return "–" if share is None else f"{100 * share:.1f} %"
