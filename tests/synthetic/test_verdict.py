"""What is said of a simulation."""

from __future__ import annotations

import numpy as np

from synthetic.verdict import headline


def test_titles_that_hold_commas_are_parted_by_semicolons() -> None:
    failed = np.array([[False, False], [False, False], [True, False]])
    assert headline(["Nash, throughout", "Mean", "GM"], failed) == (
        "Reaches the front from every start: Nash, throughout; Mean. Fails: GM from 1 of 2."
    )
    assert headline(["Nash", "Mean", "GM"], failed).startswith(
        "Reaches the front from every start: Nash, Mean."
    )


def test_methods_of_one_title_are_told_each() -> None:
    failed = np.array([[True, False], [False, False]])
    assert headline(["GM", "GM"], failed) == "Reaches the front from every start: GM. Fails: GM from 1 of 2."
