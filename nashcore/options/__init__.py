"""What can be chosen, each declared once: range, default, and the words of every face.

The command line, the pages, addresses, shown commands and comparisons of runs derive from these declarations. This room imports
neither torch nor pandas, so that the command line knows its options at once.
"""

from nashcore.options.model import FrozenModel
from nashcore.options.option import Declared, Option, declared
from nashcore.options.shown import ShownOptions
from nashcore.options.table import DRAWN, Protocol, TableOptions
from nashcore.options.training import HIDDEN, MOMENTUM, WEIGHT_DECAY, TrainingOptions

__all__ = [
    "DRAWN",
    "HIDDEN",
    "MOMENTUM",
    "WEIGHT_DECAY",
    "Declared",
    "FrozenModel",
    "Option",
    "Protocol",
    "ShownOptions",
    "TableOptions",
    "TrainingOptions",
    "declared",
]
