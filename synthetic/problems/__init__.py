"""Every problem by name. A new problem is one file here that builds a `Problem`, and one line below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

from nashcore.errors import InputError, quoted
from synthetic.problem import Problem
from synthetic.problems.quadratics import convex_pair, three_groups
from synthetic.problems.two_groups import as_printed, two_groups

PROBLEMS: Mapping[str, Callable[[], Problem]] = MappingProxyType(
    {
        "standard": two_groups,
        "printed": as_printed,
        "convex_pair": convex_pair,
        "three_groups": three_groups,
    }
)
"""Builders of the problems by name."""

__all__ = ["PROBLEMS", "get_problem"]


@cache
def _built(name: str) -> Problem:
    return PROBLEMS[name]()


def get_problem(name: str, scale: float = 1.0) -> Problem:
    """The problem called ``name``, its first loss multiplied by ``scale``.

    Raises:
        InputError: the name is not one of `PROBLEMS`, or the scale is not positive and finite.
    """
    if name not in PROBLEMS:
        raise InputError(f"Problem should be one of {', '.join(PROBLEMS)}. Found {quoted(name)}.")
    problem = _built(name)
    return problem if scale == 1.0 else problem.scaled((scale,) + (1.0,) * (len(problem.groups) - 1))
