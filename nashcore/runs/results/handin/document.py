"""A report before it is HTML, Markdown or LaTeX: sections of sentences, tables, figures and commands, as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Sentences:
    """Sentences, one a line; a warning stands out."""

    texts: tuple[str, ...]
    warn: bool = False


@dataclass(frozen=True)
class Table:
    """Cells of text under a header.

    Attributes:
        caption: what the rows are.
        header: names of the columns.
        rows: the cells.
        words: how many columns from the left hold words; the others hold numbers.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


@dataclass(frozen=True)
class Figure:
    """A picture.

    Attributes:
        svg: an SVG element, whose colours are classes of the page that holds it.
        caption: what to look for, and what it does not show.
    """

    svg: str
    caption: str


@dataclass(frozen=True)
class Command:
    """A command line that computes the same."""

    text: str


Part = Sentences | Table | Figure | Command


@dataclass(frozen=True)
class Section:
    """Parts under a heading."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Document:
    """A whole report.

    Attributes:
        title: of the report.
        made: with what and when, in a sentence.
        sections: what it says.
    """

    title: str
    made: str
    sections: tuple[Section, ...]


def table_of(frame: pd.DataFrame, caption: str, words: int = 1) -> Table:
    """A frame of text and whole numbers as a table; a column that is empty throughout is left out."""
    kept = [name for name in frame.columns if frame[name].astype(str).str.len().any()]
    frame = frame[kept]
    rows = tuple(
        tuple("" if value is None else str(value) for value in row) for row in frame.to_numpy(object)
    )
    return Table(caption, tuple(map(str, frame.columns)), rows, words)


def says(texts: Sequence[str | None], warn: bool = False) -> tuple[Sentences, ...]:
    """The sentences that there are, each once, as a part; no part where there is none."""
    kept = tuple(dict.fromkeys(text.strip() for text in texts if text and text.strip()))
    return (Sentences(kept, warn),) if kept else ()
