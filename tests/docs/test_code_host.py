"""The code host's files can be read, run targets that there are, on the Pythons that are promised, with pinned actions."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / ".github").rglob("*.yml"))
CHECKS: dict[Any, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "checks.yml").read_text())
JOBS: dict[str, Any] = CHECKS["jobs"]
MAKE = (ROOT / "Makefile").read_text()
PROMISED = [
    name.rsplit(" ", 1)[1]
    for name in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
    if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", name)
]


def steps(job: str, key: str) -> list[Any]:
    return [step[key] for step in JOBS[job]["steps"] if key in step]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_are_read(path: Path) -> None:
    assert isinstance(yaml.safe_load(path.read_text()), dict)


@pytest.mark.parametrize("job", JOBS)
def test_a_job_runs_targets_that_make_knows(job: str) -> None:
    named = [target for line in steps(job, "run") for target in re.findall(r"\bmake ([\w-]+)", line)]
    assert named
    phony = re.search(r"^\.PHONY: (.*)$", MAKE, re.MULTILINE)
    assert phony is not None
    assert set(named) <= set(phony[1].split())


@pytest.mark.parametrize("job", JOBS)
def test_actions_are_pinned_by_commit_and_keep_no_credentials(job: str) -> None:
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action) for action in steps(job, "uses"))
    (kept,) = [step for step in JOBS[job]["steps"] if step.get("uses", "").startswith("actions/checkout@")]
    assert kept["with"] == {"persist-credentials": False}
    assert "timeout-minutes" in JOBS[job]


def test_nothing_may_be_written() -> None:
    assert CHECKS["permissions"] == {"contents": "read"}
    assert all("permissions" not in job for job in JOBS.values())
    assert "secrets." not in (ROOT / ".github" / "workflows" / "checks.yml").read_text()


def test_tests_run_on_every_python_that_is_promised() -> None:
    assert JOBS["tests"]["strategy"]["matrix"]["python"] == PROMISED
    assert JOBS["newest"]["strategy"]["matrix"]["python"] == [PROMISED[0], PROMISED[-1]]


def test_a_versions_name_stands_beside_each_pin() -> None:
    lines = (ROOT / ".github" / "workflows" / "checks.yml").read_text().splitlines()
    pins = [line for line in lines if "uses:" in line]
    assert all(re.search(r"# v\d+\.\d+\.\d+$", line) for line in pins)
    assert len({line.strip() for line in pins}) == len({line.split("@")[0] for line in pins}), (
        "two pins of one action"
    )


def test_forms_ask_for_what_they_need() -> None:
    for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"):
        form = yaml.safe_load(path.read_text())
        if path.name == "config.yml":
            continue
        assert {"name", "description", "body"} <= set(form)
        ids = [part["id"] for part in form["body"] if part["type"] != "markdown"]
        assert len(ids) == len(set(ids))
        assert all(part["attributes"].get("label") for part in form["body"] if part["type"] != "markdown")
