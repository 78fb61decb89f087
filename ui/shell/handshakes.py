"""Handshakes with parts in the browser that move on their own, so that no answer undoes what the reader has done since."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import streamlit as st


@dataclass(frozen=True)
class SentOnce:
    """A value that a part in the browser may set itself, sent to it only where it does not show it already.

    What the part reports it shows. What comes from elsewhere, from a preset or an address, is sent with a number that rises with
    every sending, and the part takes over a value whose number is new. So nothing is sent while the reader moves the part.

    Attributes:
        key: the session's key of what was sent.
    """

    key: str

    def send(self, value: int, scene: Hashable) -> tuple[int, int]:
        """What to hand to the part: the value it is to show and its number; the same as before where it need not change.

        Args:
            value: to show.
            scene: whatever else it depends on; where that changes, the value is sent again.
        """
        last = st.session_state.setdefault(self.key, {"shown": None, "scene": scene, "sent": (value, 0)})
        if last["shown"] != value or last["scene"] != scene:
            last |= {"shown": value, "scene": scene, "sent": (value, last["sent"][1] + 1)}
        sent: tuple[int, int] = last["sent"]
        return sent

    def reported(self, value: int) -> None:
        """The part itself has come to show the value."""
        st.session_state[self.key]["shown"] = value

    def forget(self) -> None:
        """The part may stand in a new tab and is to be told again."""
        if self.key in st.session_state:
            st.session_state[self.key]["shown"] = None


@dataclass(frozen=True)
class LastAnswered:
    """Which question of a part the numbers handed to it answer: it waits for that one before it asks the next.

    Attributes:
        key: the session's key of the number.
    """

    key: str

    @property
    def turn(self) -> int:
        """The number of the last question; 0 before the first."""
        return int(st.session_state.get(self.key, 0))

    def take(self, report: Any) -> bool:
        """Note the question's number; false where the report has none and is none of the part's."""
        if not isinstance(report, dict) or not isinstance(report.get("turn"), int):
            return False
        st.session_state[self.key] = report["turn"]
        return True
