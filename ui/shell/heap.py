"""What is loaded once and stays is set apart from what Streamlit looks through for garbage after every run of a page.

With PyTorch and pandas loaded, looking through everything takes a fifth of a second and more, in which nobody is answered.
"""

from __future__ import annotations

import gc
import sys

_loaded = 0


def set_apart() -> None:
    """Call at the end of a page's run. Does something only when modules have been loaded since it last did."""
    global _loaded
    if len(sys.modules) > _loaded:
        _loaded = len(sys.modules)
        gc.collect()
        gc.freeze()
