"""The README's example runs as it stands, and its commands are known to the command line."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import torch
import typer

from nashcore.__main__ import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
COMMANDS = re.findall(r"^python -m nashcore (.*)$", README, flags=re.MULTILINE)
TARGETS = re.findall(r"^make ([\w-]+)", README, flags=re.MULTILINE)


def test_the_example_runs() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    names: dict[str, object] = {}
    torch.manual_seed(0)
    exec(block, names)  # noqa: S102 - our own text, run as a reader would
    assert names["outcome"].agreement  # type: ignore[attr-defined]


def test_a_step_of_the_example_lowers_every_groups_loss() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    for seed in range(5):
        names: dict[str, object] = {}
        torch.manual_seed(seed)
        exec(block, names)  # noqa: S102
        model, x, y, group = (names[key] for key in ("model", "x", "y", "group"))
        for g, before in zip((0, 1), names["losses"], strict=True):  # type: ignore[arg-type]
            after = torch.nn.functional.mse_loss(model(x[group == g]), y[group == g])  # type: ignore[operator,index]
            assert after < before


@pytest.mark.parametrize("path", re.findall(r"\]\((?!http)([^)]+)\)", README))
def test_links_lead_somewhere(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_are_known_with_their_options(line: str) -> None:
    """Parsed as the command line would, down to the types of the options, without being carried out."""
    command = typer.main.get_command(app)
    words = shlex.split(line, comments=True)
    while hasattr(command, "commands"):
        assert words[0] in command.commands, words[0]
        command, name, words = command.commands[words[0]], words[0], words[1:]
    assert command.make_context(name, words).command is command


@pytest.mark.parametrize("target", TARGETS)
def test_make_knows_its_targets(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
