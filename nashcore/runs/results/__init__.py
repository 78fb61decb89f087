"""What stored runs come to: figures, comparisons, exports and scores."""

from typing import TYPE_CHECKING

from nashcore.door import open_on_demand

if TYPE_CHECKING:
    from nashcore.runs.results.baseline import Against, against, shown_against
    from nashcore.runs.results.by_group import ByGroup, by_group_table
    from nashcore.runs.results.compare import (
        EPOCHS,
        best_rows,
        get_epoch,
        paired,
        paper_table,
        shared_roster,
        unpaired,
    )
    from nashcore.runs.results.explain import explain_row, explanation_table
    from nashcore.runs.results.export import TABLES, models_table
    from nashcore.runs.results.handin import KINDS_OF_REPORT, check_report_kind, hand_in
    from nashcore.runs.results.latex import latex_table
    from nashcore.runs.results.natural import natural_says, natural_table, without_natural
    from nashcore.runs.results.pairs import differences
    from nashcore.runs.results.pool import Pooled, pool, with_pools
    from nashcore.runs.results.report import as_json, caveats_of
    from nashcore.runs.results.same_data import differing, refusal, runs_by_data, warnings
    from nashcore.runs.results.score import read_rows, score_rows, unseen_rows
    from nashcore.runs.results.scored_rows import PARTS, ScoredRows, file_rows, lacking_columns, own_rows
    from nashcore.runs.results.shown import (
        MARKS,
        cell,
        chance_columns,
        comparison_table,
        difference_columns,
        gap_cells,
        interval_cell,
        shown_natural,
        shown_table,
    )
    from nashcore.runs.results.shown_by_group import (
        shown_calibration,
        shown_confusion,
        shown_methods,
        shown_rates,
    )
    from nashcore.runs.results.stored_result import StoredResult, names, provenance_of, stored_result
    from nashcore.runs.results.thresholds import PLAIN, Thresholds
    from nashcore.runs.results.verdict import Verdict, verdicts
    from nashcore.runs.settings import WORDS
else:
    open_on_demand(__name__)

__all__ = [
    "EPOCHS",
    "KINDS_OF_REPORT",
    "MARKS",
    "PARTS",
    "PLAIN",
    "TABLES",
    "WORDS",
    "Against",
    "ByGroup",
    "Pooled",
    "ScoredRows",
    "StoredResult",
    "Thresholds",
    "Verdict",
    "against",
    "as_json",
    "best_rows",
    "by_group_table",
    "caveats_of",
    "cell",
    "chance_columns",
    "check_report_kind",
    "comparison_table",
    "difference_columns",
    "differences",
    "differing",
    "explain_row",
    "explanation_table",
    "file_rows",
    "gap_cells",
    "get_epoch",
    "hand_in",
    "interval_cell",
    "lacking_columns",
    "latex_table",
    "models_table",
    "names",
    "natural_says",
    "natural_table",
    "own_rows",
    "paired",
    "paper_table",
    "pool",
    "provenance_of",
    "read_rows",
    "refusal",
    "runs_by_data",
    "score_rows",
    "shared_roster",
    "shown_against",
    "shown_calibration",
    "shown_confusion",
    "shown_methods",
    "shown_natural",
    "shown_rates",
    "shown_table",
    "stored_result",
    "unpaired",
    "unseen_rows",
    "verdicts",
    "warnings",
    "with_pools",
    "without_natural",
]
