"""What a simulation says of its methods, in sentences: the same on the page and on the command line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def headline(titles: Sequence[str], failed: NDArray[np.bool_]) -> str:
    """Who reaches the front from every start, and who fails from how many; each start counts by its own run.

    Args:
        titles: of the M methods.
        failed: [M, S].
    """
    starts = failed.shape[1]
    counts = list(zip(titles, failed.sum(1).tolist(), strict=True))
    never = [title for title, count in counts if not count]
    some = [f"{title} from {count} of {starts}" for title, count in counts if count]
    comma = "; " if any("," in title for title in titles) else ", "
    reaches = f"Reaches the front from every start: {comma.join(never)}."
    parts = [reaches if never else "No method reaches the front from every start."]
    if some:
        parts.append(f"Fails: {comma.join(some)}.")
    return " ".join(parts)


def knife_edges(titles: Sequence[str], failing: NDArray[np.int64], copies: int) -> list[str]:
    """One phrase for every method and start of whose copies a part fails and a part does not.

    Args:
        titles: of the M methods.
        failing: [M, S], how many of the start and its nudged copies fail.
        copies: how many there are, with the start itself.
    """
    edges = np.argwhere((failing > 0) & (failing < copies)).tolist()
    return [f"{titles[m]}, start {s + 1}: {failing[m, s]} of {copies} nudged copies fail" for m, s in edges]


def nudges_say(titles: Sequence[str], failing: NDArray[np.int64], copies: int) -> str:
    """The outcome of the knife-edge check in one or two sentences; see `knife_edges`."""
    if copies < 2:
        return "Whether a start is on a knife's edge was not checked."
    counted = f"the start itself and {copies - 1} moved by about 1e-9"
    edges = knife_edges(titles, failing, copies)
    if not edges:
        return f"No start is on a knife's edge: its {copies} copies ({counted}) reach the front or fail together."
    return f"On a knife's edge, where rounding decides ({counted}): {'; '.join(edges)}."
