"""The doors between the rooms: who may import whom, read from the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Room -> what it must never import (module prefixes).
FORBIDDEN = {
    "nashcore": ("streamlit", "plotly", "synthetic", "benchmarks", "ui", "pages", "tests"),
    "nashcore/bargaining": (
        "nashcore.methods",
        "nashcore.metrics",
        "nashcore.learning",
        "nashcore.data",
        "nashcore.runs",
    ),
    "nashcore/metrics": (
        "nashcore.bargaining",
        "nashcore.methods",
        "nashcore.learning",
        "nashcore.data",
        "nashcore.runs",
    ),
    "nashcore/methods": ("nashcore.metrics", "nashcore.learning", "nashcore.data", "nashcore.runs"),
    "nashcore/learning": ("nashcore.runs",),
    "nashcore/options": (
        "torch",
        "pandas",
        "nashcore.bargaining",
        "nashcore.methods",
        "nashcore.learning",
        "nashcore.data",
        "nashcore.runs",
    ),
    "nashcore/data": ("nashcore.bargaining", "nashcore.methods", "nashcore.learning", "nashcore.runs"),
    "synthetic": ("streamlit", "plotly", "ui", "nashcore.data", "nashcore.runs", "benchmarks", "tests"),
    "ui/figures": ("streamlit", "torch", "nashcore", "synthetic"),
    "ui": ("pages", "tests", "benchmarks"),
    "pages": ("plotly", "torch", "tests", "benchmarks"),
}
# Rooms with a door: from outside, their names are imported from the room itself, not from a module in it.
DOORS = (
    "nashcore.bargaining",
    "nashcore.methods",
    "nashcore.metrics",
    "nashcore.learning",
    "nashcore.learning.lockstep",
    "nashcore.options",
    "nashcore.data",
    "nashcore.runs",
    "nashcore.runs.results",
    "nashcore.runs.sweep",
)
# A module that is run by itself (python -m) and so is no part of its room's door.
OWN_DOORS = ("nashcore.runs.worker",)
# The command line is a face, not an engine room; integrations meet one outside package each.
FACES = ("nashcore/__main__.py", "nashcore/commands/")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


# A page's folder in ui -> the file of the page, which alone may use it.
FOLDER_OF = {
    "start": "app.py",
    "geometry": "pages/1_Conflict_geometry.py",
    "lossplane": "pages/2_Loss_plane.py",
    "schedules": "pages/3_Schedules.py",
    "train": "pages/4_Train.py",
    "compare": "pages/5_Compare.py",
    "sweeps": "pages/6_Sweeps.py",
}
SHARED = ("shell", "figures", "components", "serving")


@pytest.mark.parametrize("room", FORBIDDEN)
def test_rooms_keep_their_doors(room: str) -> None:
    broken = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / room).rglob("*.py"))
        if not str(path.relative_to(ROOT)).startswith(FACES)
        for name in _imports(path)
        if any(_within(name, prefix) for prefix in FORBIDDEN[room])
    ]
    assert not broken, broken


def test_every_folder_of_ui_is_a_pages_or_shared() -> None:
    folders = {path.parent.name for path in (ROOT / "ui").glob("*/__init__.py")}
    assert folders == {*FOLDER_OF, *SHARED}
    assert {"app.py", *(f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py"))} == set(
        FOLDER_OF.values()
    )


@pytest.mark.parametrize("folder", FOLDER_OF)
def test_a_pages_folder_is_its_own_pages(folder: str) -> None:
    sources = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "ui").rglob("*.py")]
    broken = [
        f"{name} imports {imported}"
        for path in sources
        if (name := str(path.relative_to(ROOT))) != FOLDER_OF[folder]
        if not name.startswith(f"ui/{folder}/")
        for imported in _imports(path)
        if _within(imported, f"ui.{folder}")
    ]
    assert not broken, broken


def test_figures_are_made_of_arrays_and_tables_alone() -> None:
    allowed = ("numpy", "pandas", "ui.figures", *sys.stdlib_module_names)
    broken = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / "ui/figures").rglob("*.py"))
        for name in _imports(path)
        if not any(_within(name, door) for door in allowed)
    ]
    assert not broken, broken


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _past_the_door(name: str, importer: str) -> bool:
    """Whether an import reaches into a room that the importer is not in; rooms within a room count as one."""
    room = next((door for door in DOORS if _within(name, door)), None)
    shown = (
        *DOORS,
        *OWN_DOORS,
        *(f"{door}.{name}" for door in DOORS for name in import_module(door).__all__),
    )
    if room is None or name in shown or _within(importer, room):
        return False
    inner = ROOT / name.replace(".", "/")
    return inner.is_dir() or inner.with_suffix(".py").is_file()


def test_from_outside_a_room_its_door_is_used() -> None:
    sources = [ROOT / "app.py"]
    for package in ("nashcore", "synthetic", "ui", "pages", "benchmarks"):
        sources += sorted((ROOT / package).rglob("*.py"))
    broken = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources
        for name in dict.fromkeys(_imports(path))
        if _past_the_door(name, _module(path))
    ]
    assert not broken, broken


def test_synthetic_uses_only_the_doors_it_has() -> None:
    allowed = (
        "nashcore.bargaining",
        "nashcore.methods",
        "nashcore.door",
        "nashcore.errors",
        "nashcore.device",
        "nashcore.options",
    )
    broken = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / "synthetic").rglob("*.py"))
        for name in _imports(path)
        if _within(name, "nashcore") and not any(_within(name, door) for door in allowed)
    ]
    assert not broken, broken


def test_bargaining_needs_only_torch_and_numpy() -> None:
    code = (
        "import sys; sys.path.insert(0, '.');"
        "blocked = {'streamlit', 'plotly', 'pandas', 'sklearn', 'cvxpy', 'pydantic', 'typer'};"
        "sys.meta_path.insert(0, type('B', (), {'find_spec': staticmethod(lambda name, *a:"
        " (_ for _ in ()).throw(ImportError(name)) if name.split('.')[0] in blocked else None)})());"
        "import torch; from nashcore.bargaining import bargain; print(bool(bargain(torch.eye(2)).agreement))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "True", done.stderr


def test_what_a_refusal_quotes_is_shortened() -> None:
    """A value from outside may be of any length: `nashcore.errors.quoted` writes as much of it as a sentence bears."""
    broken = [
        f"{path.relative_to(ROOT)}:{part.lineno}"
        for package in ("nashcore", "synthetic", "ui")
        for path in sorted((ROOT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "InputError"
        for part in ast.walk(node)
        if isinstance(part, ast.FormattedValue) and part.conversion == ord("r")
    ]
    assert not broken, broken


# Test modules in a room that stand for no module of it: what they hold together is in several.
CROSS_CUTTING = {
    "tests/docs/test_audit.py",  # .ci/audit.py
    "tests/docs/test_code_host.py",  # the code host's files, .github
    "tests/docs/test_own_training.py",  # a document's example
    "tests/docs/test_reproduction.py",  # a document's figures
    "tests/docs/test_rules.py",  # a document's table
    "tests/docs/test_snippets.py",  # every document's code and commands
    "tests/docs/test_scaling.py",  # a document's example
    "tests/nashcore/bargaining/test_autocast.py",  # every rule, the bargain and the certificate under autocast
    "tests/nashcore/bargaining/test_devices.py",  # every rule on every device
    "tests/nashcore/bargaining/test_precision.py",  # every rule on Gramians whose rounding counts
    "tests/nashcore/bargaining/test_pcgrad_order.py",  # the rule, and the order that the page draws
    "tests/nashcore/learning/test_devices.py",  # a whole step on every device
    "tests/synthetic/test_devices.py",  # the plane on every device
    "tests/nashcore/data/test_published.py",  # the complete tables and the published splits
}


def _mirrored(test: Path) -> bool:
    """Whether a test module stands where a module stands: its own name, or that name and what of it is tested."""
    folder = ROOT / test.parent.relative_to(ROOT / "tests")
    words = test.stem.removeprefix("test_").split("_")
    names = ["_".join(words[:count]) for count in range(1, len(words) + 1)]
    return (
        any((folder / f"{name}.py").exists() or (folder / name).is_dir() for name in names)
        or (folder / f"__{test.stem.removeprefix('test_')}__.py").exists()
    )


def test_tests_stand_where_what_they_test_stands() -> None:
    """What is between rooms is tested in tests/ itself; tests that drive pages are named for the pages."""
    tests = sorted((ROOT / "tests").glob("*/**/test_*.py"))
    astray = {
        name
        for path in tests
        if not (name := path.relative_to(ROOT).as_posix()).startswith(("tests/pages/", "tests/browser/"))
        if not _mirrored(path)
    }
    assert astray == CROSS_CUTTING
