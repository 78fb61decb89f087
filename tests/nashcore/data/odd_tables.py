"""Small tables as people have them, built rather than stored: 60 rows of age, income, sex and hired."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

NAMES = ("age", "income", "sex", "hired")
ROWS = tuple(
    (
        str(25 + 7 * place % 41),
        str(30_000 + 137 * place),
        ("Female", "Male")[place % 2],
        ("no", "yes")[place % 3 % 2],
    )
    for place in range(60)
)


def text(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\n") -> str:
    """Rows as lines, as they are: nothing is quoted."""
    return "".join(delimiter.join(row) + end for row in rows)


def table(delimiter: str = ",", end: str = "\n") -> str:
    """The table with its header."""
    return text((NAMES, *ROWS), delimiter, end)


def archive(files: Mapping[str, bytes | str]) -> bytes:
    """A zip archive of these files."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return whole.getvalue()
