"""The door of a room: what stands behind it is imported when it is asked for by name, and no sooner.

A room's ``__init__`` names what it gives as imports for type checkers alone, which is where the door reads them::

    if TYPE_CHECKING:
        from nashcore.data.prepare import prepare
    else:
        open_on_demand(__name__)

So a command that lists datasets waits for neither PyTorch nor pandas, and whoever installed the engine alone can use what needs no
more, and is told of what else does.
"""

from __future__ import annotations

import ast
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from nashcore.errors import missing_package

_BEHIND: dict[str, dict[str, tuple[str, str]]] = {}
"""By room, what it gives: name -> the module that it stands in, and its name there."""


class _Door(ModuleType):
    """A module that looks behind the door. Nothing is kept: what stands there may be replaced."""

    def __getattr__(self, name: str) -> Any:
        found = _BEHIND[self.__name__].get(name)
        if found is None:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        module, name = found
        whole = module == self.__name__  # one of the room's own modules
        try:
            behind = import_module(f"{module}.{name}" if whole else module)
        except ModuleNotFoundError as missing:
            says = missing_package(missing, self.__name__, "data")
            raise ModuleNotFoundError(says, name=missing.name) from None
        return behind if whole else getattr(behind, name)

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and name in _BEHIND[self.__name__]):
            super().__setattr__(
                name, value
            )  # else a module called as what it gives, which would stand before it

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *_BEHIND[self.__name__]})


def open_on_demand(room: str) -> None:
    """Make the room's ``__init__``, which is being imported, give what it names when it is asked for."""
    module = sys.modules[room]
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    _BEHIND[room] = {
        alias.asname or alias.name: (node.module, alias.name)
        for branch in tree.body
        if isinstance(branch, ast.If)
        for node in branch.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    module.__class__ = _Door
