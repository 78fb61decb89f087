"""The knife-edge line: told once it is known, without holding anything up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from synthetic.config import PlaneConfig
from synthetic.simulate import simulate
from synthetic.verdict import nudges_say
from ui.lossplane import edges
from ui.shell import compute
from ui.shell.computing import ComputationError, Job, Work
from ui.shell.plane_work import knife_edges, plane_runs
from ui.shell.styles import written_style

CONFIG = PlaneConfig(problem="printed", methods=("cagrad",), starts=((9.0, 9.0),), steps=300)


def line(job: Job) -> AppTest:
    """The line as a visitor has it whose check is this job."""

    def page(config, runs) -> None:  # type: ignore[no-untyped-def]
        from ui.lossplane import edges

        edges.show(runs, config)

    app = AppTest.from_function(
        page, kwargs={"config": CONFIG, "runs": plane_runs(CONFIG.to_json())}, default_timeout=60
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compute, "glance", lambda *_: job)
        return app.run()


@pytest.fixture
def job() -> Job:
    return Job(Work.of(knife_edges, CONFIG.to_json()), 1.0, "me")


def test_the_line_says_what_the_engine_counts(job: Job) -> None:
    job.end(knife_edges(CONFIG.to_json()))
    result = simulate(CONFIG)
    (said,) = line(job).caption
    assert said.value == nudges_say([written_style("cagrad").title], result.failing.numpy(), 33)


def test_while_it_is_checked_the_line_says_so_and_asks_again(job: Job) -> None:
    app = line(job)
    assert [each.value for each in app.caption] == ["Checking each start's 32 nudged copies …"]
    assert len(app.get("bidi_component")) == 1


def test_a_check_that_fails_is_told_where_it_would_stand(job: Job) -> None:
    job.end(error=ComputationError("The process that computed this was ended by signal 9."))
    app = line(job)
    assert not app.exception
    assert "could not be checked" in app.caption[0].value
    assert not app.get("bidi_component")


def test_a_turned_knob_leaves_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[str] = []
    leave: Callable[[str], None] = left.append
    monkeypatch.setattr(compute, "leave", leave)
    edges.leave()
    assert left == ["edges"]
