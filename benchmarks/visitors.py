"""A class of visitors on every page: sessions that speak to the server as browsers do, and turn a knob each, time and again.

They are no browsers: what thirty of these would need is not the server's. A turn takes from the knob to the last word of the
page's answer; drawing it comes on top, in a browser of one's own (see `benchmarks.ui`).
"""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.served import Served, machine, megabytes, serving

PATIENCE = 180.0
"""Seconds after which an answer counts as an error."""

PAGES = {
    "geometry": ("Conflict_geometry", "", "angle1"),
    "loss plane": ("Loss_plane", "own={place}", "lr"),
    "schedules": ("Schedules", "", "T"),
    "train": ("Train", "", "seeds"),
    "a run": ("Train", "run={run}", "kind"),
    "compare": ("Compare", "runs={runs}", "metrics"),
    "sweeps": ("Sweeps", "", "by"),
}
"""By name: the page, its address's query, and the key of the widget that is turned. The start page asks nothing of the server.

On the loss plane everybody has a start of their own, so that nobody's runs are known already."""

_DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


def run(visitors: int = 30, turns: int = 5, think: float = 5.0) -> dict[str, Any]:
    """Measure a crowd on a server of its own.

    Args:
        visitors: at once, all on the same page, page by page.
        turns: of the knob, each visitor on each page.
        think: seconds between an answer and the next turn, on average.

    Returns:
        By page the "median" and the 90th percentile ("p90") of a turn and the median of a "first" view, in seconds; the "errors";
        the most "memory" of server and workers in MB; the "machine" with its load.
    """
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as app:
        return measure(app, visitors, turns, think) | {"machine": machine()}


def measure(app: Served, visitors: int = 30, turns: int = 5, think: float = 5.0) -> dict[str, Any]:
    """The same on a server that runs."""
    return asyncio.run(_measure(app, visitors, turns, think))


async def _measure(app: Served, visitors: int, turns: int, think: float) -> dict[str, Any]:
    watched = Watched(app.pid)
    looking = asyncio.create_task(watched.look())
    found: dict[str, Any] = {}
    errors: list[str] = []
    sessions = await asyncio.gather(*(Session.opened(app.url, number) for number in range(visitors)))
    for name, (page, query, knob) in PAGES.items():
        seen = [
            session.turn_on(page, app.address(query, place=f"1.{place:02d}, 2"), knob, turns, think)
            for place, session in enumerate(sessions)
        ]
        times = await asyncio.gather(*seen, return_exceptions=True)
        errors += [f"{name}: {one!r}" for one in times if isinstance(one, BaseException)]
        kept = [one for one in times if not isinstance(one, BaseException)]
        waits = sorted(wait for _, waits in kept for wait in waits)
        if waits:
            found[name] = {
                "first": statistics.median(first for first, _ in kept),
                "median": statistics.median(waits),
                "p90": waits[min(len(waits) - 1, int(0.9 * len(waits)))],
            }
    await asyncio.gather(*(session.socket.close() for session in sessions), return_exceptions=True)
    looking.cancel()
    return found | {
        "errors": len(errors),
        **({"first error": errors[0]} if errors else {}),
        "memory": watched.most,
    }


@dataclass
class Watched:
    """The most memory that a server and its workers took, looked at time and again."""

    pid: int
    most: float = 0.0

    async def look(self) -> None:
        while True:
            self.most = max(self.most, await asyncio.to_thread(megabytes, self.pid))
            await asyncio.sleep(1.0)


@dataclass
class Session:
    """One visitor's connection.

    Attributes:
        number: tells what this one asks for from what the others ask for.
        socket: to the server.
        pages: the server's names of its pages, by their address.
        knobs: elements by widget key, with the fragment they stand in.
        states: what was turned so far, by widget id.
    """

    number: int
    socket: ClientConnection
    pages: dict[str, str] = field(default_factory=dict)
    knobs: dict[str, tuple[Element, str]] = field(default_factory=dict)
    states: dict[str, WidgetState] = field(default_factory=dict)

    @classmethod
    async def opened(cls, url: str, number: int) -> Session:
        """Connect, and look at the start page."""
        address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
        socket = await connect(address, max_size=None, open_timeout=PATIENCE, ping_interval=None)
        session = cls(number, socket)
        await session._ask()
        return session

    async def turn_on(
        self, page: str, query: str, knob: str, turns: int, think: float
    ) -> tuple[float, list[float]]:
        """Go to a page and turn its knob; seconds of the first view, and of every turn."""
        draw = random.Random(self.number)  # noqa: S311 (nothing secret)
        await asyncio.sleep(draw.uniform(0, think))  # nobody begins at the same moment
        self.knobs.clear()
        self.states.clear()
        first = await self._ask(page=self.pages[page], query=query)
        element, fragment = self.knobs[knob]
        waits = []
        for turn in range(turns):
            await asyncio.sleep(draw.uniform(0.5, 1.5) * think)
            state = turned(element, self.number * turns + turn)
            self.states[state.id] = state
            waits.append(await self._ask(page=self.pages[page], query=query, fragment=fragment))
        return first, waits

    async def _ask(self, page: str = "", query: str = "", fragment: str = "") -> float:
        """Have the page, or a fragment of it, run; seconds until all of it has come."""
        message = BackMsg()
        asked = message.rerun_script
        asked.page_script_hash, asked.query_string, asked.fragment_id = page, quote(query, safe="="), fragment
        asked.widget_states.widgets.extend(self.states.values())
        begun = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while not self._read(ForwardMsg.FromString(_bytes(await self.socket.recv()))):
                pass
        return time.perf_counter() - begun

    def _read(self, message: ForwardMsg) -> bool:
        """Note what a message says; whether it is the last one of a run."""
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self.pages |= {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
        elif kind == "new_session":
            self.pages |= {page.url_pathname: page.page_script_hash for page in message.new_session.app_pages}
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._note(message.delta)
        return kind == "script_finished" and message.script_finished in _DONE

    def _note(self, delta: Delta) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise RuntimeError(f"{element.exception.type}: {element.exception.message}")
        if kind in TURNS:
            self.knobs[getattr(element, kind).id.rsplit("-", 1)[-1]] = (element, delta.fragment_id)


def _bytes(payload: str | bytes) -> bytes:
    return payload.encode() if isinstance(payload, str) else payload


def turned(element: Element, number: int) -> WidgetState:
    """The widget at another value: every number has its own, as far as the widget has so many."""
    kind = element.WhichOneof("type") or ""
    widget = getattr(element, kind)
    state = WidgetState(id=widget.id)
    TURNS[kind](widget, state, number)
    return state


def _slid(widget: Any, state: WidgetState, number: int) -> None:
    if widget.options:
        state.string_array_value.data.append(widget.options[number % len(widget.options)])
        return
    places = round((widget.max - widget.min) / widget.step) + 1
    value = widget.min + widget.step * ((7 * number + 1) % places)
    state.double_array_value.data.append(value)


def _chosen(widget: Any, state: WidgetState, number: int) -> None:
    state.string_array_value.data.append(widget.options[number % len(widget.options)].content)


def _listed(widget: Any, state: WidgetState, number: int) -> None:
    state.string_value = widget.options[number % len(widget.options)]


TURNS: dict[str, Callable[[Any, WidgetState, int], None]] = {
    "slider": _slid,
    "button_group": _chosen,
    "selectbox": _listed,
}
"""How widgets are turned, by kind."""
