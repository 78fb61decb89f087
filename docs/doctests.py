"""Examples in docstrings, set as code on the pages of the API reference (an extension of Griffe, see mkdocs.yml)."""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, Object

EXAMPLE = re.compile(r"^([ ]*)>>> .*(?:\n(?![ ]*\n|[ ]*$).*)*", flags=re.MULTILINE)
"""From a prompt to the next empty line."""


def fenced(text: str) -> str:
    """A docstring whose examples stand in fences; Markdown would take their prompts for quotations."""
    return EXAMPLE.sub(lambda found: f"{found[1]}```pycon\n{found[0]}\n{found[1]}```", text)


class Doctests(Extension):
    """Fences the examples of every docstring that is loaded."""

    def on_instance(self, *, obj: Object, **_: Any) -> None:
        """Called by Griffe for each object that it reads."""
        if obj.docstring:
            obj.docstring.value = fenced(obj.docstring.value)
