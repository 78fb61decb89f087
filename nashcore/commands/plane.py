"""``synthetic`` and ``basin``: the loss plane."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from nashcore.commands.options import Csv, Json
from nashcore.commands.terminal import point, print_json, progress, write


def synthetic(
    preset: Annotated[str | None, typer.Option(help="Start from a named figure.")] = None,
    methods: Annotated[str | None, typer.Option(help="Methods, separated by commas.")] = None,
    start: Annotated[list[str] | None, typer.Option(help="A starting point as x,y; may be repeated.")] = None,
    problem: Annotated[str | None, typer.Option(help="The problem.")] = None,
    scale: Annotated[float | None, typer.Option(help="Factor of the first loss.")] = None,
    steps: Annotated[int | None, typer.Option(help="Optimizer steps.")] = None,
    lr: Annotated[float | None, typer.Option(help="Learning rate.")] = None,
    optimizer: Annotated[str | None, typer.Option(help="adam, momentum, sgd or guaranteed.")] = None,
    multiple: Annotated[float | None, typer.Option(help="Length of guaranteed steps.")] = None,
    random_starts: Annotated[int | None, typer.Option(help="That many random starts more.")] = None,
    nudges: Annotated[int | None, typer.Option(help="Nudged copies of every start.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of whatever is random.")] = None,
    csv: Csv = None,
    as_json: Json = False,
) -> None:
    """Run methods on the loss plane and say who reaches the Pareto front."""
    from synthetic import PlaneConfig, simulate
    from synthetic.presets import get_preset

    given: dict[str, Any] = {
        "problem": problem,
        "scale": scale,
        "methods": None if methods is None else tuple(name.strip() for name in methods.split(",")),
        "starts": None if start is None else tuple(point(text) for text in start),
        "steps": steps,
        "lr": lr,
        "optimizer": optimizer,
        "multiple": multiple,
        "random_starts": random_starts,
        "nudges": nudges,
        "seed": seed,
    }
    base = {} if preset is None else get_preset(preset).config.to_dict()
    config = PlaneConfig.from_dict(base | {key: value for key, value in given.items() if value is not None})
    result = simulate(config)
    if csv is not None:
        write(csv, result.paths_frame().to_csv(index=False))
    if as_json:
        print_json(result.summary())
        return
    table = Table("method", "start", "losses at the end", "distance to the front", "gap", title="Loss plane")
    for row in result.ends_frame().to_dict("records"):
        losses = ", ".join(f"{value:.3f}" for key, value in row.items() if str(key).startswith("loss_"))
        distance = f"{row['distance']:.4f}" + ("  fails" if row["failed"] else "")
        table.add_row(row["title"], str(row["start"] + 1), losses, distance, f"{row['gap']:.4f}")
    Console().print(table)


def basin(
    methods: Annotated[str | None, typer.Option(help="Methods, separated by commas.")] = None,
    side: Annotated[int, typer.Option(help="Starts along each axis.")] = 41,
    problem: Annotated[str | None, typer.Option(help="The problem.")] = None,
    steps: Annotated[int | None, typer.Option(help="Optimizer steps.")] = None,
    lr: Annotated[float | None, typer.Option(help="Learning rate.")] = None,
    optimizer: Annotated[str | None, typer.Option(help="adam, momentum, sgd or guaranteed.")] = None,
    csv: Csv = None,
    as_json: Json = False,
) -> None:
    """Map from which starts of the plane each method fails."""
    from synthetic import PlaneConfig
    from synthetic.basin import map_basin

    given: dict[str, Any] = {
        "methods": None if methods is None else tuple(name.strip() for name in methods.split(",")),
        "problem": problem,
        "steps": steps,
        "lr": lr,
        "optimizer": optimizer,
    }
    config = PlaneConfig.from_dict({key: value for key, value in given.items() if value is not None})
    with progress("Starts", quiet=as_json) as show:
        result = map_basin(config, side, show)
    if csv is not None:
        write(csv, result.frame().to_csv(index=False))
    shares = {m.name: share for m, share in zip(result.methods, result.failing_share.tolist(), strict=True)}
    if as_json:
        print_json({"side": side, "config": config.to_dict(), "failing_share": shares})
        return
    table = Table("method", "failing share of the starts", title=f"Basins, {side} x {side} starts")
    for method in result.methods:
        table.add_row(method.title, f"{shares[method.name]:.1%}")
    Console().print(table)
