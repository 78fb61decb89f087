"""What the site is made of besides docs/: the texts of the root, and a page of the API reference for each door.

A hook of MkDocs (see mkdocs.yml). The texts of the root stand where people look for them in a repository; links between them and
docs/ are turned so that they lead to the pages of the site.
"""

from __future__ import annotations

import ast
import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent

TEXTS = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CODE_OF_CONDUCT.md": "conduct.md",
    "LICENSE": "licence.md",
    "nashcore/data/bundled/ATTRIBUTION.md": "datasets.md",
}
"""A file of the repository -> its page."""

DOORS = {
    "nashcore.bargaining": "One game: from a Gramian to weights.",
    "nashcore.methods": "What a run does at a step: a goal, a rule, a schedule.",
    "nashcore.metrics": "What is measured of predictions, and intervals.",
    "nashcore.options": "What can be chosen, each declared once.",
    "nashcore.data": "Tables: the catalogue, any file, encoding, splits, an audit.",
    "nashcore.learning": "Training in lockstep, and hypergradients of any module.",
    "nashcore.runs": "What to run, and what happened.",
    "nashcore.runs.sweep": "Many runs that differ in what a file says.",
    "nashcore.runs.results": "What stored runs come to.",
    "synthetic": "The loss plane.",
    "nashcore.integrations.torchjd": "The rules as aggregators of TorchJD.",
}
"""The rooms whose ``__all__`` is promised, and what each is for."""

LINK = re.compile(r"(\]\()(?!https?:|#|mailto:)([^)#\s]+)")


def reference(door: str) -> str:
    """The page of a door. Modules that it gives whole, and what is called as the module that it stands in, are named again:
    the door's own section leaves modules out."""
    source = ROOT.joinpath(*door.split("."), "__init__.py")
    imports = ast.walk(ast.parse(source.read_text(encoding="utf-8"))) if source.exists() else ()
    again = [
        f"\n::: {node.module}.{alias.name}\n    options: {{show_root_heading: true}}\n"
        for node in imports
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if node.module in (door, f"{door}.{alias.name}")
    ]
    return f"# {door}\n\n::: {door}\n{''.join(again)}"


def overview() -> str:
    """The page that leads to the doors."""
    rows = "\n".join(f"| [`{door}`]({door}.md) | {says} |" for door, says in DOORS.items())
    return (
        "# API reference\n\nA room is entered through its door: what stands in its `__all__` is promised, and documented here. "
        f"The modules behind it may move.\n\n| door | what is there |\n|---|---|\n{rows}\n"
    )


def turned(text: str, folder: str, page: str) -> str:
    """A text whose links lead to pages of the site.

    Args:
        text: Markdown.
        folder: in the repository, in which its links are meant ("" for the root).
        page: its address among the pages.
    """

    def lead(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, link[2]))
        inside = TEXTS.get(target, target.removeprefix("docs/"))
        return link[1] + posixpath.relpath(inside, posixpath.dirname(page) or ".")

    return LINK.sub(lead, text)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that have no file in docs/."""
    for name, page in TEXTS.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        text = text if name.endswith(".md") else f"# Licence\n\n{text}"
        files.append(File.generated(config, page, content=turned(text, posixpath.dirname(name), page)))
    files.append(File.generated(config, "reference/index.md", content=overview()))
    for door in DOORS:
        files.append(File.generated(config, f"reference/{door}.md", content=reference(door)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn the links of the pages in docs/ as well."""
    generated = page.file.generated_by is not None
    return markdown if generated else turned(markdown, "docs", page.file.src_uri)
