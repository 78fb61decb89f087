from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nashcore.data.export import neutralise, to_safe_csv


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-cmd", "@x", "\tx", "\rx", "  =1", "＝1", "-2+3", "--1", "=-1"]
)
def test_formulas_are_neutralised(text: str) -> None:
    assert neutralise(text) == f"'{text}"


@pytest.mark.parametrize("mark", [";", "; ", "|", "\t", "\n", "\r\n"])
def test_formulas_after_what_may_part_cells_are_neutralised(mark: str) -> None:
    """A spreadsheet that parts cells at semicolons sees a new cell there."""
    assert neutralise(f"x{mark}=1+1{mark}y") == f"x{mark}'=1+1{mark}y"
    assert neutralise(f"=1{mark}=2") == f"'=1{mark}'=2"
    assert neutralise(f"x{mark}y") == f"x{mark}y"


@pytest.mark.parametrize("text", ["", "plain", "a=b", "1-2", "-1.5", "+3e4", "-inf", "<b>", "'=x"])
def test_plain_text_and_numbers_stay(text: str) -> None:
    assert neutralise(text) == text


def test_numbers_stay_numbers_and_names_are_neutralised() -> None:
    frame = pd.DataFrame(
        {"=x": [-1.5, np.nan], "y": ["=a", None], "z": pd.Categorical(["-a", "b"])}, index=["@r", "s"]
    )
    assert to_safe_csv(frame) == "'=x,y,z\n-1.5,'=a,'-a\n,,b\n"
    assert to_safe_csv(frame, index=True).splitlines() == ["index,'=x,y,z", "'@r,-1.5,'=a,'-a", "s,,,b"]
    assert frame["y"].iloc[0] == "=a", "the table itself is changed"


def test_repeated_names_are_written_as_they_are() -> None:
    frame = pd.DataFrame([["=a", "b"]], columns=["x", "x"])
    assert to_safe_csv(frame) == "x,x\n'=a,b\n"
