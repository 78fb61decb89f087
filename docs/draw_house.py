"""Draw the house: the rooms, on floors, and who imports from whom, read from the source.

Run ``python docs/draw_house.py``; it writes docs/house.svg. A room stands one floor below the lowest room that imports from
it, and one that nobody imports from stands just above what it needs: every arrow leads down. Rooms in a circle are an error.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "house.svg"

PAGES = "ui: a folder a page"
ROOMS = {
    "app.py, pages": (0, "what people open"),
    PAGES: (0, "start, geometry, … compare"),
    "ui/shell": (0, "frame, address, presets"),
    "ui/components": (0, "parts in the browser"),
    "ui/figures": (0, "from arrays to figures"),
    "nashcore/integrations": (0, "for other libraries"),
    "synthetic": (1, "the loss plane"),
    "nashcore/methods": (1, "goal, rule, schedule"),
    "nashcore/bargaining": (1, "from a Gramian to weights"),
    "nashcore/commands": (2, "the command line"),
    "nashcore/runs": (2, "config, store, worker"),
    "nashcore/learning": (2, "training in lockstep"),
    "nashcore/data": (2, "from a table to tensors"),
    "benchmarks": (3, "timings side by side"),
    "nashcore/metrics": (3, "rates, gaps, intervals"),
    "nashcore/options": (2, "an option, declared once"),
}
"""The column in which each room stands, and what it is for."""

EVERYBODYS = (
    "nashcore/errors",
    "nashcore/device",
    "nashcore/door",
    "nashcore/threads",
    "nashcore/__init__",
    "nashcore/__version__",
)
"""What every room may use; an arrow to it would say nothing."""

WIDTH, HEIGHT, FLOOR, MARGIN = 232, 62, 118, 44
BEND = 0.45
"""How far an arrow goes straight down before it turns, of its height."""
STYLE = """
  svg { --ground: #f7f5f0; --floor: #ece8df; --box: #ffffff; --line: #3d4a5c; --ink: #1d2530; --soft: #5d6878; --faint: #b9bec6;
        --ui: #0072b2; --engine: #b35900; --plane: #00795b; --other: #6b7280;
        font-family: -apple-system, "Segoe UI", "Helvetica Neue", "DejaVu Sans", sans-serif; }
  @media (prefers-color-scheme: dark) {
    svg { --ground: #14181e; --floor: #1b2129; --box: #242c37; --line: #c3ccd8; --ink: #eef2f6; --soft: #a3aebc; --faint: #4c5664;
          --ui: #56b4e9; --engine: #f0a04b; --plane: #4bd0a6; --other: #9aa3af; } }
  .ground { fill: var(--ground); } .floor { fill: var(--floor); }
  .box { fill: var(--box); stroke-width: 1.6; }
  .name { font-size: 15px; font-weight: 600; fill: var(--ink); } .says { font-size: 11.5px; fill: var(--soft); }
  .direct { fill: none; stroke: var(--line); stroke-width: 1.5; marker-end: url(#tip); }
  .also { fill: none; stroke: var(--faint); stroke-width: 1; }
  .count { font-size: 12px; font-weight: 600; fill: var(--ink); paint-order: stroke; stroke: var(--ground); stroke-width: 5px; }
  .tip { fill: var(--line); } .note { font-size: 12px; fill: var(--soft); }
"""


def room_of(module: str) -> str | None:
    """The room of a module's dotted name; None for what is everybody's and for other libraries."""
    top, *inner = module.split(".")
    if top in ("app", "pages"):
        return "app.py, pages"
    if top in ("synthetic", "benchmarks"):
        return top
    if top not in ("ui", "nashcore") or not inner:
        return None
    name = "nashcore/commands" if inner[0] == "__main__" else f"{top}/{inner[0]}"
    if name in EVERYBODYS or name == "ui/__init__":
        return None
    return PAGES if top == "ui" and name not in ROOMS else name


def sources() -> Iterator[Path]:
    """Every source file of the house."""
    yield ROOT / "app.py"
    for folder in ("pages", "ui", "synthetic", "nashcore", "benchmarks"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def modules_imported(source: str) -> Iterator[str]:
    """Dotted names of the modules that a source imports; of ``from a import b`` also ``a.b``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports_between_rooms() -> Counter[tuple[str, str]]:
    """How many modules of the first room import from the second; a room that imports from none is with itself, with 0."""
    found: Counter[tuple[str, str]] = Counter()
    for path in sources():
        room = room_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
        if room is not None:
            found[room, room] += 0
            others = {room_of(name) for name in modules_imported(path.read_text())}
            found.update((room, other) for other in others - {None, room} if other is not None)
    return found


def floors(pairs: set[tuple[str, str]]) -> dict[str, int]:
    """The floor of each room, 0 the highest.

    Raises:
        ValueError: rooms import each other in a circle.
    """
    above = {
        room: {a for a, b in pairs if b == room != a} for room in {room for pair in pairs for room in pair}
    }
    floor = dict.fromkeys(above, 0)
    for _ in above:
        floor = {room: max((floor[a] + 1 for a in importers), default=0) for room, importers in above.items()}
    if any(floor[a] >= floor[b] for a, b in pairs if a != b):
        raise ValueError("Rooms import each other in a circle, so they cannot stand on floors.")
    roofs = {room: [floor[b] for a, b in pairs if a == room != b] for room in above if not above[room]}
    return floor | {room: min(needed) - 1 for room, needed in roofs.items() if needed}


def drawn() -> str:
    """The picture as SVG."""
    counts = imports_between_rooms()
    pairs = {pair for pair in counts if pair[0] != pair[1]}
    floor = floors(set(counts))
    columns, rows = 1 + max(column for column, _ in ROOMS.values()), 1 + max(floor.values())
    width = columns * (WIDTH + MARGIN) + MARGIN
    height = rows * FLOOR + MARGIN + 26
    place = {
        room: (MARGIN + WIDTH / 2 + ROOMS[room][0] * (WIDTH + MARGIN), MARGIN + row * FLOOR + HEIGHT / 2)
        for room, row in floor.items()
    }
    direct = {pair for pair in pairs if not _leads_round(pair, pairs)}
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="what">',
        '<title id="what">The rooms of the Nash Bargaining Lab and who imports from whom</title>',
        f"<style>{STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
        '<path class="tip" d="M0 1 L10 5 L0 9 z"/></marker></defs>',
        f'<rect class="ground" width="{width}" height="{height}" rx="14"/>',
        *(
            f'<rect class="floor" x="14" y="{MARGIN + row * FLOOR - 14}" width="{width - 28}" height="{HEIGHT + 28}" rx="10"/>'
            for row in range(rows)
        ),
        *(_arrow(pair, place, counts[pair], False) for pair in sorted(pairs - direct)),
        *(_arrow(pair, place, counts[pair], True) for pair in sorted(direct)),
        *(_box(room, *place[room]) for room in sorted(place)),
        *(_count(pair, place, counts[pair]) for pair in sorted(direct)),
        f'<text class="note" x="{MARGIN / 2}" y="{height - 18}">An arrow: modules of the upper room import from the lower one, '
        "so many of them. Thin lines: imports that a path of arrows implies.</text>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _leads_round(pair: tuple[str, str], pairs: set[tuple[str, str]]) -> bool:
    """Whether another way leads from the first room to the second."""
    first, last = pair
    reached, ahead = set(), [b for a, b in pairs if a == first and b != last]
    while ahead:
        room = ahead.pop()
        if room not in reached:
            reached.add(room)
            ahead += [b for a, b in pairs if a == room]
    return last in reached


def _ends(pair: tuple[str, str], place: dict[str, tuple[float, float]]) -> tuple[float, float, float, float]:
    """Where an arrow leaves its upper room and meets its lower one: nearer to the side where the other is."""
    (x1, y1), (x2, y2) = place[pair[0]], place[pair[1]]
    lean = max(-0.36, min(0.36, (x2 - x1) / 1600)) * WIDTH
    return x1 + lean, y1 + HEIGHT / 2, x2 - lean, y2 - HEIGHT / 2


def _arrow(pair: tuple[str, str], place: dict[str, tuple[float, float]], count: int, direct: bool) -> str:
    x1, y1, x2, y2 = _ends(pair, place)
    bend = (y2 - y1) * BEND
    path = f"M{x1:.0f} {y1:.0f} C{x1:.0f} {y1 + bend:.0f} {x2:.0f} {y2 - bend:.0f} {x2:.0f} {y2 - 2:.0f}"
    title = escape(f"{pair[0]} imports from {pair[1]}: {count}")
    return f'<path class="{"direct" if direct else "also"}" d="{path}"><title>{title}</title></path>'


def _count(pair: tuple[str, str], place: dict[str, tuple[float, float]], count: int) -> str:
    """The number on an arrow: in its middle, or nearer to its beginning where it passes other floors."""
    x1, y1, x2, y2 = _ends(pair, place)
    t = 0.5 if y2 - y1 < FLOOR else 0.3
    x = x1 + (3 * t**2 - 2 * t**3) * (x2 - x1)
    y = y1 + (y2 - y1) * (BEND * 3 * t * (1 - t) ** 2 + (1 - BEND) * 3 * t**2 * (1 - t) + t**3)
    return f'<text class="count" x="{x:.0f}" y="{y + 4:.0f}" text-anchor="middle">{count}</text>'


def _box(room: str, x: float, y: float) -> str:
    colour = {"ui": "ui", "ap": "ui", "na": "engine", "sy": "plane"}.get(room[:2], "other")
    return (
        f'<g><rect class="box" style="stroke: var(--{colour})" x="{x - WIDTH / 2:.0f}" y="{y - HEIGHT / 2:.0f}" width="{WIDTH}" '
        f'height="{HEIGHT}" rx="9"/><text class="name" x="{x:.0f}" y="{y - 4:.0f}" text-anchor="middle">{escape(room)}</text>'
        f'<text class="says" x="{x:.0f}" y="{y + 17:.0f}" text-anchor="middle">{escape(ROOMS[room][1])}</text></g>'
    )


if __name__ == "__main__":
    PICTURE.write_text(drawn())
