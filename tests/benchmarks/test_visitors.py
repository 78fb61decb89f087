"""Visitors turn what the pages hand them, and nobody asks for what another asks for."""

from __future__ import annotations

import os

from streamlit.proto.Element_pb2 import Element

from benchmarks.served import megabytes
from benchmarks.visitors import turned


def test_a_slider_takes_other_places_within_its_range() -> None:
    element = Element()
    element.slider.id = "$$ID-x-lr"
    element.slider.min, element.slider.max, element.slider.step = 0, 20, 2
    values = [turned(element, number).double_array_value.data[0] for number in range(11)]
    assert sorted(values) == list(range(0, 21, 2))


def test_choices_go_round_and_are_named() -> None:
    slider, buttons, menu = Element(), Element(), Element()
    slider.slider.options.extend(["a", "b"])
    menu.selectbox.options.extend(["c", "d"])
    for content in ("one", "two", "three"):
        buttons.button_group.options.add().content = content
    assert [turned(slider, number).string_array_value.data[0] for number in range(3)] == ["a", "b", "a"]
    assert [turned(menu, number).string_value for number in range(3)] == ["c", "d", "c"]
    chosen = [turned(buttons, number).string_array_value.data[0] for number in range(4)]
    assert chosen == ["one", "two", "three", "one"]


def test_memory_of_a_process_is_told() -> None:
    assert megabytes(os.getpid()) >= 0
    assert megabytes(2**22 + 1) == 0, "nobody has this number"
