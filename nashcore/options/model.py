"""The base of every config: frozen, validated whole, and refused in one plain sentence."""

from __future__ import annotations

import json
import re
from typing import Any, Self, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from nashcore.errors import InputError, quoted
from nashcore.options.option import declared_names

DEEPEST = 100
"""So many levels of lists and objects a config may have."""


class FrozenModel(BaseModel):
    """A description that cannot change, made of named values.

    Raises:
        InputError: a value cannot be used; one sentence names it, what was expected and what was found.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as refused:
            raise InputError(_sentence(refused, type(self))) from None

    @model_validator(mode="before")
    @classmethod
    def _true_is_no_number(cls, values: Any) -> Any:
        """Python counts True as 1; who writes it where a number belongs has made a mistake."""
        for name, value in values.items() if isinstance(values, dict) else ():
            field = cls.model_fields.get(name)
            if isinstance(value, bool) and field is not None and not _takes_bool(field.annotation):
                raise InputError(f"Parameter {quoted(name)} should be no yes or no. Found {quoted(value)}.")
        return values

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The description that a text in JSON holds, as `to_json` wrote it.

        Raises:
            InputError: the text is no JSON object, or a value cannot be used.
        """
        return cls(**read_object(text))

    def to_json(self) -> str:
        """Everything as text, from which `from_json` makes an equal one."""
        return self.model_dump_json()

    def values(self) -> dict[str, Any]:
        """Every value by name, those of parts by their own names: what the constructor takes."""
        found: dict[str, Any] = {}
        for name, value in self:
            found |= value.values() if isinstance(value, FrozenModel) else {name: value}
        return found

    def replaced(self, **changes: Any) -> Self:
        """The same with other values, validated whole again.

        Raises:
            InputError: they do not fit.
        """
        return type(self)(**(self.values() | changes))


def _takes_bool(annotation: Any) -> bool:
    return annotation in (bool, Any) or any(_takes_bool(part) for part in get_args(annotation))


def read_object(text: str | bytes) -> dict[str, Any]:
    """The values that a text in JSON holds by name.

    Raises:
        InputError: the text is no JSON object.
    """
    try:
        values = json.loads(text)
        if isinstance(values, dict):
            _refuse_depth(values)
    except (ValueError, RecursionError):  # brackets within brackets within brackets
        raise InputError(
            "A config should be a JSON object. Found text that is no JSON, or nested too deep."
        ) from None
    if not isinstance(values, dict):
        raise InputError(f"A config should be a JSON object. Found {type(values).__name__}.")
    return values


def _refuse_depth(values: dict[str, Any]) -> None:
    """Raise ValueError beyond `DEEPEST` levels: some versions of Python read thousands, which nothing after them can walk."""
    level: list[Any] = [values]
    for _ in range(DEEPEST):
        parts = [part for one in level for part in (one.values() if isinstance(one, dict) else one)]
        level = [part for part in parts if isinstance(part, (dict, list))]
        if not level:
            return
    raise ValueError


def _sentence(refused: ValidationError, model: type[BaseModel]) -> str:
    """The first fault of a validation in one sentence."""
    fault = refused.errors(include_url=False)[0]
    cause = fault.get("ctx", {}).get("error")
    if isinstance(cause, InputError):
        return str(cause)
    name = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "missing":
        return f"Parameter {quoted(name)} is missing."
    if fault["type"] == "extra_forbidden":
        return f"There is no parameter {quoted(name)}. Known are {', '.join(declared_names(model))}."
    expected = re.sub(r"^\w+ should ", "", str(fault["msg"]))
    return f"Parameter {quoted(name)} should {expected}. Found {quoted(fault['input'])}."
