"""Bargaining between gradients: from a Gramian to weights.

>>> import torch
>>> from nashcore.bargaining import bargain, get_rule
>>> gradients = torch.tensor([[3.0, 1.0], [-1.0, 2.0]], dtype=torch.float64)
>>> gramian = gradients @ gradients.T
>>> outcome = bargain(gramian)
>>> bool(outcome.agreement)
True
>>> outcome.weights * outcome.utilities
tensor([1.0000, 1.0000], dtype=torch.float64)
>>> direction = outcome.weights @ gradients
>>> get_rule("mean")(gramian)
tensor([0.5000, 0.5000], dtype=torch.float64)
>>> bool(get_rule("mgda").answer(gramian).agreed)
True
"""

from typing import TYPE_CHECKING

from nashcore.door import open_on_demand

if TYPE_CHECKING:
    from nashcore.bargaining._kernels.gramian import restrict_to
    from nashcore.bargaining._kernels.meeting_order import pcgrad_order
    from nashcore.bargaining.certify import Certificate, certify
    from nashcore.bargaining.game import Bargain, bargain, exponents_of
    from nashcore.bargaining.rules import RULES, Game, Option, Rule
    from nashcore.bargaining.weight_rule import WeightRule, get_rule
    from nashcore.bargaining.weights import Status, Weights
else:
    open_on_demand(__name__)

__all__ = [
    "RULES",
    "Bargain",
    "Certificate",
    "Game",
    "Option",
    "Rule",
    "Status",
    "WeightRule",
    "Weights",
    "bargain",
    "certify",
    "exponents_of",
    "get_rule",
    "pcgrad_order",
    "restrict_to",
]
