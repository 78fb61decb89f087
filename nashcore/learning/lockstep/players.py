"""Who plays: the cells that have validation rows, and how their losses make the groups' losses."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import one_hot

from nashcore.errors import InputError


@dataclass(frozen=True)
class Players:
    """The players of a task's bargaining game.

    Attributes:
        cells: [K] int64, the cells (2 * group + label) that have validation rows, ascending.
        cell_means: [K, V], turns losses of validation rows into mean losses of cells.
        groups: [G] int64, the groups that have validation rows, ascending.
        group_means: [G, K], turns mean losses of cells into mean losses of groups.
        shares: [G], each group's share of the validation rows.
        notices: a sentence for each cell that does not play.
    """

    cells: Tensor
    cell_means: Tensor
    groups: Tensor
    group_means: Tensor
    shares: Tensor
    notices: tuple[str, ...]

    @property
    def count(self) -> int:
        """Number of players, K."""
        return len(self.cells)


def players_of(
    cells: Tensor, group_names: tuple[str, ...], label_names: tuple[str, str], like: Tensor
) -> Players:
    """The players of validation rows.

    Args:
        cells: [V] int64, the cell of each validation row.
        group_names: the name of each group.
        label_names: the name of each label.
        like: gives dtype and device of the means.

    Raises:
        InputError: there are no validation rows.
    """
    if not len(cells):
        raise InputError(
            "Validation rows should be one or more: without them there is no one to bargain. Found none."
        )
    possible = 2 * len(group_names)
    members = one_hot(cells.cpu(), possible).T.double()  # [2G, V]
    counts = members.sum(1)
    present = counts.nonzero().squeeze(1)
    cell_means = members[present] / counts[present].unsqueeze(1)
    owners = one_hot(present // 2, len(group_names)).T.double() * counts[present]  # [G, K] rows
    groups = owners.sum(1).nonzero().squeeze(1)
    of_groups = owners[groups]
    notices = tuple(
        f"Cell ({group_names[cell // 2]}, {label_names[cell % 2]}) has no validation rows, so it takes no part in the game."
        for cell in range(possible)
        if not counts[cell]
    )
    return Players(
        cells=present.to(like.device),
        cell_means=cell_means.to(like),
        groups=groups.to(like.device),
        group_means=(of_groups / of_groups.sum(1, keepdim=True)).to(like),
        shares=(of_groups.sum(1) / counts.sum()).to(like),
        notices=notices,
    )
