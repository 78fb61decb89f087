"""Small files as people have them, written anew by each test: 240 people with age, sex and whether they were hired."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from nashcore.data import CsvTable, Sensitive, Target, Task, prepare_table, read_csv
from nashcore.options import ReadingOptions

ROWS = 240
SEX = [("Female", "Male")[i * 7 % 15 > 7] for i in range(ROWS)]
HIRED = [("no", "yes")[i * 5 % 11 > 5] for i in range(ROWS)]


def file_of(columns: dict[str, Sequence[str]], delimiter: str = ",") -> bytes:
    """The bytes of a file with these columns, values quoted where they hold the delimiter."""
    lines = [delimiter.join(columns)]
    for row in zip(*columns.values(), strict=True):
        lines.append(delimiter.join(f'"{v}"' if delimiter in v or '"' in v else v for v in row))
    return ("\n".join(lines) + "\n").encode()


def read(columns: dict[str, Sequence[str]], delimiter: str = ",", **options: object) -> CsvTable:
    """The file of these columns, read."""
    return read_csv(io.BytesIO(file_of(columns, delimiter)), ReadingOptions(**options), name="people.csv")


def people(changed: str, change: Callable[[int, str], str] | Sequence[str]) -> dict[str, Sequence[str]]:
    """The columns of the 240 people, one of them changed or added."""
    columns: dict[str, Sequence[str]] = {
        "age": [str(20 + i * 13 % 50) for i in range(ROWS)],
        "sex": SEX,
        "hired": HIRED,
    }
    if callable(change):
        columns[changed] = [change(i, value) for i, value in enumerate(columns[changed])]
    else:
        columns[changed] = [change[i % len(change)] for i in range(ROWS)]
    return columns


def task_of(table: CsvTable, target: str = "hired", positive: str = "yes", by: str = "sex") -> Task:
    """The table made ready."""
    return prepare_table(
        table.frame, Target(target, positive), [Sensitive(by)], notices=table.notices, readings=table.readings
    )
