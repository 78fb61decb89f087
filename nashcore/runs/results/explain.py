"""One row's score, and what changes it most: every column alone is set to other values, and the model is asked again.

Exact for any model: each number is the model's own answer. Columns of features are never changed one by one, only whole columns
of the table.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nashcore.data import alternatives, unseen_values
from nashcore.runs.results.score import place_of, refuse_stopped, title_of
from nashcore.runs.store import Store

METHOD = (
    "One column at a time is set to its typical value (the training rows' median, or their most frequent value), and then to other "
    "values of the training rows, within two standard deviations; the model's score is computed anew each time "
    "(occlusion). “(rare)” stands for all values that few of those rows had."
)
NOT_SHOWN = (
    "It says what this model would answer, not what would become of a person whose value changed. Columns that move together are "
    "changed apart here, so that some of these rows may be unlike any that exist; and a column may stand for another that is not "
    "used, a group among them."
)


def explain_row(
    store: Store, run: str, frame: pd.DataFrame, row: int, arm: str, seed: int, split: int | None = None
) -> dict[str, Any]:
    """What changes the score of one row most.

    Args:
        store: where the run is.
        run: which one.
        frame: rows, as `nashcore.runs.results.read_rows` gives them.
        row: which of them, from 0.
        arm: the model's arm, by its name or its title.
        seed: its seed.
        split: the seed of the split that it was trained on; the run's first when left out.

    Returns:
        In figures that fit into JSON: "row" (from 1), "run", "arm", "label", "seed", "split", "score", "typical" (the score with
        every column typical), "sum" (of the single changes) and "together" (of all at once); "columns", those that change the score
        most first: "column", "value", "typical", "without" (the score with the typical value), "change" (the score minus that),
        "seeds" (the least and the largest change under all seeds' models), "lowest" and "highest" (value and score); "says"
        (how the changes add up), "method", "caveats".

    Raises:
        InputError: there is no such run, model or row, or a column is missing or of another kind.
    """
    kept = store.get(run)
    place = place_of(kept.config, split)
    arm = {one.title: one.name for one in kept.config.arms()}.get(arm, arm)
    refuse_stopped(store, kept, arm, seed, kept.config.split_seeds[place])
    encoder, models = store.files.encoder(kept.id, place), store.files.models(kept.id, place)
    a, s = models.place(arm, seed)
    found = alternatives(encoder, frame, row)
    features = encoder.transform(found.frame)
    everybody = models.all_scores(features)[a]
    everybody[:, (features == features[0]).all(-1).numpy()] = everybody[
        :, :1
    ]  # the same row, whatever rounding says
    scores = everybody[s]
    everybody = everybody[np.isfinite(everybody).all(-1)]
    of = np.array(found.of)
    columns = list[dict[str, Any]]()
    for column, name in enumerate(found.columns):
        own = (
            np.flatnonzero(of == column) + 2
        )  # behind the row itself and the typical one; the typical value first
        tried = np.append(0, own)
        at = tried[[scores[tried].argmin(), scores[tried].argmax()]]
        changes = everybody[:, 0] - everybody[:, own[0]]
        columns.append(
            {
                "column": name,
                "value": found.own[column],
                "typical": found.typical[column],
                "without": float(scores[own[0]]),
                "change": float(scores[0] - scores[own[0]]),
                "seeds": {"low": float(changes.min()), "high": float(changes.max())},
                **{
                    end: {
                        "value": found.values[one - 2] if one else found.own[column],
                        "score": float(scores[one]),
                    }
                    for end, one in zip(("lowest", "highest"), at.tolist(), strict=True)
                },
            }
        )
    columns.sort(key=lambda one: (-abs(one["change"]), one["lowest"]["score"] - one["highest"]["score"]))
    total, together = sum(one["change"] for one in columns), float(scores[0] - scores[1])
    return {
        "row": row + 1,
        "run": kept.id,
        "arm": arm,
        "label": title_of(kept, arm),
        "seed": seed,
        "split": kept.config.split_seeds[place],
        "score": float(scores[0]),
        "typical": float(scores[1]),
        "sum": total,
        "together": together,
        "says": f"With every column typical the score would be {scores[1]:.4f}. The single changes add up to {total:+.4f}, "
        f"all at once make {together:+.4f}: what is between them comes of columns together.",
        "columns": columns,
        "method": METHOD,
        "caveats": [*unseen_values(encoder, frame.iloc[[row]]), NOT_SHOWN],
    }


def explanation_table(found: dict[str, Any]) -> pd.DataFrame:
    """What `explain_row` found as a table, a column a row."""
    return pd.DataFrame(
        [
            {
                **{name: one[name] for name in ("column", "value", "typical", "without", "change")},
                "change_low": one["seeds"]["low"],
                "change_high": one["seeds"]["high"],
                "lowest_at": one["lowest"]["value"],
                "lowest": one["lowest"]["score"],
                "highest_at": one["highest"]["value"],
                "highest": one["highest"]["score"],
            }
            for one in found["columns"]
        ]
    )
