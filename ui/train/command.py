"""The command line that trains the same as the page, and what the command line has no word for."""

from __future__ import annotations

import shlex

from nashcore.data import parse_sensitive
from nashcore.errors import InputError
from nashcore.runs.config import TrainingConfig
from ui.train.source import Making, Source


def command(source: Source, making: Making, config: TrainingConfig) -> str:
    """The command line as text; lines that start with "#" say what it cannot do."""
    words = ["python -m nashcore train"]
    if source.table is None:
        words += [_option("dataset", source.dataset), _option("sensitive", source.sensitive)]
    else:
        words += [_option("csv", source.file or source.dataset), *_target(source)]
        words.append(_option("sensitive", source.sensitive))
    words.append(_option("methods", ",".join(config.methods)))
    words.append(f"--seeds {len(config.seeds)} --epochs {config.epochs}")
    words.append(_option("schedules", ",".join(config.schedules)))
    if config.rule != "nash":
        words.append(f"--rule {config.rule}")
        words += [f"--rule-option {name}={value:g}" for name, value in config.rule_options.items()]
    if config.protocol != "default":
        words.append(f"--protocol {config.protocol}")
    if config.split_seed:
        words.append(f"--split-seed {config.split_seed}")
    words += [f"--lr {config.lr:g} --dropout {config.dropout:g} --batch-size {config.batch_size}"]
    return "\n".join([" ".join(words), *(f"# {sentence}" for sentence in unsaid(source, making, config))])


def unsaid(source: Source, making: Making, config: TrainingConfig) -> list[str]:
    """What was chosen on the page and cannot be said on the command line, one sentence each."""
    found = []
    if making.drop or making.drop_duplicates or not making.keep_sensitive:
        found.append("The command line leaves no columns or repeated rows out; the page's run does.")
    if making.validation_per_cell is not None or making.test_per_cell is not None:
        found.append("The command line takes the standard sizes of the split; the page's run does not.")
    if config.method_schedules:
        found.append("The command line gives all methods the same schedules; the page's run does not.")
    if source.table is not None and not _readable(source):
        found.append("The command line cannot tell these sensitive columns apart: rename them in the file.")
    return found


def _readable(source: Source) -> bool:
    if source.table is None:
        return True
    try:
        return parse_sensitive(source.sensitive, source.table.frame.columns) == source.by
    except InputError:
        return False


def _target(source: Source) -> list[str]:
    target = source.target
    if target is None:
        return []
    words = [_option("target", target.column)]
    if target.positive is not None:
        words.append(_option("positive", target.positive))
    if target.threshold is not None:
        words.append(_option("threshold", f"{target.threshold!r}"))
    return words


def _option(name: str, value: str) -> str:
    """``--name value``, quoted for a shell where that is needed."""
    if value.startswith("-"):
        return shlex.quote(f"--{name}={value}")
    return f"--{name} {shlex.quote(value)}"
