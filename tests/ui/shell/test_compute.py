"""What pages call: a run that has been overtaken is seen, failures are told, and pages wait for nothing else."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests

from nashcore.errors import InputError
from synthetic.cost import Cost
from tests.ui.shell.computing import works
from ui.shell import compute
from ui.shell.computing import Pool

CHEAP = Cost(0.1, ("1 thing",), "things")


class Place:
    """Stands for an `st.empty` and keeps what it shows."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def caption(self, text: str) -> None:
        self.shown.append(text)

    def empty(self) -> None:
        self.shown.append("")


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Pool:
    made = Pool(1)
    monkeypatch.setattr(compute, "_pool", lambda: made)
    yield made
    made.close()


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> ScriptRequests:
    """What the visitor asks of Streamlit while the page runs."""
    found = ScriptRequests()
    fragments = MemoryFragmentStorage()
    fragments.register("f", lambda: None)
    fragments.register("inner", lambda: None, parent_fragment_id="f")
    context = SimpleNamespace(
        script_requests=found, session_id="me", fragment_ids_this_run=["f"], fragment_storage=fragments
    )
    monkeypatch.setattr(compute, "get_script_run_ctx", lambda: context)
    return found


def test_a_request_that_waits_is_seen(requests: ScriptRequests) -> None:
    assert not compute._turned_on()
    requests.request_rerun(RerunData(fragment_id="inner"))
    assert not compute._turned_on(), "what stands within the fragment that runs can wait for it"
    requests.request_rerun(RerunData(fragment_id="f"))
    assert compute._turned_on()


def test_a_request_for_the_whole_page_is_seen(requests: ScriptRequests) -> None:
    requests.request_rerun(RerunData())
    assert compute._turned_on()


def test_an_answer_comes_back_and_a_refusal_as_its_sentence(pool: Pool, requests: ScriptRequests) -> None:
    assert compute.compute("a", Place(), CHEAP, "Doubling", works.double, 4) == 8
    with pytest.raises(InputError, match="should be less"):
        compute.compute("a", Place(), CHEAP, "Refusing", works.refuse)
    with pytest.raises(InputError, match="ended with code 3"):
        compute.compute("a", Place(), CHEAP, "Dying", works.die)
    assert compute.glance("b", CHEAP, works.double, 4).result() == 8


def test_what_costs_too_much_is_not_begun(pool: Pool, requests: ScriptRequests) -> None:
    dear = Cost(1e6, ("9 things",), "things")
    for call in (
        lambda: compute.compute("a", Place(), dear, "Doubling", works.double, 5),
        lambda: compute.glance("a", dear, works.double, 5),
    ):
        with pytest.raises(InputError, match=r"about 12 days \(9 things\): take fewer things"):
            call()
    assert not pool.waiting


def test_a_turned_knob_ends_the_run_and_the_page_says_what_it_waits_for(
    pool: Pool, requests: ScriptRequests, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    class TurnedError(Exception):
        pass

    def rerun(scope: str) -> None:
        assert scope == "fragment"
        raise TurnedError

    place = Place()
    monkeypatch.setattr(st, "rerun", rerun)
    told = place.caption

    def caption(text: str) -> None:
        told(text)
        if "50%" in text:
            requests.request_rerun(RerunData(fragment_id="f"))

    place.caption = caption
    with pytest.raises(TurnedError):
        compute.compute("a", place, CHEAP, "Waiting", works.behind, str(tmp_path / "door"), 1)
    assert place.shown[-1] == "Waiting … 50%"
    requests.on_scriptrunner_ready()  # the next run has begun
    assert compute.compute("a", Place(), CHEAP, "Doubling", works.double, 6) == 12
