"""How the game went: alignment before and after, agreement, satisfied players, and who is heard."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from nashcore.learning import Result
from nashcore.runs.results import StoredResult
from ui.figures import game
from ui.shell import figure_box
from ui.shell.spread import means_and_spreads
from ui.shell.text import theme
from ui.train.arms import styles

MEANING = {
    "aligned": (
        "Every cell gains",
        "Share of batches whose combined hypergradient has a positive inner product with every playing cell's.",
    ),
    "aligned_before": ("The same, by the goal", "What that share had been with the goal's own weights."),
    "agreement": ("Agreement found", "Share of the bargaining batches in which the rule had an answer."),
    "stationary": (
        "No common descent",
        "Share of the bargaining batches at a point from which the rule found no common descent, so that the goal was followed.",
    ),
    "satisfied": (
        "Satisfied cells",
        "Mean share of cells that are fitted so well that they leave the game.",
    ),
    "all_satisfied": (
        "None left",
        "Share of batches in which all cells were satisfied, so that the goal's weights were used.",
    ),
    "fell": (
        "All losses fell",
        "Share of steps after which every playing cell's validation loss was lower.",
    ),
}


def game_view(run: StoredResult, result: Result) -> None:
    """The shares of all methods, then one method's alignment, shares and weights."""
    players = [row for row, name in enumerate(result.arms) if run.arms[name].method.kind == "meta"]
    if not players:
        st.info("None of these methods plays: the baselines do not look at the groups' validation losses.")
        return
    st.dataframe(_shares(run, players), hide_index=True)
    st.caption(
        "Mean over seeds and epochs. " + " ".join(f"{title}: {says}" for title, says in MEANING.values())
    )
    row = _alignment(run, result, players)
    share = st.segmented_control(
        "Share over the epochs",
        [name for name in MEANING if name in result.game],
        default="agreement",
        required=True,
        format_func=lambda name: MEANING[name][0],
        key="game_share",
    )
    left, right = st.columns(2, gap="medium")
    with left:
        _share_over_epochs(run, result, players, share)
    with right:
        _weights_over_epochs(run, result, row)


def _alignment(run: StoredResult, result: Result, players: list[int]) -> int:
    """One method's alignment before and after; returns the row of the chosen method."""
    a, b = st.columns(2, vertical_alignment="bottom")
    row = a.selectbox(
        "Method",
        players,
        index=next((i for i, place in enumerate(players) if run.arms[result.arms[place]].method.bargains), 0),
        format_func=lambda place: run.arms[result.arms[place]].title,
        key="game_arm",
    )
    statistic = b.segmented_control(
        "Over the cells of a batch",
        list(game.STATISTICS),
        default="min",
        required=True,
        format_func=lambda name: f"{game.STATISTICS[name]} cosine",
        key="game_statistic",
    )
    place = list(game.STATISTICS).index(statistic)
    counts = np.nansum(result.histograms[row], axis=(0, 1))[:, place]
    edges = np.linspace(-1, 1, counts.shape[-1] + 1)
    figure_box.show(
        game.alignment(styles(run)[result.arms[row]], counts[0], counts[1], theme(), statistic),
        key="alignment",
        caption="Where the lowest cosine is right of zero, every cell gains from the batch's step; left of it some "
        "cell loses. Bargaining should move the bars to the right. All epochs and seeds are counted together.",
        alt="Histograms of the alignment before and after bargaining.",
        data=pd.DataFrame({"from": edges[:-1], "to": edges[1:], "goal": counts[0], "used": counts[1]}),
        command=run.command,
    )
    return row


def _share_over_epochs(run: StoredResult, result: Result, players: list[int], share: str) -> None:
    mean, _ = means_and_spreads(result.game[share])
    names = [result.arms[row] for row in players]
    drawn = [styles(run)[name] for name in names]
    title, says = MEANING[share]
    figure_box.show(
        game.shares(drawn, mean[players], title, run.config.epochs, theme()),
        key="shares",
        caption=f"{says} A method without such batches has no line.",
        alt=f"{title} over the epochs.",
        data=pd.DataFrame(
            {
                "method": np.repeat(names, mean.shape[1]),
                "label": np.repeat([look.title for look in drawn], mean.shape[1]),
                "epoch": np.tile(np.arange(1, mean.shape[1] + 1), len(names)),
                "share": mean[players].ravel(),
            }
        ),
        command=run.command,
    )


def _weights_over_epochs(run: StoredResult, result: Result, row: int) -> None:
    arm = styles(run)[result.arms[row]]
    weights, _ = means_and_spreads(result.player_weights[row][None])
    figure_box.show(
        game.player_weights(result.players, weights[0], arm, run.config.epochs, theme()),
        key="weights",
        caption="Each cell's part in the batch's weights. A bargaining stage gives more to cells whose "
        "hypergradients are short or stand alone; a goal may give a negative part.",
        alt=f"Mean weight of every player over the epochs under {arm.title}.",
        data=pd.DataFrame(weights[0], columns=list(result.players)),
        command=run.command,
    )


def _shares(run: StoredResult, players: list[int]) -> pd.DataFrame:
    """A method a row, a share a column, as text."""

    result = run.result

    def share(name: str, row: int) -> str:
        values = result.game[name][row]
        return "–" if np.isnan(values).all() else f"{np.nanmean(values):.0%}"

    return pd.DataFrame(
        [
            {"Method": run.arms[result.arms[row]].title}
            | {title: share(name, row) for name, (title, _) in MEANING.items() if name in result.game}
            for row in players
        ]
    )
