"""How an option is declared: beside its type and range, in the words that every face uses."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class Option:
    """What faces say of a field of a config; the field itself holds its type, its range and its default.

    Attributes:
        words: what comparisons of runs call it.
        help: one sentence on it, for the command line and the page.
        flag: its name on the command line, without dashes; None where the command line does not offer it. Of a
            yes or no, the flag says the opposite of the default.
        key: the key of its widget, which is also its word in an address; None where no page offers it.
        label: what the page calls it, where that is not ``words``.
        span: the least and the most that the page offers of a number.
        step: how far the buttons of its box go.
        titles: of a choice, what the page calls each value.
    """

    words: str
    help: str = ""
    flag: str | None = None
    key: str | None = None
    label: str | None = None
    span: tuple[float, float] = (0, 100)
    step: float | None = None
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Declared:
    """An option together with the field that it is declared on.

    Attributes:
        name: of the field.
        option: its words.
        kind: bool, int, float, str, Path or tuple (several texts); object for what has a form of its own.
        required: whether it has no default of its own.
        default: its default.
    """

    name: str
    option: Option
    kind: type
    required: bool
    default: Any

    @property
    def label(self) -> str:
        """What the page calls it."""
        return self.option.label or self.option.words


def declared(model: type[BaseModel]) -> tuple[Declared, ...]:
    """The options that a config's class and its parts declare, in their order."""
    return tuple(
        Declared(
            name,
            option,
            _kind(info.annotation),
            info.is_required(),
            None if info.is_required() else info.default,
        )
        for name, info in _fields(model)
        for option in info.metadata
        if isinstance(option, Option)
    )


def declared_names(model: type[BaseModel]) -> tuple[str, ...]:
    """The names of all fields of a class and its parts."""
    return tuple(name for name, _ in _fields(model))


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    for name, info in model.model_fields.items():
        part = info.annotation
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield from _fields(part)
        else:
            yield name, info


def _kind(annotation: Any) -> type:
    """What a field holds besides None."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        (annotation,) = (each for each in get_args(annotation) if each is not type(None))
        return _kind(annotation)
    if origin is Literal:
        return str
    if annotation == tuple[str, ...]:
        return tuple
    return annotation if annotation in (bool, int, float, str, Path) else object
