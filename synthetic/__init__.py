"""The loss plane: small conflicts between groups whose every step can be drawn.

>>> from synthetic import PlaneConfig, simulate
>>> result = simulate(PlaneConfig(methods=("nash", "mean"), problem="convex_pair", steps=300, nudges=0))
>>> result.summary()["methods"]["nash"]["failed"]
[False, False, False, False, False]
"""

from typing import TYPE_CHECKING

from nashcore.door import open_on_demand

if TYPE_CHECKING:
    from synthetic.config import STANDARD_METHODS, PlaneConfig
    from synthetic.pareto import FAILURE_DISTANCE, Front, gap
    from synthetic.problem import Problem
    from synthetic.problems import PROBLEMS, get_problem
    from synthetic.simulate import PlaneResult, simulate
    from synthetic.trajectories import Trajectories
else:
    open_on_demand(__name__)

__all__ = [
    "FAILURE_DISTANCE",
    "PROBLEMS",
    "STANDARD_METHODS",
    "Front",
    "PlaneConfig",
    "PlaneResult",
    "Problem",
    "Trajectories",
    "gap",
    "get_problem",
    "simulate",
]
