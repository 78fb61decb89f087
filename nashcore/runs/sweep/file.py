"""A sweep as people write it: a YAML or JSON file with what all runs share, and a grid or a list of what they do not."""

from __future__ import annotations

import difflib
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nashcore.data import get_published_split
from nashcore.errors import InputError, quoted
from nashcore.metrics import METRICS
from nashcore.options import declared_names
from nashcore.runs.config import TrainingConfig
from nashcore.runs.layout import FILES
from nashcore.runs.results import WORDS
from nashcore.runs.row import clean_title

MOST_RUNS = 10_000
"""Most runs in a sweep."""

MOST_BYTES = 1_000_000
"""A longer file is no sweep."""

LONGEST_NAME = 1024
"""More signs before a colon make no name in YAML."""

LONGEST_NUMBER = 100
"""More signs make no number."""

PARTS = ("title", "metric", "base", "grid", "list")
"""What a file may hold."""

FIELDS = (*declared_names(TrainingConfig), "protocol")
"""What can be set of a run."""


@dataclass(frozen=True)
class SweepPlan:
    """What a file asks for.

    Attributes:
        title: what to call it.
        metric: what it is about, one of `nashcore.metrics.METRICS`.
        configs: what is run, in the order of the file: of a grid, the last field changes first.
    """

    title: str
    metric: str
    configs: tuple[TrainingConfig, ...]


def read_sweep(path: Path) -> SweepPlan:
    """The sweep in a file: JSON where its name ends so, else YAML.

    Raises:
        InputError: it cannot be read, or something in it cannot be used.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as failed:
        raise InputError(f"The file {path} cannot be read: {failed.strerror}.") from None
    return sweep_in(content, path)


def sweep_in(content: bytes, path: Path) -> SweepPlan:
    """The sweep in what a file holds. Arguments and errors as in `read_sweep`."""
    if len(content) > MOST_BYTES:
        raise InputError(f"The file {path} should have at most {MOST_BYTES:,} bytes. Found more.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"The file {path} should hold text (UTF-8). Found something else.") from None
    return sweep_of(_values(text, path), path.stem, path.parent)


def _values(text: str, path: Path) -> object:
    try:
        if path.suffix.lower() == ".json":
            return json.loads(text, object_pairs_hook=_once)
        return yaml.load(text, _Loader)  # noqa: S506  a safe loader: it makes plain values only
    except (ValueError, LookupError, yaml.YAMLError, RecursionError) as wrong:
        if isinstance(wrong, InputError):
            raise
        kind = "JSON" if path.suffix.lower() == ".json" else "YAML"
        mark = getattr(wrong, "problem_mark", None)
        if mark is not None and text[mark.index : mark.index + 1] == ":":
            before = text[max(mark.index - LONGEST_NAME - 1, 0) : mark.index]
            if re.fullmatch(rf"[^,:{{}}\[\]\n]{{{LONGEST_NAME + 1}}}", before):
                raise InputError(
                    f"A name in YAML should have at most {LONGEST_NAME:,} signs. Found more in line {mark.line + 1} of {path}."
                ) from None
        line = getattr(wrong, "lineno", None if mark is None else mark.line + 1)
        where = f" in line {line}" if line else ""
        raise InputError(f"The file {path} should hold {kind}. Found something else{where}.") from None


def _once(pairs: Sequence[tuple[Any, Any]]) -> dict[Any, Any]:
    """The pairs by their keys.

    Raises:
        InputError: a key stands there twice, of which a reader would see one.
    """
    found: dict[Any, Any] = {}
    for key, value in pairs:
        if key in found:
            raise InputError(f"A sweep should name each field once in a place. Found {quoted(key)} twice.")
        found[key] = value
    return found


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Plain values only; a key that stands twice is refused."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        plain = [
            (key.value, None) for key, _ in node.value if key.tag == "tag:yaml.org,2002:str"
        ]  # others are refused as fields later
        _once(plain)
        return dict(super().construct_mapping(node, deep))


def _number(loader: _Loader, node: Any) -> Any:
    """The number; the text where only colons would make it one (1:30 would be ninety), or where no setting has as many signs."""
    if ":" in node.value or len(node.value) > LONGEST_NUMBER:
        return node.value
    return yaml.SafeLoader.yaml_constructors[node.tag](loader, node)


def _yes_or_no(loader: _Loader, node: Any) -> Any:
    """True or false; the text where it is another word, which may be a value of somebody's table: ``positive: yes``."""
    if node.value.lower() in ("true", "false"):
        return loader.construct_yaml_bool(node)
    return node.value


_Loader.add_constructor("tag:yaml.org,2002:bool", _yes_or_no)
for _tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float"):
    _Loader.add_constructor(_tag, _number)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)  # no setting is a date


