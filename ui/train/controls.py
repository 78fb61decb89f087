"""The controls of a run: what to train, for how long, when to bargain and by which rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from nashcore.bargaining import RULES
from nashcore.data import Task
from nashcore.errors import InputError
from nashcore.methods import PUBLISHED, never_switching
from nashcore.runs import OWN_TABLE, SETTINGS, TrainingConfig, training_config
from ui.train import split_choice
from ui.train.numbers import whole
from ui.train.schedules import MODES, method_title, when
from ui.train.source import Making, Source

PROTOCOLS = {"default": "Careful", "paper": "As published"}


LABELS = {
    "methods": method_title,
    "rule": method_title,
    "when": MODES.__getitem__,
    "protocol": PROTOCOLS.__getitem__,
}
"""How widgets of this module write their options, for addresses."""


def making() -> Making:
    """How the table is made ready, without the audit's switches."""
    with st.expander("Protocol, split and encoding", icon=":material/call_split:"):
        a, b = st.columns(2, gap="medium")
        protocol = a.segmented_control(
            "Protocol",
            list(PROTOCOLS),
            default="default",
            required=True,
            format_func=PROTOCOLS.__getitem__,
            key="protocol",
            bind="query-params",
            help="Careful: scaling and encoding are fitted on training rows, and columns that give the outcome "
            "away are left out. As published: fitted on all rows, such columns stay, and dropout is drawn anew "
            "for every pass.",
        )
        second = st.container()  # filled below: given row numbers leave nothing to draw
        splits = split_choice.choose()
        drawn_off = splits is not None
        split_seed = b.slider(
            "Seed of the split", 0, 99, 0, key="split", bind="query-params", disabled=drawn_off
        )
        c, d, e = second.columns(3, gap="medium", vertical_alignment="bottom")
        validation = whole(
            c,
            "Validation rows a cell",
            1,
            1000,
            None,
            placeholder="standard",
            key="validation_rows",
            bind="query-params",
            disabled=drawn_off,
            help="The few rows that steer the reweighting, the same number for every group and label.",
        )
        tested = whole(
            d,
            "Test rows a cell",
            1,
            10_000,
            None,
            placeholder="standard",
            key="test_rows",
            bind="query-params",
            disabled=drawn_off,
        )
        keep = e.toggle("Sensitive columns are features", True, key="keep_sensitive", bind="query-params")
    return Making(
        protocol=str(protocol),
        split_seed=0 if splits else int(split_seed),
        validation_per_cell=None if splits else validation,
        test_per_cell=None if splits else tested,
        keep_sensitive=bool(keep),
        splits=splits,
    )


def config(source: Source, made: Making, task: Task) -> TrainingConfig:
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
    epochs = left.slider(
        "Epochs",
        1,
        100,
        5,
        key="epochs",
        bind="query-params",
        help="Passes over the training rows.",
    )
    seeds = right.slider(
        "Seeds",
        1,
        10,
        2,
        key="seeds",
        bind="query-params",
        help="Models a method; they differ in their first weights and in the order of the batches.",
    )
    bargaining = [name for name in methods if PUBLISHED[name].bargains]
    schedules, method_schedules = when(bargaining, int(epochs)) if bargaining else (("two_stage:2",), {})
    with st.expander("Rule of the bargaining stage, learning rate, batches", icon=":material/tune:"):
        rule, options = rule_of_stage()
        numbers = optimiser(source, task)
    if not methods:
        raise InputError("Nothing to train: choose at least one method.")
    made_up = training_config(
        dataset=source.dataset,
        sensitive=source.sensitive,
        methods=tuple(methods),
        seeds=seeds,
        epochs=epochs,
        schedules=schedules,
        method_schedules=method_schedules,
        rule=rule,
        rule_options=options,
        **table_of(source, made),
        **numbers,
    )
    for sentence in never_switching(made_up.arms(), made_up.epochs):
        st.caption(sentence)
    return made_up


def table_of(source: Source, made: Making) -> dict[str, Any]:
    """What a config says of the table and how it is made ready."""
    own = source.table is not None
    return {
        "csv": Path(source.file or source.dataset) if own else None,
        "target": source.target if own else None,
        "grouped_by": source.by if own else None,
        "protocol": made.protocol,
        "split_seed": made.split_seed,
        "validation_per_cell": made.validation_per_cell,
        "test_per_cell": made.test_per_cell,
        "keep_sensitive": made.keep_sensitive,
        "drop": made.drop,
        "drop_duplicates": made.drop_duplicates,
    }


def rule_of_stage() -> tuple[str, dict[str, int | float]]:
    """The rule of the bargaining stage and its options."""
    a, b = st.columns(2, gap="medium", vertical_alignment="bottom")
    rule = a.selectbox(
        "Rule of the bargaining stage",
        list(RULES),
        format_func=method_title,
        key="rule",
        bind="query-params",
        help="  \n".join(f"**{method_title(rule.name)}**: {rule.says}" for rule in RULES.values()),
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


def optimiser(source: Source, task: Task) -> dict[str, float | int]:
    """Learning rate, dropout and batch size; what is left empty is as published, or fits one's own table."""
    own = source.table is not None
    base = OWN_TABLE if own else SETTINGS[source.dataset, source.sensitive]
    batch = min(base.batch_size, max(1, task.train.rows // 4)) if own else base.batch_size
    a, b, c = st.columns(3, gap="medium")
    common: dict[str, Any] = {"bind": "query-params"}
    lr = a.number_input(
        "Learning rate", 1e-6, 1.0, None, 1e-4, format="%g", placeholder=f"{base.lr:g}", key="lr", **common
    )
    dropout = b.number_input(
        "Dropout", 0.0, 0.95, None, 0.05, placeholder=f"{base.dropout:g}", key="dropout", **common
    )
    size = whole(c, "Rows in a batch", 1, 100_000, None, placeholder=str(batch), key="batch", **common)
    return {
        "lr": base.lr if lr is None else lr,
        "dropout": base.dropout if dropout is None else dropout,
        "batch_size": batch if size is None else size,
    }
