"""What pages call to have something computed: they wait for the answer, and what a turned knob overtakes is dropped."""

from __future__ import annotations

import os
from collections.abc import Callable, Container
from typing import Any

import streamlit as st
from streamlit import runtime
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

from nashcore.errors import InputError, quoted
from synthetic.cost import Cost
from ui.shell.computing import ComputationError, Job, Pool, Work

MOST_SECONDS = 120.0
"""What one thing may cost that a page computes, as estimated: no address can occupy the machine."""

LATER = 5.0
"""What nobody waits for counts as so many times as dear as it is."""

_LOOK = 0.05
"""Seconds between two looks at whether the reader has turned on."""

_TELL_AFTER = 8
"""Looks without an answer after which the page says what it does."""


def compute(
    slot: str, place: DeltaGenerator, cost: Cost, note: str, function: Callable[..., Any], *arguments: Any
) -> Any:
    """``function(*arguments)``, computed in another process or known from whoever asked before; waits for it.

    Equal calls are computed once for all visitors, and whoever looks at an answer shares it: do not change it. While the visitor
    waits, they may turn on: then this run of the page ends, and the next one asks for what is wanted now.

    Args:
        slot: names what on the page the answer is for; a visitor's later call overtakes the one before.
        place: where it is told how far things are, an `st.empty`.
        cost: as estimated.
        note: what is being done.
        function: at the top of a module that imports no Streamlit; takes ``progress``.
        arguments: texts, numbers and tuples of them.

    Raises:
        InputError: it would cost more than `MOST_SECONDS`, the function refuses its arguments, or it failed; one sentence says
            which.
    """
    cost.refuse_above(MOST_SECONDS)
    work, looks = Work.of(function, *arguments), 0
    while not (job := _pool().ask(_visitor(), slot, work, cost.seconds)).wait(_LOOK) or job.broken_off:
        looks += 1
        if _turned_on():
            st.rerun(scope="fragment" if _in_fragment() else "app")
        if looks >= _TELL_AFTER:
            # Whatever is told to the page lets Streamlit end this run where it must: the tab is closed, say.
            place.caption(_told(job, note))
    if looks >= _TELL_AFTER:
        place.empty()
    try:
        return job.result()
    except ComputationError as error:
        raise InputError(str(error)) from error


def begin(slot: str, cost: Cost, function: Callable[..., Any], *arguments: Any) -> None:
    """Have the same call of `compute`, which is to follow, begin already."""
    cost.refuse_above(MOST_SECONDS)
    _pool().ask(_visitor(), slot, Work.of(function, *arguments), cost.seconds)


def glance(slot: str, cost: Cost, function: Callable[..., Any], *arguments: Any) -> Job:
    """The job of the same call, without waiting for it: the page looks again later. What somebody waits for comes first."""
    cost.refuse_above(MOST_SECONDS)
    return _pool().ask(_visitor(), slot, Work.of(function, *arguments), LATER * cost.seconds, later=True)


def leave(slot: str) -> None:
    """The visitor does not wait for this slot's answer any more."""
    _pool().leave(_visitor(), slot)


def known(function: Callable[..., Any], *arguments: Any) -> bool:
    """Whether the same call of `compute` has its answer already, or is under way."""
    return _pool().knows(Work.of(function, *arguments))


def idle() -> bool:
    """Whether nobody else waits for anything, so that this visitor may have more than a place."""
    return _pool().idle_but_for(_visitor())


@st.cache_resource
def _pool() -> Pool:
    """The one pool of this server."""
    given = os.environ.get("NASH_COMPUTE_PLACES", "")
    if given and not (given.isdecimal() and int(given)):
        raise InputError(
            f"Environment variable NASH_COMPUTE_PLACES should be a whole number of at least 1. Found {quoted(given)}."
        )
    # Two even on one core: what takes long leaves one for whoever turns a knob.
    pool = Pool(int(given) if given else max(2, os.cpu_count() or 1), present=_is_there)
    pool.start()
    return pool


def _is_there(visitor: str) -> bool:
    """Whether the visitor's tab is open, as far as this server knows."""
    return not runtime.exists() or runtime.get_instance().is_active_session(visitor)


def _visitor() -> str:
    context = get_script_run_ctx()
    return "" if context is None else context.session_id


def _turned_on() -> bool:
    """Whether the visitor has turned a knob since this run began, one that what is being drawn depends on.

    Streamlit ends a run by itself where the page is to be run as a whole; it lets fragments run to their end, though. A fragment
    within the one that runs, which looks again for its own answer, can wait until it is drawn anew.
    """
    context = get_script_run_ctx()
    requests = None if context is None else context.script_requests
    if context is None or requests is None or requests._state is not ScriptRequestType.RERUN:
        return False
    wanted, outer = requests._rerun_data.fragment_id_queue, context.fragment_ids_this_run or _ANY
    return not wanted or not all(context.fragment_storage.has_ancestor_in(each, outer) for each in wanted)


class _Anything(Container[str]):
    def __contains__(self, _: object) -> bool:
        return True


_ANY = _Anything()
"""While the whole page runs, all fragments stand within it; those within others are the ones that can wait."""


def _in_fragment() -> bool:
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)


def _told(job: Job, note: str) -> str:
    if job.place is not None:
        return f"{note} … {job.share:.0%}" if job.share else f"{note} …"
    ahead = _pool().ahead_of(job)
    return f"{note} … waiting for {ahead} before" if ahead else f"{note} …"
