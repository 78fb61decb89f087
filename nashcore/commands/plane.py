"""``synthetic`` and ``basin``: the loss plane."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from nashcore.commands.files import Force, refuse_taken, write
from nashcore.commands.options import Csv, Json
from nashcore.commands.terminal import PlainConsole, point, print_json, progress, warn_of
from nashcore.errors import InputError

if TYPE_CHECKING:
    from synthetic import PlaneConfig

Preset = Annotated[str | None, typer.Option(help="Start from a named figure.")]
Methods = Annotated[str | None, typer.Option(help="Methods, separated by commas.")]
Problem = Annotated[str | None, typer.Option(help="standard, printed, convex_pair or three_groups.")]
Scale = Annotated[float | None, typer.Option(help="Factor of the first loss.")]
Steps = Annotated[int | None, typer.Option(help="Optimizer steps.")]
Lr = Annotated[float | None, typer.Option(help="Learning rate.")]
Optimizer = Annotated[str | None, typer.Option(help="adam, momentum, sgd or guaranteed.")]
Multiple = Annotated[float | None, typer.Option(help="Guaranteed steps: so many times the bound.")]
Seed = Annotated[int | None, typer.Option(help="Seed of whatever is random.")]
Device = Annotated[str, typer.Option(help="cpu, cuda, or auto (CUDA where there is one).")]


def synthetic(
    preset: Preset = None,
    methods: Methods = None,
    start: Annotated[list[str] | None, typer.Option(help="A starting point as x,y; may be repeated.")] = None,
    problem: Problem = None,
    scale: Scale = None,
    steps: Steps = None,
    lr: Lr = None,
    optimizer: Optimizer = None,
    multiple: Multiple = None,
    random_starts: Annotated[int | None, typer.Option(help="That many random starts more.")] = None,
    nudges: Annotated[int | None, typer.Option(help="Nudged copies of every start.")] = None,
    seed: Seed = None,
    alignment: Annotated[
        Path | None, typer.Option(help="Write how each step agrees with every group's gradient (CSV).")
    ] = None,
    inner_products: Annotated[
        bool, typer.Option("--inner-products", help="With --alignment: gradients count as long as they are.")
    ] = False,
    device: Device = "cpu",
    csv: Csv = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Run methods on the loss plane and say who reaches the Pareto front.

    A start counts by its own run. Where rounding decides whether it fails, its nudged copies part, and that is said.
    """
    from nashcore.device import get_device
    from synthetic import simulate
    from synthetic.alignment import measure_alignment
    from synthetic.cost import whole_cost

    if inner_products and alignment is None:
        raise InputError("Option --inner-products needs --alignment, the file to write. Found it alone.")
    refuse_taken(force, csv, alignment)
    config = _config(
        preset,
        problem=problem,
        scale=scale,
        methods=_names(methods),
        starts=None if start is None else tuple(point(text) for text in start),
        steps=steps,
        lr=lr,
        optimizer=optimizer,
        multiple=multiple,
        random_starts=random_starts,
        nudges=nudges,
        seed=seed,
    )
    warn_of(whole_cost(config))
    result = simulate(config, get_device(device))
    if csv is not None:
        write(csv, result.paths_frame().to_csv(index=False), force)
    if alignment is not None:
        write(alignment, measure_alignment(result, not inner_products).frame().to_csv(index=False), force)
    if as_json:
        print_json(result.summary())
        return
    columns = "losses at the end", "distance to the front", "gap", "steps without an answer"
    table = Table("method", "start", *columns, title="Loss plane")
    for row in result.ends_frame().to_dict("records"):
        losses = ", ".join(_short(value, 3) for key, value in row.items() if str(key).startswith("loss_"))
        distance = _short(row["distance"], 4) + ("  fails" if row["failed"] else "")
        cells = losses, distance, _short(row["gap"], 4), str(row["steps_without_agreement"])
        table.add_row(row["title"], str(row["start"] + 1), *cells)
    console = PlainConsole()
    console.print(table)
    for sentence in result.verdict():
        console.print(sentence)


def _short(value: float, digits: int) -> str:
    """A number with so many digits behind the point, or by its power of ten where a run has flown apart."""
    return f"{value:.{digits}f}" if abs(value) < 1e6 else f"{value:.2e}"


def basin(
    preset: Preset = None,
    methods: Methods = None,
    side: Annotated[int, typer.Option(help="Starts along each axis.")] = 41,
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
    """Map from which starts of the plane each method fails."""
    from nashcore.device import get_device
    from nashcore.methods import method_text, title
    from synthetic.basin import LARGEST_SIDE, map_basin
    from synthetic.cost import basin_cost

    refuse_taken(force, csv)
    config = _config(
        preset,
        methods=_names(methods),
        problem=problem,
        scale=scale,
        steps=steps,
        lr=lr,
        optimizer=optimizer,
        multiple=multiple,
        seed=seed,
    ).without_starts()
    if side <= LARGEST_SIDE:  # else it is refused
        warn_of(basin_cost(config, side))
    with progress("Starts", quiet=as_json) as show:
        result = map_basin(config, side, show, get_device(device))
    if csv is not None:
        write(csv, result.frame().to_csv(index=False), force)
    shares = {
        method_text(m): share for m, share in zip(result.methods, result.failing_share.tolist(), strict=True)
    }
    if as_json:
        print_json({"side": side, "config": config.to_dict(), "failing_share": shares})
        return
    table = Table("method", "failing share of the starts", title=f"Basins, {side} x {side} starts")
    for method in result.methods:
        table.add_row(title(method), f"{shares[method_text(method)]:.1%}")
    PlainConsole().print(table)


def _names(methods: str | None) -> tuple[str, ...] | None:
    return None if methods is None else tuple(name.strip() for name in methods.split(","))


def _config(preset: str | None, **given: Any) -> PlaneConfig:
    """The preset's config, or the standard one, with what was given in its place."""
    from synthetic import PlaneConfig
    from synthetic.presets import get_preset

    base = {} if preset is None else get_preset(preset).config.to_dict()
    return PlaneConfig(**(base | {key: value for key, value in given.items() if value is not None}))
