"""The table as LaTeX: letter for letter, and bold only where it is fair and said."""

from __future__ import annotations

import re

import pytest

from nashcore.runs.results.latex import escape, latex_table
from tests.nashcore.runs.made_up_results import made_up_run
from tests.nashcore.runs.quick_config import quick_config
from tests.ui.train.trained import trained

VALUES = [[[0.5], [0.7]], [[0.8], [0.8]]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\input{/etc/passwd}", r"\textbackslash{}input\{/etc/passwd\}"),
        ("a_b^c~d", r"a\_b\textasciicircum{}c\textasciitilde{}d"),
        ("50% & #1 $x$", r"50\% \& \#1 \$x\$"),
        ("<b>|", "$<$b$>$$|$"),
        ("a -- b --- c", "a -{}- b -{}-{}- c"),
        ("two\nlines\x07", "two lines "),
    ],
)
def test_signs_that_latex_reads_are_printed(text: str, expected: str) -> None:
    assert escape(text) == expected


def test_the_table_by_hand() -> None:
    text = latex_table(
        [made_up_run("a", VALUES, quick_config(methods="ltr,nash_ltr", epochs=1), title="50% & \\x")]
    )
    assert (
        "\\multicolumn{4}{l}{\\emph{50\\% \\& \\textbackslash{}x} (titanic, by sex; 18 test rows)} \\\\"
        in text
    )
    assert "\\quad LtR & $0.600 \\pm 0.141$ & " in text
    assert "\\quad LtR + Nash, T = 1 & $\\mathbf{0.800} \\pm 0.000$ & " in text
    assert "Bold: the best mean as printed among finished runs." in text
    assert "Max-gAUCD $\\downarrow$" in text
    lines = [line for line in text.splitlines() if line.startswith("\\quad")]
    assert {line.count(" & ") for line in lines} == {3}
    assert text.count("{") - text.count("\\{") == text.count("}") - text.count("\\}")


def test_bold_never_crosses_runs_on_other_rows() -> None:
    config = quick_config(methods="ltr,nash_ltr", epochs=1)
    worse = [[[0.1], [0.1]], [[0.2], [0.2]]]
    text = latex_table(
        [
            made_up_run("a", VALUES, config),
            made_up_run("b", worse, quick_config(methods="ltr,nash_ltr", epochs=1, split_seed=1)),
        ]
    )
    assert re.findall(r"mathbf\{(0\.[1-9]\d*)\}", text) == ["0.800", "0.200"]
    assert text.count("\\midrule") == 2
    assert "do not compare across them" in text


def test_nothing_is_bold_where_there_is_nothing_to_compare() -> None:
    text = latex_table(
        [made_up_run("a", VALUES, quick_config(methods="ltr,nash_ltr", epochs=1), state="stopped")],
        epoch="best",
    )
    assert "mathbf" not in text
    assert "Bold" not in text
    assert "stopped: not all of 1 epochs are done" in text
    assert "Best epoch (chosen on the test set, as the paper does)" in text


def test_a_gap_stands_beside_what_equal_groups_would_show() -> None:
    run = trained()
    text = latex_table([run])
    header = next(line for line in text.splitlines() if line.startswith("Method"))
    assert header.startswith(
        "Method & Overall AUC $\\uparrow$ & Max-gAUCD $\\downarrow$ & by chance & Worst-gAUC"
    )
    chance = run.summary["methods"]["ltr"]["chance"]["last"]["max_gaucd"]
    line = next(line for line in text.splitlines() if line.startswith("\\quad LtR &"))
    assert line.count(" & ") == 4
    assert f"${chance['mean']:.3f}$ (${chance['high']:.3f}$)" in line
    assert ("^{c}" in line) == (not chance["told"])
    assert "^{c}$: not told from chance" in text
    assert "36 test rows, " in text
    assert "sample standard deviation (n $-$ 1)" in text
    assert latex_table([run], "gaps").count(" by chance") == 3
