"""A report as a LaTeX document with booktabs tables; figures stand in the HTML report."""

from __future__ import annotations

import re

from nashcore.runs.results.handin.document import Command, Document, Figure, Part, Sentences, Table
from nashcore.runs.results.latex import escape

_HEAD = r"""% Set with LuaLaTeX or XeLaTeX where titles are in other than Latin letters.
\documentclass[a4paper]{article}
\usepackage[margin=2cm]{geometry}
\usepackage{booktabs,longtable,array}
\setlength{\parindent}{0pt}\setlength{\parskip}{.5em}\setlength{\tabcolsep}{3pt}
\sloppy
"""


def to_tex(document: Document) -> str:
    """The report as LaTeX; every text of it is set letter for letter."""
    parts = [
        f"{_HEAD}\\title{{{_words(document.title)}}}\n\\date{{}}\n\\begin{{document}}\n\\maketitle\n{_words(document.made)}"
    ]
    for section in document.sections:
        parts.append(f"\\section{{{_words(section.title)}}}")
        parts += [_part(part) for part in section.parts if not isinstance(part, Figure)]
    return "\n\n".join([*parts, "\\end{document}\n"])


def _words(text: str) -> str:
    """Escaped text, in which a long word may be broken: a digest, a path."""
    escaped = (
        "\\allowbreak{}".join(escape(word[start : start + 12]) for start in range(0, len(word), 12))
        for word in re.split(r"\s+", text)
    )
    return " ".join(escaped)


def _part(part: Part) -> str:
    match part:
        case Sentences():
            mark = "\\textbf{Mind:} " if part.warn else ""
            items = "\n".join(f"\\item {mark}{{}}{_words(text)}" for text in part.texts)
            return f"\\begin{{itemize}}\n{items}\n\\end{{itemize}}"
        case Table():
            return _table(part)
        case Command():
            return f"{{\\small\\ttfamily {_words(part.text)}\\par}}"
        case Figure():
            return ""


def _table(table: Table) -> str:
    """As wide as the page: columns share it by what they hold."""
    longest = [
        min(max(4, *(len(cells[place]) for cells in (table.header, *table.rows))), 45)
        for place in range(len(table.header))
    ]
    share = [0.96 * size / sum(longest) for size in longest]
    columns = "".join(
        f">{{\\raggedright\\arraybackslash}}p{{\\dimexpr {part:.3f}\\linewidth-2\\tabcolsep}}"
        for part in share
    )
    head, *rows = (" & ".join(map(_words, cells)) + r" \\" for cells in (table.header, *table.rows))
    body = "\n".join(rows)
    return (
        f"{{\\small {_words(table.caption)}\\par}}\n{{\\footnotesize\n\\begin{{longtable}}{{{columns}}}\n\\toprule\n{head}\n"
        f"\\midrule\n\\endhead\n{body}\n\\bottomrule\n\\end{{longtable}}}}"
    )
