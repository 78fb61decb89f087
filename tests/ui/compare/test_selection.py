"""The lists of runs tell letters, titles and reasons."""

from __future__ import annotations

from tests.nashcore.runs.made_up_results import made_up_run
from tests.ui.compare.test_figures import TAG, A, comparison
from ui.compare.selection import key_table, listing


def test_tables_tell_letters_and_reasons() -> None:
    assert key_table(comparison())["Title"].tolist() == ["Run a", TAG]
    kept = [run.run for run in comparison().runs]
    assert "Reason" not in listing(kept)
    failed = made_up_run("c", A, state="failed", reason="Memory ran out.").run
    assert listing([*kept, failed])["Reason"].tolist() == ["", "", "Memory ran out."]
