"""The command line: everything a page does, without the page.

Run ``python -m nashcore --help``. With ``--json`` a command prints one JSON object and nothing else on the standard output. A
wrong input ends with one plain sentence on the standard error and exit code 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from nashcore.console import ERRORS, point, print_json, print_training, progress, setting, write
from nashcore.errors import InputError

app = typer.Typer(
    help="The Nash Bargaining Lab on the command line.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Csv = Annotated[Path | None, typer.Option("--csv", help="Write the full table of numbers to this file.")]


class Bench(StrEnum):
    """What can be timed."""

    bargaining = "bargaining"
    synthetic = "synthetic"
    training = "training"


@app.command()
def datasets(as_json: Json = False) -> None:
    """List the datasets and settings, and whether each is available right now."""
    from nashcore.data import DATASETS, SETTINGS, availability, data_home

    listing: list[dict[str, Any]] = []
    for name, dataset in DATASETS.items():
        place = availability(name)
        listing.append(
            {
                "name": name,
                "title": dataset.title,
                "rows": dataset.rows,
                "columns": dataset.columns,
                "target": dataset.target.column,
                "sensitive": [sensitive for table, sensitive in SETTINGS if table == name],
                "available": place.place,
                "where": place.says,
                "source": dataset.source,
                "licence": dataset.licence,
                "citation": dataset.citation,
            }
        )
    if as_json:
        print_json({"data_home": str(data_home()), "datasets": listing})
        return
    table = Table(
        "dataset", "rows x columns", "target", "sensitive", "available", "licence", title="Datasets"
    )
    for entry in listing:
        table.add_row(
            entry["name"],
            f"{entry['rows']} x {entry['columns']}",
            entry["target"],
            ", ".join(entry["sensitive"]),
            entry["available"],
            entry["licence"],
        )
    console = Console()
    console.print(table)
    console.print(f"Data home: {data_home()}", markup=False, highlight=False)


@app.command()
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


@app.command()
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


@app.command()
def train(
    dataset: Annotated[str | None, typer.Option(help="A dataset of the catalogue.")] = None,
    sensitive: Annotated[str | None, typer.Option(help="What makes the groups.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="A CSV file of your own instead.")] = None,
    target: Annotated[str | None, typer.Option(help="With --csv: the column to predict.")] = None,
    positive: Annotated[str | None, typer.Option(help="With --csv: the value that is label 1.")] = None,
    threshold: Annotated[float | None, typer.Option(help="With --csv: label 1 from this number on.")] = None,
    methods: Annotated[str, typer.Option(help="Methods separated by commas, or all.")] = "all",
    seeds: Annotated[int, typer.Option(help="Number of seeds.")] = 5,
    split_seed: Annotated[int, typer.Option(help="Seed of the split.")] = 0,
    splits: Annotated[Path | None, typer.Option(help="An .npz file of given row numbers.")] = None,
    protocol: Annotated[str, typer.Option(help="default, or paper.")] = "default",
    epochs: Annotated[int | None, typer.Option(help="Passes over the training rows.")] = None,
    schedules: Annotated[str | None, typer.Option(help="When to bargain, as two_stage:14.")] = None,
    rule: Annotated[str, typer.Option(help="The rule of the bargaining stage.")] = "nash",
    rule_option: Annotated[list[str] | None, typer.Option(help="An option of the rule: power=-1.")] = None,
    lr: Annotated[float | None, typer.Option(help="Learning rate.")] = None,
    dropout: Annotated[float | None, typer.Option(help="Share of hidden units left out.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Rows in a batch.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    download: Annotated[bool, typer.Option(help="Fetch a table that is not here.")] = False,
    as_json: Json = False,
) -> None:
    """Train every method with every seed in lockstep and report the three metrics."""
    from nashcore.learning import summarise
    from nashcore.learning import train as run
    from nashcore.learning.events import Finished
    from nashcore.learning.events import Progress as Moment
    from nashcore.runs.config import training_config

    if (dataset is None) == (csv is None):
        raise InputError(
            "Give either --dataset (see: python -m nashcore datasets) or --csv. Found both or neither."
        )
    if sensitive is None:
        raise InputError("Option --sensitive is missing: name what makes the groups.")
    config = training_config(
        dataset=csv.stem if csv is not None else dataset,
        sensitive=sensitive,
        methods=methods,
        seeds=seeds,
        split_seed=split_seed,
        protocol=protocol,
        epochs=epochs,
        schedules=schedules,
        rule=rule,
        rule_options=dict(setting(text) for text in rule_option or ()),
        lr=lr,
        dropout=dropout,
        batch_size=batch_size,
        device=device,
    )
    if csv is not None:
        from nashcore.data import Target, parse_sensitive, prepare_table, read_csv

        if target is None:
            raise InputError("Option --target is missing: name the column of the CSV file to predict.")
        own = read_csv(csv)
        task = prepare_table(
            own.frame,
            Target(target, positive=positive, threshold=threshold),
            parse_sensitive(sensitive, own.frame.columns),
            name=own.name,
            sensitive_name=sensitive,
            protocol=config.protocol,
            split_seed=split_seed,
            splits=splits,
            notices=own.notices,
        )
    else:
        from nashcore.data import prepare

        with progress("Download", quiet=as_json or not download) as show:
            task = prepare(
                config.dataset,
                sensitive,
                protocol=config.protocol,
                split_seed=split_seed,
                splits=splits,
                download=download,
                progress=lambda done, total: show(done / total if total else 0.0),
            )
    result = None
    with progress("Training", quiet=as_json) as show:
        for event in run(task, config.plan()):
            if isinstance(event, Moment):
                show(event.share)
            elif isinstance(event, Finished):
                result = event.result
    if result is None:
        raise RuntimeError("Training ended without a result.")
    summary = summarise(result)
    if as_json:
        print_json(summary | {"config": config.model_dump(mode="json")})
        return
    print_training(summary)


@app.command()
def bench(
    what: Annotated[Bench, typer.Argument(help="What to time.")],
    as_json: Json = False,
) -> None:
    """Time the engine beside its peers, as ratios within one run."""
    from importlib import import_module

    figures = import_module(f"benchmarks.{what.value}").run()
    if as_json:
        print_json(figures)
        return
    table = Table("figure", "value", title=f"Benchmark: {what.value}")
    for key, value in figures.items():
        table.add_row(key, f"{value:.4g}" if isinstance(value, float) else str(value))
    Console().print(table)


def main(arguments: Iterable[str] | None = None) -> None:
    """Run the command line; a wrong input ends in one sentence and exit code 2."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="python -m nashcore")
    except InputError as refused:
        ERRORS.print(str(refused), style="red", markup=False, highlight=False, soft_wrap=True)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
