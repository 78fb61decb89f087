"""Sweeps on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table

from nashcore.commands.terminal import PlainConsole, print_json

if TYPE_CHECKING:
    from nashcore.runs import Store
    from nashcore.runs.sweep import Best, SweepFigures, SweepPlan


def states_in_words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in counts.items())


def print_plan(store: Store, plan: SweepPlan, *, as_json: bool) -> None:
    """The runs of a file, without beginning any."""
    from nashcore.runs import WORDS, in_words
    from nashcore.runs.sweep import planned, varied

    sweep, stands, digests = planned(store, plan)
    names = varied(plan.configs)
    rows: list[dict[str, Any]] = [
        {
            "number": one.place.number + 1,
            "config": digest,
            "settings": {name: in_words(name, one.place.config.values()[name]) for name in names},
            "models": one.place.config.models,
            "state": one.state,
            "run": None if one.run is None else one.run.id,
        }
        for one, digest in zip(stands, digests, strict=True)
    ]
    if as_json:
        print_json({"sweep": sweep, "title": plan.title, "metric": plan.metric, "runs": rows})
        return
    table = Table("run", *(WORDS[name] for name in names), "models", "config", "state", title=plan.title)
    for row in rows:
        state = "to be trained" if row["run"] is None else f"{row['state']}, run {row['run']}"
        table.add_row(
            str(row["number"]), *row["settings"].values(), str(row["models"]), row["config"][:8], state
        )
    console = PlainConsole()
    console.print(table)
    models = sum(row["models"] for row in rows if row["state"] != "finished")
    left = sum(row["state"] != "finished" for row in rows)
    console.print(f"Sweep {sweep}: {left} of {len(rows)} runs to be trained, {models:,} models.")


def print_figures(
    figures: SweepFigures, metric: str, arm: str | None, best: Sequence[Best], origins: Sequence[str]
) -> None:
    from nashcore.metrics import METRICS
    from nashcore.runs.results import WORDS, cell
    from nashcore.runs.sweep import SPLITS, best_sentences, sweep_table

    names = [name for name in figures.names if name not in SPLITS]
    shown = sweep_table(figures)
    if arm is not None:
        shown = shown[(shown["arm"] == arm) | shown["arm"].isna()]
    shown = shown.sort_values(f"{metric}_mean", ascending=METRICS[metric].smaller_is_better, kind="stable")
    title = f"{figures.sweep.title}: {METRICS[metric].title}, last epoch, mean ± std"
    table = Table(
        "run", *(WORDS[name] for name in names), "method", METRICS[metric].short, "over", "state", title=title
    )
    for row in shown.astype(object).where(shown.notna(), None).to_dict("records"):
        numbers = {part: row[f"{metric}_{part}"] for part in ("mean", "std")}
        over = "" if row["unit"] is None else f"{row['units']} {row['unit']}{'s' * (row['units'] != 1)}"
        table.add_row(
            row["run"],
            *(str(row[name]) for name in names),
            row["method"] or "",
            cell(numbers),
            over,
            row["state"],
        )
    console = PlainConsole()
    console.print(table)
    for one in best:
        for sentence in best_sentences(one):
            console.print(sentence)
    for sentence in (*figures.damaged, *origins):
        console.print(sentence)
    console.print(f"Sweep {figures.sweep.id}: {states_in_words(figures.counts)}.")


def figures_json(
    figures: SweepFigures, metric: str, best: Sequence[Best], origins: Sequence[str]
) -> dict[str, Any]:
    from nashcore.runs.sweep import best_sentences, sweep_table

    table = sweep_table(figures)
    return {
        "sweep": figures.sweep.id,
        "title": figures.sweep.title,
        "metric": metric,
        "states": figures.counts,
        "share": figures.share,
        "varies": list(figures.names),
        "runs": [
            {
                "number": one.place.number + 1,
                "run": None if one.run is None else one.run.id,
                "state": one.state,
                "reason": "" if one.run is None else one.run.reason,
                "config": one.place.config.model_dump(mode="json"),
            }
            for one in figures.standings
        ],
        "table": [
            {str(name): getattr(value, "item", lambda value=value: value)() for name, value in row.items()}
            for row in table.astype(object).where(table.notna(), None).to_dict("records")
        ],
        "best": [
            {
                "run": one.candidate.run.id,
                "arm": one.candidate.arm,
                "settings": dict(one.candidate.settings),
                "mean": one.mean,
                "low": one.low,
                "high": one.high,
                "reason": one.reason,
                "unit": one.unit,
                "units": one.units,
                "says": best_sentences(one),
                "rivals": [
                    {
                        "run": rival.candidate.run.id,
                        "arm": rival.candidate.arm,
                        "settings": dict(rival.candidate.settings),
                        "mean": rival.mean,
                        "difference": rival.difference,
                        "low": rival.low,
                        "high": rival.high,
                        "p": rival.p,
                        "told": rival.told,
                        "reason": rival.reason,
                    }
                    for rival in one.rivals
                ],
            }
            for one in best
        ],
        "warnings": [*figures.damaged, *origins],
    }
