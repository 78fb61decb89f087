"""Lists of bargaining epochs are read or refused plainly."""

from __future__ import annotations

import pytest

from nashcore.errors import InputError
from ui.train.schedules import MOST_SWEPT, standard_sweep, sweep_numbers


def test_a_list_of_bargaining_epochs_is_sorted_and_each_counts_once() -> None:
    assert sweep_numbers(" 5, 0,2 ,2,", 5) == [0, 2, 5]


@pytest.mark.parametrize("text", ["", ",", "1.5", "-1", "two", "9", "²", ",".join(map(str, range(20)))])
def test_a_bad_list_of_bargaining_epochs_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InputError, match=r"^Bargaining epochs T should be .* Found "):
        sweep_numbers(text, 8)


@pytest.mark.parametrize(
    ("epochs", "numbers"),
    [
        (1, [0, 1]),
        (2, [0, 1, 2]),
        (5, [0, 1, 2, 5]),
        (15, [0, 1, 2, 5, 10, 15]),
        (50, [0, 1, 2, 5, 10, 20, 50]),
        (60, [0, 1, 2, 5, 10, 20, 50, 60]),
    ],
)
def test_the_standard_sweep_follows_the_number_of_epochs(epochs: int, numbers: list[int]) -> None:
    assert standard_sweep(epochs) == numbers


@pytest.mark.parametrize("epochs", [1, 3, 999, 1000, 123_456])
def test_the_standard_sweep_can_be_trained(epochs: int) -> None:
    numbers = standard_sweep(epochs)
    assert numbers == sweep_numbers(", ".join(map(str, numbers)), epochs)
    assert len(numbers) <= MOST_SWEPT
    assert (numbers[0], numbers[-1]) == (0, epochs)
