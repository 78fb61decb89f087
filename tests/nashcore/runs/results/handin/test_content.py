"""A report says the numbers of the pages, and nothing in it is taken for anything but text."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nashcore.errors import InputError
from nashcore.learning import CHANCE, FLATTERS, OTHER_DATA
from nashcore.metrics import KINDS, METRICS
from nashcore.runs.results import hand_in, paper_table, stored_result, with_pools
from nashcore.runs.results.handin.content import compose
from nashcore.runs.results.handin.document import Command, Document, Sentences, Table
from nashcore.runs.results.handin.html import to_html
from nashcore.runs.results.handin.numbers import numbers_table
from nashcore.runs.results.stored_result import StoredResult
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.made_up_results import made_up_run
from tests.nashcore.runs.quick_config import own, own_table, quick_config

EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "| a | **b** [c](http://example.org) `d` ![e](f)",
    r"\input{/etc/passwd} $x$ 50% #1 ~ _a_",
    "=cmd()|' /C calc'!A0",
    "</style><style>*{display:none}",
)

PLAIN_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "nav", "section", "h1", "h2", "p"),
    *("ol", "ul", "li", "a", "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "pre", "code"),
    *("figure", "figcaption", "svg", "text", "line", "rect", "circle", "polyline"),
}


class Seen(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def two(store: Store) -> list[StoredResult]:
    """Two runs of three methods that differ in their rule."""
    found = []
    for rule in ("nash", "mean"):
        with store.begin(quick_config(rule=rule), f"run with {rule}") as run:
            carry_out(store, run)
        found.append(stored_result(store, run.id))
    return found


def tables(document: Document) -> list[Table]:
    return [part for section in document.sections for part in section.parts if isinstance(part, Table)]


def texts(document: Document) -> str:
    parts = [part for section in document.sections for part in section.parts]
    return "\n".join(text for part in parts if isinstance(part, Sentences) for text in part.texts)


@pytest.mark.parametrize("epoch", ["last", "best"])
def test_every_mean_of_the_paper_s_table_stands_in_the_report(two: list[StoredResult], epoch: str) -> None:
    document = compose(two, epoch)
    for kind, one in KINDS.items():
        table = paper_table(two, kind, epoch)
        (shown,) = [found for found in tables(document) if found.caption.startswith(f"{one.title}. ")]
        assert len(shown.rows) == len(table)
        for metric in one.metrics:
            column = shown.header.index(METRICS[metric].heading)
            for row, (_, numbers) in zip(shown.rows, table.iterrows(), strict=True):
                mean, std = numbers[f"{metric}_mean"], numbers[f"{metric}_std"]
                assert row[column].startswith(f"{mean:.3f} ± {std:.3f}")


def test_all_kinds_of_report_say_the_same_cells(two: list[StoredResult]) -> None:
    document = compose(two)
    page, markdown, tex = (hand_in(two, kind).decode() for kind in ("html", "md", "tex"))
    seen = set(Seen(page).texts)
    for table in tables(document):
        for cell in {
            cell for row in table.rows for cell in row if cell and set(cell) <= set("0123456789.±+ ")
        }:
            assert cell in seen
            assert cell in markdown
            assert cell.replace("±", r"$\pm$") in tex.replace("\\allowbreak{}", "")


def test_numbers_are_those_of_the_paper_s_table_to_the_bit(two: list[StoredResult]) -> None:
    table = numbers_table(two)
    stored = pd.read_parquet(io.BytesIO(hand_in(two, "parquet")))
    pd.testing.assert_frame_equal(stored, table, check_exact=True, check_dtype=False)
    for kind, one in KINDS.items():
        for when in ("last", "best"):
            whole = paper_table(with_pools(two), kind, when)
            for metric in one.metrics:
                part = table[(table["when"] == when) & (table["metric"] == metric)]
                for name in ("mean", "std"):
                    np.testing.assert_array_equal(part[name].to_numpy(), whole[f"{metric}_{name}"].to_numpy())
    assert len(table) == 2 * len(METRICS) * sum(len(run.arms) for run in two)
    read = csv.DictReader(io.StringIO(hand_in(two, "csv").decode("utf-8-sig")))
    np.testing.assert_array_equal([float(row["mean"] or "nan") for row in read], table["mean"].to_numpy())


def test_it_says_settings_provenance_caveats_and_what_it_does_not_show(two: list[StoredResult]) -> None:
    document = compose(two)
    said = texts(document)
    assert OTHER_DATA in said
    assert CHANCE in said
    assert FLATTERS not in said
    assert FLATTERS in texts(compose(two, "best"))
    commands = [
        part.text for section in document.sections for part in section.parts if isinstance(part, Command)
    ]
    assert commands == [run.command for run in two]
    (differ,) = [table for table in tables(document) if table.caption == "Settings that differ"]
    assert differ.rows == (("Rule of the bargaining stage", "Nash", "Mean"),)
    for run in two:
        assert not isinstance(run.provenance, str)
        for row in run.provenance.rows():
            assert any(row in table.rows for table in tables(document))


@pytest.mark.parametrize("title", EVIL)
def test_titles_and_names_are_text_and_nothing_else(title: str, store: Store, tmp_path: Path) -> None:
    """A title, a column and groups that would be markup; the page asks for nothing from anywhere."""
    path = own_table(tmp_path)
    name = title.replace(",", ";")
    path.write_text(path.read_text().replace("y,s,x,z", f'y,s,x,"{name.replace(chr(34), chr(34) * 2)}"'))
    with store.begin(own(path, seeds=1), title) as run:
        carry_out(store, run)
    found = stored_result(store, run.id)
    page = Seen(hand_in([found]).decode())
    assert page.tags <= PLAIN_TAGS
    assert {attribute for attribute, _ in page.attributes} & {
        "src",
        "onerror",
        "onload",
        "xlink:href",
        "style",
    } == set()
    assert all(str(value).startswith("#") for attribute, value in page.attributes if attribute == "href")
    assert " ".join(title.split()) in page.texts
    text = to_html(compose([found]))
    assert "url(" not in text.partition("</style>")[0]
    assert "@import" not in text.partition("</style>")[0]
    tex = hand_in([found], "tex").decode()
    assert "\\input{/etc" not in tex
    markdown = hand_in([found], "md").decode()
    assert "<script" not in markdown
    assert not re.search(r"(?<!\\)\]\(", markdown)
    for line in markdown.splitlines():
        if line.startswith("|"):
            rows = len(re.findall(r"(?<!\\)\|", line))
            assert rows >= 3
    assert "\n=cmd" not in hand_in([found], "csv").decode()
    assert ",=cmd" not in hand_in([found], "csv").decode()


def test_runs_that_lack_things_are_reported_all_the_same() -> None:
    """A model that stopped, a run that stopped early, one seed, and nothing noted down on where the numbers come from."""
    one = made_up_run(
        "aaaaaaaa", [[[0.5, 0.6]], [[0.7, np.nan]]], stopped={("nash_ltr", 0): "A loss is not finite."}
    )
    other = made_up_run("bbbbbbbb", [[[0.5], [0.6]], [[0.7], [0.8]]], state="stopped")
    document = compose([one, other])
    said = texts(document)
    assert "1 of 2 models stopped" in said
    assert "A loss is not finite." in said
    assert "earlier version of the program" in said
    assert "NaN" not in to_html(document)
    assert ">nan" not in to_html(document)


def test_what_cannot_be_reported_is_said(two: list[StoredResult], store: Store) -> None:
    waiting = stored_result(store, store.add(quick_config()).id)
    store.stop(waiting.id)
    with pytest.raises(InputError, match="has no figures yet"):
        hand_in([waiting])
    with pytest.raises(
        InputError, match=r"should end in \.html, \.md, \.tex, \.csv, \.parquet\. Found 'docx'"
    ):
        hand_in(two, "docx")
    with pytest.raises(InputError, match="Epoch should be"):
        hand_in(two, "html", "first")
