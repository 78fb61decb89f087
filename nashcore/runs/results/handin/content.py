"""What a report says of runs: the numbers and sentences of the pages and the command line, from the same places."""

from __future__ import annotations

import time
from collections.abc import Sequence

import nashcore
from nashcore.learning import STANDARD
from nashcore.metrics import KINDS
from nashcore.options import ShownOptions
from nashcore.runs.results.compare import EPOCHS, get_epoch
from nashcore.runs.results.handin.about import game, limits, notices, overview, provenance, settings_of
from nashcore.runs.results.handin.document import Document, Section
from nashcore.runs.results.handin.measured import results
from nashcore.runs.results.handin.selection import Selection
from nashcore.runs.results.handin.verdict import verdict
from nashcore.runs.results.stored_result import StoredResult


def compose(runs: Sequence[StoredResult], epoch: str = "last", shown: ShownOptions = STANDARD) -> Document:
    """A report on runs.

    Args:
        runs: one or more, each with an epoch done at least.
        epoch: "last", or "best", chosen on the test set.
        shown: which standard deviation stands behind a mean.

    Raises:
        InputError: a run has no figures, or the epoch is not known.
    """
    report = Selection(runs, get_epoch(epoch), shown)
    title = runs[0].run.title if len(runs) == 1 else f"{len(runs)} runs side by side"
    made = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    sections = [
        Section("Verdict", tuple(verdict(report))),
        Section("Runs", tuple(overview(report))),
    ]
    sections += [Section(KINDS[kind].title, tuple(results(report, kind))) for kind in KINDS]
    sections += [
        Section("What this does not show", tuple(limits(report))),
        Section("The game", tuple(game(report))),
        Section("Settings", tuple(settings_of(report))),
        Section("Provenance", tuple(provenance(report))),
        Section("Notices", tuple(notices(report))),
    ]
    return Document(
        title,
        f"Report of the Nash Bargaining Lab {nashcore.__version__}, made {made}. {EPOCHS[report.epoch]}.",
        tuple(section for section in sections if section.parts),
    )
