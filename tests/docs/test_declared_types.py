"""The API reference shows what an option is, not how it is declared."""

from __future__ import annotations

import runpy
from pathlib import Path

from griffe import ExprBinOp, ExprName, temporary_visited_module

TYPES = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "declared_types.py"))


def test_the_declaration_behind_a_type_is_left_out() -> None:
    code = "a: Annotated[int | None, Field(ge=1), Option('Rows', help='At most.')] = None\nb: tuple[int, ...] = ()"
    with temporary_visited_module(code) as module:
        declared, plain = (module[name].annotation for name in "ab")
    assert isinstance(declared.slice.elements[0], ExprBinOp)
    assert str(TYPES["bare"](declared)) == "int | None"
    assert TYPES["bare"](plain) is plain
    assert TYPES["bare"](None) is None
    assert str(TYPES["bare"](ExprName("int"))) == "int"
