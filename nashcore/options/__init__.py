"""What can be chosen, each declared once: range, default, and the words of every face.

The command line, the pages, addresses, shown commands and comparisons of runs derive from these declarations. This room imports
neither torch nor pandas, so that the command line knows its options at once.
"""

from typing import TYPE_CHECKING

from nashcore.door import open_on_demand

if TYPE_CHECKING:
    from nashcore.options.fit import (
        MOST_BATCH,
        MOST_VALIDATION,
        NATURAL_SHARE,
        fitting_batch,
        fitting_test,
        fitting_validation,
    )
    from nashcore.options.model import FrozenModel, read_object
    from nashcore.options.option import Declared, Option, declared, declared_names
    from nashcore.options.protocol import PROTOCOLS, spelled_out
    from nashcore.options.reading import DECIMAL_WORDS, ReadingOptions
    from nashcore.options.shown import ShownOptions
    from nashcore.options.table import DRAWN, Data, TableOptions
    from nashcore.options.training import HIDDEN, MOMENTUM, WEIGHT_DECAY, TrainingOptions
else:
    open_on_demand(__name__)

__all__ = [
    "DECIMAL_WORDS",
    "DRAWN",
    "HIDDEN",
    "MOMENTUM",
    "MOST_BATCH",
    "MOST_VALIDATION",
    "NATURAL_SHARE",
    "PROTOCOLS",
    "WEIGHT_DECAY",
    "Data",
    "Declared",
    "FrozenModel",
    "Option",
    "ReadingOptions",
    "ShownOptions",
    "TableOptions",
    "TrainingOptions",
    "declared",
    "declared_names",
    "fitting_batch",
    "fitting_test",
    "fitting_validation",
    "read_object",
    "spelled_out",
]
