"""Two ways of reading a result: two-stage methods against their one-stage twins, and group by group."""

from __future__ import annotations

import streamlit as st

from nashcore.learning import (
    Result,
    comparison_caveats,
    interval_caveat,
    means_by_unit,
    unit_of,
    unit_sentence,
)
from nashcore.metrics import GROUP_METRICS, KINDS, metric_title
from nashcore.options import ShownOptions
from nashcore.runs.results import StoredResult
from ui.figures import curves
from ui.figures.groups import by_group, differences
from ui.shell import figure_box
from ui.shell.spread import means_and_spreads
from ui.shell.text import theme
from ui.train import tables
from ui.train.arms import styles


def differences_view(run: StoredResult, kind: str) -> None:
    """Each two-stage method against its one-stage twin."""
    summary = run.summary
    if not summary["differences"]:
        st.info("Nothing to compare: train a method that bargains together with its one-stage twin.")
        return
    metric = st.segmented_control(
        "Difference in",
        KINDS[kind].metrics,
        default=KINDS[kind].metrics[0],
        required=True,
        format_func=metric_title,
        key=f"difference_{kind}",
    )
    table = tables.difference_table(summary, metric)
    if table["mean"].isna().all():
        st.info(f"Nothing to compare: {table['reason'].iloc[0]}.")
        return
    named = {name: arm.title for name, arm in run.arms.items()}
    titles = [
        f"{run.arms[arm].title}<br>minus {run.arms[twin].title}"
        for arm, twin in zip(table["method"], table["minus"], strict=True)
    ]
    means, lows, highs = (table[name].to_numpy(float) for name in ("mean", "low", "high"))
    figure_box.show(
        differences(
            titles,
            [styles(run)[arm] for arm in table["method"]],
            means,
            lows,
            highs,
            metric_title(metric),
            theme(),
            [str(reason) for reason in table["reason"]],
        ),
        key="difference",
        caption="Last epoch, two-stage minus one-stage, the same splits and seeds on both sides. "
        + " ".join(
            [
                interval_caveat(summary["unit"]),
                *comparison_caveats(summary, [kind]),
                unit_sentence(run.result),
            ]
        ),
        alt="Paired differences of each two-stage method to its one-stage twin with 95% intervals.",
        data=table,
        command=run.command,
    )
    st.dataframe(tables.shown_differences(table, named, summary["unit"]), hide_index=True)


def groups_view(run: StoredResult, result: Result, shown: ShownOptions) -> None:
    """A metric of every group: all methods at the last epoch, and one method over the epochs."""
    options = [name for name in GROUP_METRICS if name in result.group_metrics]
    a, b = st.columns([1.4, 1], vertical_alignment="bottom")
    metric = a.selectbox("Metric", options, format_func=metric_title, key="group_metric")
    when = b.segmented_control(
        "Show",
        ["all", "one"],
        default="all",
        required=True,
        format_func={"all": "Last epoch", "one": "Over the epochs"}.__getitem__,
        key="group_when",
    )
    title, values = metric_title(metric), means_by_unit(result.group_metrics[metric], result)
    over = f"{unit_of(result)}s"
    if when == "one":
        row = st.selectbox(
            "Method",
            range(len(result.arms)),
            format_func=lambda place: run.arms[result.arms[place]].title,
            key="group_arm",
            width=320,
        )
        figure = curves.group_curves(
            result.groups,
            values[row],
            title,
            styles(run)[result.arms[row]],
            run.config.epochs,
            theme(),
            shown.ddof,
            over=over,
        )
        caption = (
            f"Lines are means over the {over}, bands one {shown.spread_says}. Look for groups that part or meet. Lines of groups "
            "that are treated alike lie apart too, since each group has few test rows: gaps of equal groups by chance stand in "
            "the table above."
        )
    else:
        mean, spread = means_and_spreads(values[:, :, -1], shown.ddof)
        figure = by_group(list(styles(run).values()), result.groups, mean, spread, title, theme(), over=over)
        caption = (
            "Last epoch. Dots close together across the groups mean equal treatment by this metric, as far as so few test "
            f"rows can tell: gaps of equal groups by chance stand in the table above. Lines are one {shown.spread_says} over "
            f"the {over}. How many test rows a dot rests on stands beside that table."
        )
    figure_box.show(
        figure,
        key="groups",
        caption=caption,
        alt=f"{title} of every group.",
        data=tables.one_group_metric(run, metric, shown.ddof),
        command=run.command,
    )
