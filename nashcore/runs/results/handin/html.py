"""A report as one HTML file that opens anywhere: no script, no network, light and dark and on paper."""

from __future__ import annotations

from html import escape

from nashcore.runs.results.handin.document import Command, Document, Figure, Part, Sentences, Table
from nashcore.runs.results.handin.style import STYLE

LONG = 28
"""Numbers of at most so many characters stand on one line."""


def to_html(document: Document) -> str:
    """The report as HTML; every text of it is escaped."""
    contents = "".join(
        f'<li><a href="#s{number}">{escape(section.title)}</a></li>'
        for number, section in enumerate(document.sections)
    )
    body = "".join(
        f'<section id="s{number}"><h2>{escape(section.title)}</h2>{"".join(map(_part, section.parts))}</section>'
        for number, section in enumerate(document.sections)
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(document.title)}</title><style>{STYLE}</style></head>\n"
        f"<body><main><header><h1>{escape(document.title)}</h1><p>{escape(document.made)}</p></header>"
        f"<nav><ol>{contents}</ol></nav>{body}</main></body></html>\n"
    )


def _part(part: Part) -> str:
    match part:
        case Sentences():
            items = "".join(f"<li>{escape(text)}</li>" for text in part.texts)
            return f'<ul class="{"warn" if part.warn else "says"}">{items}</ul>'
        case Table():
            return _table(part)
        case Figure():
            return f"<figure>{part.svg}<figcaption>{escape(part.caption)}</figcaption></figure>"
        case Command():
            return f"<pre><code>{escape(part.text)}</code></pre>"


def _table(table: Table) -> str:
    def row(cells: tuple[str, ...], tag: str) -> str:
        made = (
            f"<{tag}{' class=n' if place >= table.words and len(text) <= LONG else ''}>{escape(text)}</{tag}>"
            for place, text in enumerate(cells)
        )
        return f"<tr>{''.join(made)}</tr>"

    rows = "".join(row(cells, "td") for cells in table.rows)
    head = row(table.header, "th")
    return (
        f'<div class="wide"><table><caption>{escape(table.caption)}</caption>'
        f"<thead>{head}</thead><tbody>{rows}</tbody></table></div>"
    )
