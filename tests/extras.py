"""What each way of installing brings, read from pyproject.toml and the installed packages; and what has to work with it alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OURS = canonicalize_name(PROJECT["name"])

_ENGINE = """
import torch
from nashcore.bargaining import bargain, get_rule
from nashcore.methods import Decider, parse_method
from nashcore.metrics import roc_auc
assert bool(bargain(torch.eye(2)).agreement)
assert get_rule("mgda")(torch.eye(3)).sum() > 0
"""
_ROOMS = """
from nashcore.data import prepare
from nashcore.learning import Plan, train
from nashcore.runs import Store, TrainingConfig
from synthetic import PlaneConfig
from synthetic.simulate import simulate
"""
_DATA = f"""{_ROOMS}
config = TrainingConfig(dataset="titanic", sensitive="sex", methods="nash_ltr", epochs=1, seeds=1, device="cpu")
assert len(list(train(config.tasks(), config.plan()))) > 2
assert Store().runs() == []
simulate(PlaneConfig(steps=3, nudges=0))
"""
WORKS = {
    "": _ENGINE,
    "check": _ENGINE + "from nashcore.bargaining import certify\n"
    "assert abs(certify(torch.eye(2), [1.0, 1.0]).gap) < 1e-6\n",
    "data": _DATA,
    "lab": _DATA + "import streamlit, plotly\n"
    "from nashcore.__main__ import main\n"
    "try: main(['runs', 'list'])\n"
    "except SystemExit as ended: assert not ended.code, ended\n",
    "share": _ROOMS + "import streamlit, authlib.integrations.starlette_client\n",
    "fairlearn": _ROOMS + "from fairlearn.metrics import demographic_parity_difference\n"
    "assert demographic_parity_difference([0, 1], [0, 1], sensitive_features=[0, 1]) == 1\n",
    "dask": _ROOMS + "import distributed\n",
    "torchjd": _ENGINE + "from nashcore.integrations.torchjd import BargainWeighting\n"
    "assert BargainWeighting()(torch.eye(2)).shape == (2,)\n",
    "docs": _ENGINE + "import material, mkdocs, mkdocstrings\n",
    "all": _ROOMS + "import distributed, fairlearn, streamlit, torchjd, cvxpy\n",
}
"""By the name of an extra, "" for none: a program that has to run where nothing else is installed."""


def packages_of(extra: str) -> set[str]:
    """The names of all packages that installing with this extra brings, here and now."""
    asked = [*PROJECT["dependencies"], *_of_extra(extra)]
    found: set[str] = set()
    todo = [Requirement(one) for one in asked]
    seen: set[tuple[str, str]] = set()
    while todo:
        wanted = todo.pop()
        name = canonicalize_name(wanted.name)
        if name == OURS:
            todo += [Requirement(one) for inner in wanted.extras for one in _of_extra(inner)]
            continue
        found.add(name)
        for part in ("", *wanted.extras):
            if (name, part) in seen:
                continue
            seen.add((name, part))
            todo += [
                one for one in _required(name) if one.marker is None or one.marker.evaluate({"extra": part})
            ]
    return found


def _of_extra(extra: str) -> list[str]:
    return list(PROJECT["optional-dependencies"][extra]) if extra else []


def _required(name: str) -> Iterable[Requirement]:
    try:
        return [Requirement(one) for one in requires(name) or ()]
    except PackageNotFoundError:  # of another system
        return []


def blocked_modules(extra: str) -> set[str]:
    """The top-level modules installed here that would not be there with this extra alone."""
    there = packages_of(extra)
    return {
        module
        for module, packages in packages_distributions().items()
        if not there & set(map(canonicalize_name, packages))
        if re.fullmatch(r"\w+", module) and module not in ("nashcore", "synthetic", "_distutils_hack")
    }
