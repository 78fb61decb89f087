"""A report as Markdown, with the tables of GitHub's kind; figures stand in the HTML report."""

from __future__ import annotations

import re

from nashcore.runs.results.handin.document import Command, Document, Figure, Part, Sentences, Table


def to_markdown(document: Document) -> str:
    """The report as Markdown; no text of it is taken for markup."""
    parts = [f"# {plain(document.title)}", plain(document.made)]
    for section in document.sections:
        parts += [
            f"## {plain(section.title)}",
            *(_part(part) for part in section.parts if not isinstance(part, Figure)),
        ]
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    r"""Text that Markdown shows letter for letter, on one line.

    >>> plain("a_b | <b> *x*")
    'a\\_b \\| &lt;b&gt; \\*x\\*'
    """
    line = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    marked = re.sub(r"([\\`*_{}\[\]#|~$])", r"\\\1", line)
    return re.sub(r"^([-+]|\d+[.)])(?= |$)", lambda found: f"{found[0][:-1]}\\{found[0][-1]}", marked)


def _part(part: Part) -> str:
    match part:
        case Sentences():
            return "\n".join(f"- {'**Mind:** ' if part.warn else ''}{plain(text)}" for text in part.texts)
        case Table():
            return _table(part)
        case Command():
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", part.text)), default=0))
            return f"{fence}\n{part.text}\n{fence}"
        case Figure():
            return ""


def _table(table: Table) -> str:
    rule = ["---" if place < table.words else "---:" for place in range(len(table.header))]
    lines = [list(map(plain, table.header)), rule, *(list(map(plain, row)) for row in table.rows)]
    return f"{plain(table.caption)}\n\n" + "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
