"""``schedules``: every number of bargaining steps at once."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from nashcore.commands.files import Force, refuse_taken, write
from nashcore.commands.options import Csv, Json
from nashcore.commands.plane import Device, Lr, Multiple, Optimizer, Problem, Scale, Seed, Steps
from nashcore.commands.terminal import PlainConsole, print_json, warn_of


def schedules(
    goals: Annotated[str | None, typer.Option(help="Goals, separated by commas; all when left out.")] = None,
    rule: Annotated[str, typer.Option(help="The rule of the first stage.")] = "nash",
    every: Annotated[int, typer.Option(help="Steps between two values of T.")] = 1,
    problem: Problem = None,
    scale: Scale = None,
    steps: Steps = None,
    lr: Lr = None,
    optimizer: Optimizer = None,
    multiple: Multiple = None,
    seed: Seed = None,
    device: Device = "cpu",
    csv: Csv = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Run every two-stage schedule on the loss plane and say from which T on front and fair diagonal are reached."""
    from nashcore.device import get_device
    from nashcore.methods import GOALS, goal_title
    from synthetic import PlaneConfig
    from synthetic.cost import sweep_cost
    from synthetic.two_stage_sweep import sweep_switches

    refuse_taken(force, csv)
    given: dict[str, Any] = {
        "problem": problem,
        "scale": scale,
        "steps": steps,
        "lr": lr,
        "optimizer": optimizer,
        "multiple": multiple,
        "seed": seed,
    }
    config = PlaneConfig(**{key: value for key, value in given.items() if value is not None})
    names = list(GOALS) if goals is None else [name.strip() for name in goals.split(",")]
    warn_of(sweep_cost(config, names, every))
    found = sweep_switches(config, names, rule, every, get_device(device))
    if csv is not None:
        write(csv, found.frame().to_csv(index=False), force)
    windows = dict(zip(found.goals, found.switch_ranges(), strict=True))
    if as_json:
        print_json(
            {
                "rule": rule,
                "switches": len(found.switch_steps),
                "windows": {name: None if one is None else asdict(one) for name, one in windows.items()},
            }
        )
        return
    title = f"Front and fair diagonal from every start, {len(found.switch_steps)} values of T"
    table = Table(
        "goal", "first T", "last T", "longest without a break", "met from first to last", title=title
    )
    for name, one in windows.items():
        cells = ("none", "", "", "")
        if one is not None:
            longest = f"{one.longest[0]} to {one.longest[1]}"
            cells = (str(one.first), str(one.last), longest, f"{one.met} of {one.tried}")
        table.add_row(goal_title(name), *cells)
    PlainConsole().print(table)
