"""What to know before training: the audit's findings with their switches, and the serious ones once more at the button."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import pandas as pd
import streamlit as st

from nashcore.data import Finding, headline
from ui.figures.groups import short
from ui.shell.text import plain

GRAVE = ("gives target away", "duplicates", "small cell", "spellings", "small group")
"""Findings that deserve a warning sign."""

WORDS = {
    "gives target away": "Columns that give the target away",
    "fixes the label": "Values that nearly fix the label",
    "constant": "Constant columns",
    "identifier": "Columns that only name the row",
    "number-like text": "Text that looks like numbers or dates",
    "duplicates": "Repeated rows",
    "spellings": "Spellings of one value",
    "small cell": "Cells with few training rows",
    "small group": "Tiny groups",
    "base rates": "Base rates",
    "tells the group": "Columns that tell the group",
    "missing values": "Missing values",
}

MOST_SWITCHES = 8
"""More findings of a kind than this share one switch."""


@dataclass(frozen=True)
class Choice:
    """What the switches say.

    Attributes:
        drop: the columns to leave out.
        drop_duplicates: whether to leave out repeated rows.
        drop_groups: the groups to leave out.
        serious: the serious findings that stand.
    """

    drop: tuple[str, ...]
    drop_duplicates: bool
    drop_groups: tuple[str, ...]
    serious: tuple[Finding, ...]

    @property
    def values(self) -> dict[str, object]:
        """As options of the table."""
        return {
            "drop": self.drop,
            "drop_duplicates": self.drop_duplicates,
            "drop_groups": self.drop_groups,
        }


def choose(findings: Sequence[Finding], key: str, merge: Callable[[], None] | None = None) -> Choice:
    """The findings, one sentence each, with a switch where something can be left out; open where one is serious.

    Args:
        findings: of the audit.
        key: of the table, so that switches of one table are not those of another.
        merge: merges nearly equal spellings; None where the table is not read here.
    """
    taken: list[Finding] = []
    serious = [finding for finding in findings if finding.serious]
    first = sum(map(_grave, findings))
    label = f"Before training: {len(findings)} finding{'s' * (len(findings) != 1)}"
    label += f", {len(serious)} serious" if serious else f", {first} to look at first" if first else ""
    with st.expander(label, icon=":material/fact_check:", expanded=bool(serious)):
        for kind, group in groupby(findings, lambda finding: finding.kind):
            found = list(group)
            sign = "report" if found[0].serious else "warning" if any(map(_grave, found)) else "info"
            st.markdown(f":material/{sign}: **{WORDS[kind]}**")
            if len(found) > MOST_SWITCHES:
                taken += _together(found, key)
            else:
                taken += [finding for finding in found if _one(finding, key, merge)]
    columns = tuple(
        dict.fromkeys(f.column for f in taken if f.switch == "drop column" and f.column is not None)
    )
    return Choice(
        columns,
        any(finding.switch == "drop duplicates" for finding in taken),
        tuple(f.group for f in taken if f.switch == "drop group" and f.group is not None),
        tuple(finding for finding in serious if finding.column not in columns),
    )


def _grave(finding: Finding) -> bool:
    """Whether it deserves a warning sign; rows that are alike by chance do not."""
    return finding.kind in GRAVE and (finding.kind != "duplicates" or finding.switch is not None)


def at_the_button(serious: Sequence[Finding], findings: Sequence[Finding], key: str) -> None:
    """The serious findings that stand, with one click that leaves their columns out.

    Args:
        serious: those.
        findings: all of the audit's.
        key: as in `choose`.
    """
    if not serious:
        return
    it = "it" if len(serious) == 1 else "them"
    with st.container(border=True, key="serious"):
        what = headline([finding.short for finding in serious])
        st.warning(
            plain(
                f"{what}. Leave {it} out, or train anyway: the result may then show the answer rather than the methods."
            ),
            icon=":material/report:",
        )
        st.button(
            f"Leave {it} out",
            icon=":material/block:",
            key="leave_out_serious",
            on_click=_leave_out,
            args=([_key(finding, findings, key) for finding in serious],),
            width="stretch",
        )


def _leave_out(keys: Sequence[str]) -> None:
    for key in keys:
        st.session_state[key] = True


def _key(finding: Finding, findings: Sequence[Finding], key: str) -> str:
    """The key of the switch that settles a finding."""
    many = sum(other.kind == finding.kind for other in findings) > MOST_SWITCHES
    return _all_key(finding, key) if many else _own_key(finding, key)


def _all_key(finding: Finding, key: str) -> str:
    return f"drop_all_{key}_{finding.kind}"


def _own_key(finding: Finding, key: str) -> str:
    if finding.switch == "drop duplicates":
        return f"drop_duplicates_{key}"
    if finding.switch == "drop group":
        return f"drop_group_{key}_{finding.group}"
    return f"drop_{key}_{finding.kind}_{finding.column}"


def _together(found: Sequence[Finding], key: str) -> list[Finding]:
    """Many findings of a kind in a table, and one switch for all; returns those that it settles."""
    st.dataframe(pd.DataFrame({"finding": [finding.says for finding in found]}), hide_index=True, height=240)
    switched = [finding for finding in found if finding.switch in ("drop column", "drop group")]
    what = "columns" if any(finding.column is not None for finding in switched) else "groups"
    if switched and st.toggle(f"Leave out all {len(switched)} {what}", key=_all_key(switched[0], key)):
        return switched
    return []


def _one(finding: Finding, key: str, merge: Callable[[], None] | None) -> bool:
    """A finding's sentence and its switch; returns whether it is on."""
    sentence, place = st.columns([3, 1], vertical_alignment="center")
    rows = finding.takes if finding.switch in ("drop duplicates", "drop group") else ""
    sentence.text(finding.says + (f" The switch {rows}." if rows else ""))
    if finding.switch is None:
        return False
    if finding.switch == "merge spellings":
        if merge is not None:
            place.button("Merge spellings", key=f"merge_spellings_{key}_{finding.column}", on_click=merge)
        return False
    names: Mapping[str, str] = {
        "drop column": f"Leave out {plain(short(str(finding.column), 20))}",
        "drop duplicates": "Leave out repeats",
        "drop group": f"Leave out {plain(short(str(finding.group), 20))}",
    }
    return bool(place.toggle(names[finding.switch], key=_own_key(finding, key)))
