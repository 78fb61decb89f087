"""Types of declared options, without the declaration, on the pages of the API reference (an extension of Griffe, mkdocs.yml)."""

from __future__ import annotations

from typing import Any

from griffe import Expr, ExprName, ExprSubscript, ExprTuple, Extension, Object


def bare(annotation: Any) -> Any:
    """The type in an ``Annotated[type, ...]``; any other annotation as it is."""
    match annotation:
        case ExprSubscript(
            left=ExprName(name="Annotated"), slice=ExprTuple(elements=[Expr() | str() as kind, *_])
        ):
            return kind
    return annotation


class DeclaredTypes(Extension):
    """Gives every attribute that is loaded its bare type."""

    def on_instance(self, *, obj: Object, **_: Any) -> None:
        """Called by Griffe for each object that it reads."""
        if obj.is_attribute:
            obj.annotation = bare(obj.annotation)  # type: ignore[attr-defined]  # attributes have one
