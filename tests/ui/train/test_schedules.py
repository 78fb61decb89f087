"""Lists of bargaining epochs are read or refused plainly."""

from __future__ import annotations

import pytest

from nashcore.errors import InputError
from ui.train.schedules import sweep_numbers


def test_a_list_of_bargaining_epochs_is_sorted_and_each_counts_once() -> None:
    assert sweep_numbers(" 5, 0,2 ,2,", 5) == [0, 2, 5]


@pytest.mark.parametrize("text", ["", ",", "1.5", "-1", "two", "9", "²", ",".join(map(str, range(20)))])
def test_a_bad_list_of_bargaining_epochs_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InputError, match=r"^Bargaining epochs T should be .* Found "):
        sweep_numbers(text, 8)
