"""Settings of a config in words, and those in which it is not as its table's standard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nashcore.methods import PUBLISHED, parse_schedule, rule_title, when
from nashcore.options import declared
from nashcore.runs.config import TrainingConfig

WORDS = {one.name: one.option.words for one in declared(TrainingConfig)}
"""Every setting of a config in words."""

_TABLE = ("dataset", "sensitive", "csv", "target", "grouped_by", "splits")
"""The settings that say which table it is."""

_LAST = ("epochs", "methods", "seeds")
"""Settings that a title names last: many runs have others, and few are told apart by them alone."""

_IN_TITLES = 3
"""Most settings that a title made by itself names."""


def settings_in_words(config: TrainingConfig) -> dict[str, str]:
    """All settings by name, each with its value in words."""
    return {name: in_words(name, value) for name, value in config.values().items() if name in WORDS}


def unusual(config: TrainingConfig) -> dict[str, str]:
    """The settings, by name and in words, that are not what the config's table is trained with where nothing is chosen."""
    table = {name: getattr(config, name) for name in _TABLE}
    standard = settings_in_words(TrainingConfig(**{name: value for name, value in table.items() if value}))
    return {name: value for name, value in settings_in_words(config).items() if value != standard[name]}


def default_title(config: TrainingConfig) -> str:
    """What to call a run that nobody named: its table, and the first of the settings that are unusual."""
    chosen = sorted(unusual(config).items(), key=lambda one: one[0] in _LAST)
    found = [_short(config, name, value) for name, value in chosen if name != "device"]
    more = ", …" if len(found) > _IN_TITLES else ""
    told = f": {', '.join(found[:_IN_TITLES])}{more}" if found else ""
    return f"{config.dataset}, by {config.sensitive}{told}"


def _short(config: TrainingConfig, name: str, value: str) -> str:
    """A setting in a title."""
    match name:
        case "schedules":
            return value
        case "rule":
            return f"rule {value}"
        case "epochs":
            return f"{value} epoch{'s' * (config.epochs != 1)}"
        case "methods" | "seeds":
            count = len(getattr(config, name))
            return f"{count} {name if count != 1 else name[:-1]}"
    return f"{WORDS[name].lower()} {value}"


def in_words(name: str, value: Any) -> str:
    """A setting's value in words."""
    if name in _IN_WORDS:
        return _IN_WORDS[name](value)
    if value is None:
        return "standard"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _seeds(seeds: tuple[int, ...]) -> str:
    if len(seeds) > 1 and seeds == tuple(range(seeds[0], seeds[0] + len(seeds))):
        return f"{len(seeds)} ({seeds[0]} to {seeds[-1]})"
    return f"{len(seeds)} ({', '.join(map(str, seeds))})"


def _target(target: Any) -> str:
    if target is None:
        return "the catalogue's"
    if target.threshold is not None:
        return f"{target.column} {'<' if target.below else '>='} {target.threshold:g}"
    return target.column if target.positive is None else f"{target.column} = {target.positive}"


def _schedules(texts: Sequence[str]) -> str:
    return ", ".join(when(parse_schedule(text)) for text in texts)


def _file(path: Path | None) -> str:
    """A file that the store keeps is named by what it holds; eight letters of that tell files apart."""
    return "none" if path is None else path.stem[:8]


_IN_WORDS: dict[str, Callable[[Any], str]] = {
    "csv": _file,
    "splits": _file,
    "target": _target,
    "grouped_by": lambda columns: ", ".join(one.column for one in columns) or "as named by the groups",
    "seeds": _seeds,
    "methods": lambda found: ", ".join(PUBLISHED[name].title for name in found),
    "schedules": _schedules,
    "method_schedules": lambda found: (
        "; ".join(f"{PUBLISHED[name].title}: {_schedules(texts)}" for name, texts in found.items()) or "none"
    ),
    "rule": rule_title,
    "rule_options": lambda found: ", ".join(f"{name} = {value:g}" for name, value in found.items()) or "none",
}
