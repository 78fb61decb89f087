"""What stored runs come to: figures, comparisons, exports and scores."""

from nashcore.runs.results.compare import (
    EPOCHS,
    best_rows,
    get_epoch,
    paired,
    paper_table,
    shared_roster,
    unpaired,
)
from nashcore.runs.results.export import TABLES, models_table
from nashcore.runs.results.handin import KINDS_OF_REPORT, check_report_kind, hand_in
from nashcore.runs.results.latex import latex_table
from nashcore.runs.results.natural import natural_says, natural_table, without_natural
from nashcore.runs.results.pool import Pooled, pool, with_pools
from nashcore.runs.results.report import as_json, caveats_of, differences
from nashcore.runs.results.same_data import WORDS, differing, in_words, refusal, runs_by_data, warnings
from nashcore.runs.results.score import read_rows, score_rows, unseen_rows
from nashcore.runs.results.shown import (
    MARKS,
    cell,
    chance_columns,
    difference_columns,
    gap_cells,
    interval_cell,
    shown_natural,
    shown_table,
)
from nashcore.runs.results.stored_result import StoredResult, names, provenance_of, stored_result

__all__ = [
    "EPOCHS",
    "KINDS_OF_REPORT",
    "MARKS",
    "TABLES",
    "WORDS",
    "Pooled",
    "StoredResult",
    "as_json",
    "best_rows",
    "caveats_of",
    "cell",
    "chance_columns",
    "check_report_kind",
    "difference_columns",
    "differences",
    "differing",
    "gap_cells",
    "get_epoch",
    "hand_in",
    "in_words",
    "interval_cell",
    "latex_table",
    "models_table",
    "names",
    "natural_says",
    "natural_table",
    "paired",
    "paper_table",
    "pool",
    "provenance_of",
    "read_rows",
    "refusal",
    "runs_by_data",
    "score_rows",
    "shared_roster",
    "shown_natural",
    "shown_table",
    "stored_result",
    "unpaired",
    "unseen_rows",
    "warnings",
    "with_pools",
    "without_natural",
]
