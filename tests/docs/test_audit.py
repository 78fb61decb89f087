"""What an audit says: of vulnerabilities, of none, and of data that could not be reached."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

AUDIT = runpy.run_path(str(Path(__file__).parents[2] / ".ci" / "audit.py"))
FINE = {"name": "fine", "version": "1.0", "vulns": []}
BAD = {
    "name": "bad",
    "version": "0.1",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["0.2"]}, {"id": "PYSEC-2", "fix_versions": []}],
}
UNKNOWN = {"name": "own", "skip_reason": "not on the index"}


def said(*packages: object, required: bool = False) -> tuple[str, int]:
    text: tuple[str, int] = AUDIT["verdict"](AUDIT["read"](json.dumps({"dependencies": packages})), required)
    return text


def test_a_vulnerability_fails_and_is_named_with_what_mends_it() -> None:
    text, code = said(FINE, BAD, UNKNOWN)
    assert code == 1
    assert "bad 0.1: PYSEC-1, mended in 0.2" in text
    assert "bad 0.1: PYSEC-2, mended in no version" in text
    assert "2 packages asked. Nothing is known of 1: own." in text


def test_none_is_said_with_how_many_were_asked() -> None:
    assert said(FINE) == ("No known vulnerability in 1 packages.", 0)


@pytest.mark.parametrize("report", ["", '{"dependencies": []}', json.dumps({"dependencies": [UNKNOWN]})])
def test_data_that_cannot_be_reached_is_no_good_news(report: str) -> None:
    findings = AUDIT["read"](report)
    text, code = AUDIT["verdict"](findings, False)
    assert text.startswith("NOT AUDITED")
    assert code == 0
    assert AUDIT["verdict"](findings, True)[1] == 1
