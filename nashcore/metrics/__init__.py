"""Group metrics of many models at once, and intervals; knows only torch and numpy.

`METRICS` and `GROUP_METRICS` say what is measured and in which words, `measure` measures it.
"""

from nashcore.metrics.bootstrap import COVERED, RESAMPLES, bootstrap_means
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

__all__ = [
    "COVERED",
    "GROUP_METRICS",
    "KINDS",
    "METRICS",
    "RESAMPLES",
    "Kind",
    "Metric",
    "Predictions",
    "Rates",
    "alignment",
    "bootstrap_means",
    "gap",
    "get_kind",
    "group_rates",
    "group_roc_auc",
    "measure",
    "metric_title",
    "overall_rates",
    "roc_auc",
    "t_probability",
    "t_quantile",
    "undefined_groups",
    "worst",
]
