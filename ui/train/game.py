"""How the game went: directions before and after the cut, outcomes, agreement, satisfied players, and who is heard."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from nashcore.learning import (
    CHANGE_EDGES,
    DIRECTIONS,
    EARLY_EPOCHS,
    NOT_RECORDED,
    SHARES,
    STAGES,
    STATISTICS,
    Result,
    histograms_of,
    loss_changes_of,
)
from nashcore.runs.results import StoredResult
from ui.figures import game
from ui.shell import figure_box
from ui.shell.spread import means_and_spreads
from ui.shell.text import theme
from ui.train.arms import styles

FIRST = ("aligned_before_cut", "aligned_after_cut", "all_losses_fell", "bargain_exists")
"""Shares whose sentences stand below the table; those of the others are folded away."""


def game_view(run: StoredResult, result: Result) -> None:
    """The shares of all methods stage by stage, then one method's directions, outcomes, shares and weights."""
    players = [row for row, name in enumerate(result.arms) if run.arms[name].method.kind == "meta"]
    if not players:
        st.info("None of these methods plays: the baselines do not look at the groups' validation losses.")
        return
    stage = st.segmented_control(
        "Part of the run",
        list(STAGES),
        default="all",
        required=True,
        format_func=STAGES.__getitem__,
        key="game_stage",
        help="Stage one: the epochs in which a method's schedule lets it bargain; stage two: the others. "
        f"The paper reports how often a bargain exists in the first {EARLY_EPOCHS} epochs.",
    )
    st.dataframe(_shares(run, stage), hide_index=True)
    words = "\n".join(
        f"- **{SHARES[name].title}.** {SHARES[name].says} {SHARES[name].hides}".strip() for name in FIRST
    )
    st.caption(f"Shares of the batches of this part, all models together.\n\n{words}")
    game = run.summary["game"]
    if game["not_recorded"]:
        missing = ", ".join(SHARES[name].title.lower() for name in game["not_recorded"])
        st.info(f"An earlier version trained this run. Not recorded: {missing}. {game['note']}")
    with st.expander("The other shares in words", icon=":material/menu_book:"):
        st.markdown(
            "\n".join(
                f"- **{one.title}.** {one.says} {one.hides}"
                for name, one in SHARES.items()
                if name not in FIRST
            )
        )
    row = _one_method(run, result, players, stage)
    share = st.selectbox(
        "Share over the epochs",
        [name for name in SHARES if name in result.game],
        format_func=lambda name: SHARES[name].title,
        key="game_share",
        width=320,
    )
    left, right = st.columns(2, gap="medium")
    with left:
        _share_over_epochs(run, result, players, share)
    with right:
        _weights_over_epochs(run, result, row)


def _one_method(run: StoredResult, result: Result, players: list[int], stage: str) -> int:
    """One method's directions before and after the cut and what became of the losses; returns its row."""
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
    left, right = st.columns(2, gap="medium")
    with left:
        _directions(run, result, row, stage, statistic)
    with right:
        _outcomes(run, result, row, stage)
    return row


def _directions(run: StoredResult, result: Result, row: int, stage: str, statistic: str) -> None:
    counts = histograms_of(result, row, stage)[:, STATISTICS.index(statistic)]
    layers = dict(zip(DIRECTIONS.values(), counts, strict=True))
    edges = np.linspace(-1, 1, counts.shape[-1] + 1)
    figure_box.show(
        game.alignment(styles(run)[result.arms[row]], layers, theme(), statistic),
        key="alignment",
        caption=f"{STAGES[stage]}, all models together. To first order: where the lowest cosine is right of zero, a direction "
        "lowers every playing cell's loss. The bargain has this before row weights are cut at zero; the step follows what "
        "is left after the cut. Cosines are between row weights, as vectors over the batch. What the whole step did to "
        "the losses is beside it.",
        alt="Histograms of the cosines before and after the cut.",
        data=pd.DataFrame(
            {"from": edges[:-1], "to": edges[1:], **dict(zip(DIRECTIONS, counts, strict=True))}
        ),
        command=run.command,
    )


def _outcomes(run: StoredResult, result: Result, row: int, stage: str) -> None:
    counts = loss_changes_of(result, row, stage)
    if np.isnan(counts).any():
        st.info(
            "What became of the losses step by step was not recorded by the version that trained this run."
        )
        return
    figure_box.show(
        game.loss_changes(styles(run)[result.arms[row]], CHANGE_EDGES, counts, theme()),
        key="loss_changes",
        caption=f"{STAGES[stage]}, all models together. The outcome: the change of the loss that fared worst in each step, with "
        "momentum, weight decay and dropout included. Bars left of zero are steps after which every playing cell's validation "
        "loss was lower. Bars are half a decade wide. It says nothing of rows outside the validation set.",
        alt="Histogram of the largest relative change of a cell's validation loss in a step.",
        data=pd.DataFrame({"from": CHANGE_EDGES, "to": [*CHANGE_EDGES[1:], np.inf], "steps": counts}),
        command=run.command,
    )


def _share_over_epochs(run: StoredResult, result: Result, players: list[int], share: str) -> None:
    mean, _ = means_and_spreads(result.game[share])
    names = [result.arms[row] for row in players]
    drawn = [styles(run)[name] for name in names]
    one = SHARES[share]
    figure_box.show(
        game.shares(drawn, mean[players], one.title, run.config.epochs, theme()),
        key="shares",
        caption=f"{one.says} {one.hides} A method without such batches has no line.",
        alt=f"{one.title} over the epochs.",
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


def _shares(run: StoredResult, stage: str) -> pd.DataFrame:
    """A method a row, a share a column, as text."""
    game = run.summary["game"]

    def text(found: dict[str, Any], name: str) -> str:
        if name in game["not_recorded"]:
            return NOT_RECORDED
        return "–" if found[name] is None else f"{found[name]:.1%}"

    return pd.DataFrame(
        [
            {"Method": run.arms[arm].title, "Epochs": stages[stage]["epochs"]}
            | {one.title: text(stages[stage], name) for name, one in SHARES.items()}
            for arm, stages in game["methods"].items()
            if stage in stages
        ],
        columns=["Method", "Epochs", *(one.title for one in SHARES.values())],
    )
