"""The controls of a run: what to train, for how long, when to bargain and by which rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

import streamlit as st

from nashcore.bargaining import RULES
from nashcore.data import GivenSplits, Task
from nashcore.errors import InputError
from nashcore.methods import PUBLISHED, SCHEDULES, method_names, never_switching, rule_title
from nashcore.options import DRAWN, TableOptions, TrainingOptions, declared, fitting_batch
from nashcore.runs import MAX_SEEDS, DataConfig, TrainingConfig, published_training
from ui.shell.named import Named, by_record
from ui.train import split_choice
from ui.train.schedules import MODES, method_title, schedule_title, when
from ui.train.widgets import draw, whole

TABLE = [one for one in declared(TableOptions) if one.option.key is not None]
TRAINING = {one.name: one for one in declared(TrainingOptions) if one.option.key is not None}
"""The options that have a widget here."""

KEYS = [str(one.option.key) for one in (*TABLE, *TRAINING.values())]
"""Their words in an address."""

LABELS: Mapping[str, Callable[[Any], str]] = {
    "methods": Named(PUBLISHED, method_title, method_names),
    "rule": by_record(RULES, rule_title),
    "when": Named(MODES, MODES.__getitem__),
    **{
        str(one.option.key): Named(one.option.titles, one.option.titles.__getitem__)
        for one in TABLE
        if one.option.titles
    },
    **{f"when_{name}": Named(SCHEDULES, schedule_title) for name, one in PUBLISHED.items() if one.bargains},
}
"""How widgets of this module write their options, for addresses."""


def table_options() -> tuple[TableOptions, GivenSplits | None]:
    """How the table is made ready, without the audit's switches, and row numbers that were given."""
    with st.expander("Data, split and encoding", icon=":material/call_split:"):
        first = st.columns(2, gap="medium")
        others = st.container()
        splits = split_choice.choose()
        rows = (
            others.columns(3, gap="medium", vertical_alignment="bottom") for _ in range(0, len(TABLE) - 2, 3)
        )
        chosen = {}
        for place, one in zip((*first, *chain.from_iterable(rows)), TABLE, strict=False):
            nothing_to_draw = splits is not None and one.name in DRAWN
            value = draw(place, one, placeholder="standard", disabled=nothing_to_draw)
            if value is not None and not nothing_to_draw:
                chosen[one.name] = value
    return TableOptions(**chosen), splits


def config(data: DataConfig, task: Task) -> TrainingConfig:
    """The controls of the run, as the description of an experiment.

    Raises:
        InputError: the controls do not fit together.
    """
    methods = st.multiselect(
        "Methods",
        list(PUBLISHED),
        list(PUBLISHED),
        format_func=method_title,
        key="methods",
        bind="query-params",
        wrap=True,
        help="  \n".join(f"**{method_title(method.name)}**: {method.says}" for method in PUBLISHED.values()),
    )
    left, right = st.columns(2, gap="medium")
    epochs = draw(left, TRAINING["epochs"], start=5)
    seeds = right.slider(
        "Seeds",
        1,
        MAX_SEEDS,
        2,
        key="seeds",
        bind="query-params",
        help="Models a method on a split; they differ in their first weights and in the order of the batches. Seeds on one split "
        "tell of this split only: the number of splits is chosen beside the protocol.",
    )
    bargaining = [name for name in methods if PUBLISHED[name].bargains]
    schedules, method_schedules = when(bargaining, epochs) if bargaining else (None, {})
    with st.expander("Rule of the bargaining stage, learning rate, batches", icon=":material/tune:"):
        rule, options = rule_of_stage()
        numbers = optimiser(data, task)
    if not methods:
        raise InputError("Nothing to train: choose at least one method.")
    chosen: dict[str, Any] = {
        "methods": tuple(methods),
        "seeds": seeds,
        "epochs": epochs,
        "schedules": schedules,
        "method_schedules": method_schedules,
        "rule": rule,
        "rule_options": options,
    }
    found = TrainingConfig(**data.values(), **chosen, **numbers)
    for sentence in never_switching(found.arms(), found.epochs):
        st.caption(sentence)
    return found


def rule_of_stage() -> tuple[str, dict[str, int | float]]:
    """The rule of the bargaining stage and its options."""
    a, b = st.columns(2, gap="medium", vertical_alignment="bottom")
    rule = a.selectbox(
        "Rule of the bargaining stage",
        list(RULES),
        format_func=rule_title,
        key="rule",
        bind="query-params",
        help="  \n".join(f"**{rule_title(rule.name)}**: {rule.says}" for rule in RULES.values()),
    )
    options: dict[str, int | float] = {}
    for name, option in RULES[rule].options.items():
        least, most = max(option.least, -100.0), min(option.most, 1e9)
        common: dict[str, Any] = {"key": f"{rule}_{name}", "bind": "query-params"}
        if option.whole:
            found = whole(b, option.says, int(least), int(most), int(option.default), **common)
            options[name] = int(option.default) if found is None else found
        else:
            options[name] = b.number_input(
                option.says, least, most, float(option.default), step=0.1, **common
            )
    return rule, options


def optimiser(data: DataConfig, task: Task) -> dict[str, Any]:
    """Learning rate, dropout, batch size; what is left empty is as published, or fits one's own table."""
    published = published_training(data.dataset, data.sensitive, data.own)
    usual: dict[str, float | int] = {
        "lr": published.lr,
        "dropout": published.dropout,
        "batch_size": published.batch_size,
    }
    if data.own:
        usual["batch_size"] = fitting_batch(task.train.rows)
    offered = [one for name, one in TRAINING.items() if name != "epochs"]
    rows = (st.columns(3, gap="medium") for _ in range(0, len(offered), 3))
    chosen = {}
    for place, one in zip(chain.from_iterable(rows), offered, strict=False):
        standard = usual.get(one.name)
        value = draw(place, one, placeholder=None if standard is None else f"{standard:g}")
        fits = data.own and one.name == "batch_size"  # the run chooses it itself, and says so
        chosen[one.name] = standard if value is None and not fits else value
    return chosen
