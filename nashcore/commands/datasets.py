"""``datasets``: what can be trained on, and how to get what is not here."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from nashcore.commands.options import Json
from nashcore.commands.terminal import PlainConsole, print_json, progress


def datasets(
    name: Annotated[str | None, typer.Argument(help="Tell everything about this one.")] = None,
    download: Annotated[
        str | None, typer.Option(metavar="NAME", help="First fetch this dataset into the data home.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the datasets and settings, and whether each is available right now."""
    from nashcore.data import PUBLISHED_SPLITS, data_home, describe_datasets, fetch, get_dataset

    if name is not None:
        get_dataset(name)
    if download is not None:
        with progress("Download", quiet=as_json) as show:
            fetch(download, progress=lambda done, whole: show(done / whole if whole else 0.0))
    listing = [
        record
        | {
            "available": record["place"],
            "where": record["says"],
            "settings": [
                {
                    "sensitive": setting.sensitive,
                    "validation_per_cell": setting.validation_per_cell,
                    "test_per_cell": setting.test_per_cell,
                }
                for setting in PUBLISHED_SPLITS.values()
                if setting.dataset == record["name"]
            ],
        }
        for record in describe_datasets()
        if name in (None, record["name"])
    ]
    if as_json:
        print_json({"data_home": str(data_home()), "datasets": listing})
        return
    console = PlainConsole()
    if name is None:
        _overview(listing, console)
    else:
        _everything(listing[0], console)
    _tell(console, "Data home", str(data_home()))


def _overview(listing: list[dict[str, Any]], console: Console) -> None:
    table = Table(title="Datasets")
    table.add_column("dataset", no_wrap=True)
    table.add_column("rows x columns", no_wrap=True)
    for heading in ("target", "groups by", "right now"):
        table.add_column(heading, overflow="fold")
    for entry in listing:
        place = entry["available"]
        table.add_row(
            entry["name"],
            f"{entry['rows']} x {entry['columns']}",
            entry["target"],
            ", ".join(entry["sensitive"]),
            f"{place}, a part" if place == "carried" and not entry["whole"] else place,
        )
    console.print(table)
    for entry in listing:
        _tell(console, entry["name"], entry["says"])
        _tell(console, "  from", f"{entry['source']}. Licence: {entry['licence']}")
        _tell(console, "  cite", entry["citation"])
    _tell(console, "More about one of them", "python -m nashcore datasets NAME")


def _everything(entry: dict[str, Any], console: Console) -> None:
    groups = ", ".join(
        f"{one['sensitive']} ({one['validation_per_cell']} validation and {one['test_per_cell']} test rows a cell)"
        for one in entry["settings"]
    )
    facts = {
        entry["name"]: entry["title"],
        "Size": f"{entry['rows']:,} rows, {entry['columns']} columns",
        "Target": f"{entry['target']} (0: {entry['labels'][0]}, 1: {entry['labels'][1]})",
        "Groups by": groups,
        "Right now": entry["says"],
        "Source": entry["source"],
        "Download": entry["url"] or entry["by_hand"],
        "Licence": entry["licence"],
        "Citation": entry["citation"],
        "Choices": " ".join(entry["choices"]),
    }
    for heading, text in facts.items():
        if text:
            _tell(console, heading, text)


def _tell(console: Console, heading: str, text: str) -> None:
    console.print(f"{heading}: {text}", soft_wrap=True)
