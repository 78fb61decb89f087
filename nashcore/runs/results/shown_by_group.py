"""What `ByGroup.at` found as people read it, the same on a page and on a terminal: tables of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from nashcore.metrics import COUNTED_RATES

Found = Mapping[str, Any]

GAPS = ("selection_rate", "tpr", "fpr")
"""Rates whose gap between groups stands beside all methods."""

NONE = "–"
"""What stands where there is no number."""


def shown_rates(found: Found, between: str = " ") -> pd.DataFrame:
    """Every group's rates with intervals and counts; ``between`` what parts them in a cell."""
    return _by_group(
        found,
        lambda line: {
            rate.title: _share(line["rates"][name], between) for name, rate in COUNTED_RATES.items()
        },
        thresholds=True,
    )


def shown_confusion(found: Found) -> pd.DataFrame:
    """Every group's rows by label and decision."""
    zero, one = found["labels"]
    heads = {
        f"Is {one}, given {one} (TP)": "tp",
        f"Is {zero}, given {one} (FP)": "fp",
        f"Is {one}, given {zero} (FN)": "fn",
        f"Is {zero}, given {zero} (TN)": "tn",
    }
    return _by_group(found, lambda line: {head: f"{line[kind]:,}" for head, kind in heads.items()})


def shown_calibration(found: Found) -> pd.DataFrame:
    """Every group's scores against its labels."""
    heads = {
        "Mean score": "expected",
        "Share of label 1": "observed",
        "Calibration error": "error",
        "95% by chance": "by_chance",
    }
    return _by_group(
        found, lambda line: {head: _three(line["calibration"][name]) for head, name in heads.items()}
    )


def shown_methods(found: Found, between: str = " ") -> pd.DataFrame:
    """All methods: means over the seeds, and the lowest and the highest seed."""
    return pd.DataFrame(
        [
            {
                "Method": one["label"],
                **{rate.title: _range(one["rates"][name], between) for name, rate in COUNTED_RATES.items()},
                **{f"{COUNTED_RATES[name].title} gap": _range(one["gaps"][name], between) for name in GAPS},
            }
            for one in found["methods"]
        ]
    )


def _by_group(
    found: Found, cells: Callable[[Found], dict[str, str]], *, thresholds: bool = False
) -> pd.DataFrame:
    """A group a row, all groups last."""
    return pd.DataFrame(
        [
            {
                "Group": line["group"],
                **({"Threshold": _threshold(line)} if thresholds else {}),
                "Rows": _rows(line),
                **cells(line),
            }
            for line in (*found["groups"], found["overall"])
        ]
    )


def _threshold(line: Found) -> str:
    return "" if line["threshold"] is None else f"{line['threshold']:g}"


def _rows(line: Found) -> str:
    shown = f"{line['rows']:,}"
    shown += f" ({line['distinct']:,} distinct)" if line["distinct"] < line["rows"] else ""
    return f"⚠ {shown}, few" if line["few"] else shown


def _share(one: Found, between: str) -> str:
    if one["value"] is None:
        return NONE
    parts = (
        f"{one['value']:.3f}",
        f"[{one['low']:.3f}, {one['high']:.3f}]",
        f"{one['hits']:,} of {one['of']:,}",
    )
    return between.join(parts)


def _range(one: Mapping[str, float | None], between: str) -> str:
    if one["mean"] is None:
        return NONE
    return f"{one['mean']:.3f}{between}({one['low']:.3f} to {one['high']:.3f})"


def _three(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}"