def sweep_of(values: object, title: str = "sweep", folder: Path = Path()) -> SweepPlan:
    """The sweep that plain values describe.

    Args:
        values: see `PARTS`.
        title: what to call it where it does not say.
        folder: where its own tables are, unless their paths are whole.

    Raises:
        InputError: something in it cannot be used; one sentence names it.
    """
    given = _mapping(values, "A sweep")
    for name in given:
        if name not in PARTS:
            raise InputError(_unknown("A sweep has no part", name, PARTS))
    base, grid = _mapping(given.get("base"), "Part 'base'"), _mapping(given.get("grid"), "Part 'grid'")
    entries = given.get("list")
    if entries is not None and not isinstance(entries, list):
        raise InputError(f"Part 'list' should be a list of settings. Found {quoted(entries)}.")
    listed = [_mapping(one, f"Entry {number} of 'list'") for number, one in enumerate(entries or [{}], 1)]
    for where, part in (("base", base), ("grid", grid), *(("list", one) for one in listed)):
        for name in part:
            if name not in FIELDS:
                raise InputError(
                    _unknown(f"Part {quoted(where)} names a setting that does not exist,", name, FIELDS)
                )
    if not grid and not entries:
        raise InputError(
            "A sweep should have a part 'grid', or a part 'list', that says what varies. Found neither."
        )
    both = sorted({name for one in listed for name in one} & set(grid))
    if both:
        raise InputError(f"A field should vary in the grid or in the list. Found {quoted(both[0])} in both.")
    metric = given.get("metric") or "overall_auc"
    if not isinstance(metric, str) or metric not in METRICS:
        raise InputError(_unknown("Part 'metric' names what is no metric,", metric, tuple(METRICS)))
    chosen = list(itertools.islice(_choices(grid, listed), MOST_RUNS + 1))
    if len(chosen) > MOST_RUNS:
        raise InputError(f"A sweep should have at most {MOST_RUNS:,} runs. Found more.")
    configs = tuple(_config({**base, **own}, number, own, folder) for number, own in enumerate(chosen, 1))
    _refuse_twice(configs)
    called = clean_title(str(given.get("title") or "")) or clean_title(title)
    return SweepPlan(called, str(metric), configs)


def _mapping(values: object, what: str) -> Mapping[str, Any]:
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise InputError(f"{what} should be names with values. Found {quoted(values)}.")
    return {str(name): value for name, value in values.items()}


def _choices(grid: Mapping[str, Any], listed: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for name, values in grid.items():
        if not isinstance(values, list) or not values:
            raise InputError(
                f"Field {quoted(name)} of the grid should be a list of values, as [1, 2]. Found {quoted(values)}."
            )
    for own in listed:
        for values in itertools.product(*grid.values()):
            yield {**own, **dict(zip(grid, values, strict=True))}


def _config(values: Mapping[str, Any], number: int, own: Mapping[str, Any], folder: Path) -> TrainingConfig:
    placed: dict[str, Any] = {
        name: folder / str(value) if name in FILES and value is not None else value
        for name, value in values.items()
    }
    if isinstance(target := placed.get("target"), str):  # as `train --target` has it
        placed["target"] = {"column": target}
    try:
        config = TrainingConfig(**placed)
        if not config.own:
            get_published_split(config.dataset, config.sensitive)  # refuses what the catalogue does not have
        return config
    except InputError as refused:
        said = ", ".join(f"{name}: {quoted(value)}" for name, value in own.items())
        raise InputError(f"Run {number} of the sweep ({said[:200]}) cannot be made. {refused}") from None
    except (TypeError, ValueError, AttributeError):
        raise InputError(
            f"Run {number} of the sweep cannot be made: a value has another form than its setting."
        ) from None


def _refuse_twice(configs: Sequence[TrainingConfig]) -> None:
    seen: dict[str, int] = {}
    for number, config in enumerate(configs, 1):
        first = seen.setdefault(config.to_json(), number)
        if first != number:
            raise InputError(f"Runs of a sweep should differ. Found runs {first} and {number} the same.")


def _unknown(what: str, name: object, known: Sequence[str]) -> str:
    """A sentence that names what does not exist, and what is near."""
    near = nearest(str(name), known)
    found = f"{what} {quoted(name)}. "
    return found + (f"Did you mean {' or '.join(near)}?" if near else f"Known are {', '.join(known)}.")


def nearest(name: str, known: Sequence[str]) -> list[str]:
    """Known names that are like one that is not: by themselves, or by what comparisons of runs call them."""
    words = {WORDS[one].lower().replace(" ", "_"): one for one in known if one in WORDS}
    asked = name.lower().replace(" ", "_").replace("-", "_")
    like = difflib.get_close_matches(asked, [*known, *words], n=3, cutoff=0.6)
    return list(dict.fromkeys(words.get(one, one) for one in like))


def varied(configs: Sequence[TrainingConfig]) -> tuple[str, ...]:
    """The fields that are not the same in all of these, in the order in which they are declared."""
    values = [config.values() for config in configs]
    return tuple(
        name for name in FIELDS if name in values[0] and any(one[name] != values[0][name] for one in values)
    )
