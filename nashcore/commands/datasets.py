"""``datasets``: what can be trained on."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from nashcore.commands.options import Json
from nashcore.commands.terminal import print_json


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
