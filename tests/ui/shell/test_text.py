"""Text from outside is shown letter for letter."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from ui.shell.text import plain

JOINER = "\u2060"


@pytest.mark.parametrize("text", ["see www.example.org", "https://example.org", "someone@example.org"])
def test_plain_addresses_are_no_links(text: str) -> None:
    """The browser makes links of what looks like an address, escaped or not: a character without width stops it."""
    marked = plain(text).replace("\\", "")
    assert marked.replace(JOINER, "") == text
    assert not re.search(r"(www\.|://)[\w.]|@\w", marked)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[click](http://example.org)",
        "![x](http://example.org/x.png)",
        "**bold** _it_ `code` ~~gone~~",
        "$x^2$",
        "| a | b |",
        "# heading",
        "- item",
        "1. item",
        "a & b < c > d &amp; é",
        "back\\slash",
    ],
)
def test_plain_text_is_shown_letter_for_letter(text: str) -> None:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(plain(text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    assert "".join(child.content for child in children).replace(JOINER, "") == text
