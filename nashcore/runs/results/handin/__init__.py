"""Runs to hand in: a report as HTML, Markdown or LaTeX, and its numbers as CSV or Parquet."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from nashcore.data import to_safe_csv
from nashcore.errors import InputError, quoted
from nashcore.learning import STANDARD
from nashcore.options import ShownOptions
from nashcore.runs.results.handin.content import compose
from nashcore.runs.results.handin.document import Document
from nashcore.runs.results.handin.html import to_html
from nashcore.runs.results.handin.markdown import to_markdown
from nashcore.runs.results.handin.numbers import numbers_table
from nashcore.runs.results.handin.tex import to_tex
from nashcore.runs.results.stored_result import StoredResult

TEXTS: Mapping[str, Callable[[Document], str]] = MappingProxyType(
    {"html": to_html, "md": to_markdown, "tex": to_tex}
)
NUMBERS = ("csv", "parquet")
KINDS_OF_REPORT = (*TEXTS, *NUMBERS)
"""A report's kinds, by the endings of their files."""


def check_report_kind(kind: str) -> str:
    """The kind of report of this ending.

    Raises:
        InputError: it is not one of `KINDS_OF_REPORT`.
    """
    kind = kind.removeprefix(".").lower()
    if kind not in KINDS_OF_REPORT:
        raise InputError(
            f"A report's file should end in {', '.join(f'.{one}' for one in KINDS_OF_REPORT)}. Found {quoted(kind)}."
        )
    return kind


def hand_in(
    runs: Sequence[StoredResult], kind: str = "html", epoch: str = "last", shown: ShownOptions = STANDARD
) -> bytes:
    """A report on runs as the content of a file.

    Args:
        runs: one or more, each with an epoch done at least.
        kind: one of `KINDS_OF_REPORT`. HTML holds tables, figures and all the rest in one file; Markdown and LaTeX the same
            without the figures; CSV and Parquet the numbers of both epochs.
        epoch: "last", or "best", chosen on the test set.
        shown: which standard deviation stands behind a mean.

    Raises:
        InputError: a run has no figures, or kind or epoch is not known.
    """
    kind = check_report_kind(kind)
    if kind in TEXTS:
        return TEXTS[kind](compose(runs, epoch, shown)).encode()
    table = numbers_table(runs, shown)
    if kind == "csv":
        return to_safe_csv(table).encode()
    file = io.BytesIO()
    table.to_parquet(file, index=False)
    return file.getvalue()
