"""Blocks of code and commands of the documents, and what of them can be run here."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = {
    str(path.relative_to(ROOT)): path for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
}
SURROUNDINGS = re.compile(r"[A-Z_]+=")
FENCE = re.compile(r"^```(\S*)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`([\w-]+\.\w+)`:\n*\Z")
"""The line before a block that holds a file: its name alone."""
NOT_RUN = "# not run by the tests:"
"""From a line that begins so to the end of its block nothing is run; the reason follows, where a reader sees it."""

SHELL = ("", "bash", "sh", "console")
DATA = ("html", "yaml", "json", "toml", "ini", "text", "diff", "nginx", "dockerfile", "caddyfile", "caddy")
"""Languages of what is shown and not executed; tests of what it belongs to read it where that is possible."""


@dataclass(frozen=True)
class Block:
    """A fenced block: where it stands, and its two parts, of which only the first is run.

    Attributes:
        page: the document, from the root.
        line: of the fence.
        section: the heading above it.
        language: what the fence says.
        text: what is run.
        shown: what is not.
        reason: why not.
        file: the name of the file that the block holds, where the line before it says so.
    """

    page: str
    line: int
    section: str
    language: str
    text: str
    shown: str
    reason: str
    file: str | None = None

    @property
    def where(self) -> str:
        """For messages and names of tests."""
        return f"{self.page}:{self.line}"


def blocks_of(page: str, text: str) -> list[Block]:
    """All blocks of a document, in its order."""
    found = []
    for fence in FENCE.finditer(text):
        before = text[: fence.start()]
        headings = re.findall(r"^#+ (.*)$", FENCE.sub("", before), flags=re.MULTILINE)
        run, mark, rest = fence[2].partition(NOT_RUN)
        reason, _, shown = rest.partition("\n")
        line, section = before.count("\n") + 1, headings[-1] if headings else ""
        named = FILE.search(before)
        file = named[1] if named else None
        found.append(Block(page, line, section, fence[1], run, shown if mark else "", reason.strip(), file))
    return found


def commands_of(text: str) -> list[list[str]]:
    """The words of every command in a block of the shell's; comments and surroundings (``NAME=value``) are left out, continued
    lines are one."""
    lines = text.replace("\\\n", " ").splitlines()
    found = [shlex.split(line, comments=True) for line in lines]
    return [
        words[next(at for at, word in enumerate(words) if not SURROUNDINGS.match(word)) :]
        for words in found
        if words
    ]


def of_the_lab(words: list[str]) -> list[str] | None:
    """What follows ``python -m nashcore`` or ``nash-lab``; None of another program."""
    if words[:3] == ["python", "-m", "nashcore"]:
        return words[3:]
    return words[1:] if words[0] == "nash-lab" else None


BLOCKS = [
    block for page, path in PAGES.items() for block in blocks_of(page, path.read_text(encoding="utf-8"))
]
