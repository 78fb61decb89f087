"""Group metrics of many models at once, and intervals; knows only torch and numpy.

`METRICS` and `GROUP_METRICS` say what is measured and in which words, `measure` measures it.
"""

from typing import TYPE_CHECKING

from nashcore.door import open_on_demand

if TYPE_CHECKING:
    from nashcore.metrics.bootstrap import COVERED, RESAMPLES, bootstrap_means
    from nashcore.metrics.calibration import BINS, Reliability, reliability
    from nashcore.metrics.chance import QUANTILE, DrawnRows, Floor, chance_gaps, chance_roc_gaps, floor_of
    from nashcore.metrics.confusion import COUNTED_RATES, Confusion, CountedRate, counted_rates
    from nashcore.metrics.intervals import LEVEL, Family, correct, holm, paired_interval
    from nashcore.metrics.pareto import pareto_efficient, tied
    from nashcore.metrics.power import (
        POWER,
        Needed,
        gap_error,
        hard_auc_error,
        roc_auc_error,
        seeds_and_rows_needed,
        spread_behind,
        units_needed,
    )
    from nashcore.metrics.rates import (
        Rates,
        alignment,
        gap,
        group_rates,
        group_roc_auc,
        overall_rates,
        roc_auc,
        undefined_groups,
        worst,
    )
    from nashcore.metrics.registry import (
        GROUP_METRICS,
        KINDS,
        METRICS,
        Kind,
        Metric,
        Predictions,
        get_kind,
        measure,
        metric_title,
    )
    from nashcore.metrics.student_t import t_probability, t_quantile
    from nashcore.metrics.thresholds import Sweep, copies_of
    from nashcore.metrics.wilson import Proportion, Z, wilson
else:
    open_on_demand(__name__)

__all__ = [
    "BINS",
    "COUNTED_RATES",
    "COVERED",
    "GROUP_METRICS",
    "KINDS",
    "LEVEL",
    "METRICS",
    "POWER",
    "QUANTILE",
    "RESAMPLES",
    "Confusion",
    "CountedRate",
    "DrawnRows",
    "Family",
    "Floor",
    "Kind",
    "Metric",
    "Needed",
    "Predictions",
    "Proportion",
    "Rates",
    "Reliability",
    "Sweep",
    "Z",
    "alignment",
    "bootstrap_means",
    "chance_gaps",
    "chance_roc_gaps",
    "copies_of",
    "correct",
    "counted_rates",
    "floor_of",
    "gap",
    "gap_error",
    "get_kind",
    "group_rates",
    "group_roc_auc",
    "hard_auc_error",
    "holm",
    "measure",
    "metric_title",
    "overall_rates",
    "paired_interval",
    "pareto_efficient",
    "reliability",
    "roc_auc",
    "roc_auc_error",
    "seeds_and_rows_needed",
    "spread_behind",
    "t_probability",
    "t_quantile",
    "tied",
    "undefined_groups",
    "units_needed",
    "wilson",
    "worst",
]
