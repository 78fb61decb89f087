"""What stays is set apart once, and again when more has been loaded."""

from __future__ import annotations

import gc
import sys
import types
import weakref
from collections.abc import Iterator

import pytest

from ui.shell import heap


@pytest.fixture(autouse=True)
def nothing_set_apart(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(heap, "_loaded", 0)
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_the_collector_need_not_look_at_it_any_more() -> None:
    before = len(gc.get_objects())
    heap.set_apart()
    assert gc.get_freeze_count() > before / 2
    assert len(gc.get_objects()) < before / 10


def test_it_costs_nothing_until_more_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    heap.set_apart()
    gc.unfreeze()
    heap.set_apart()
    assert gc.get_freeze_count() == 0
    monkeypatch.setitem(sys.modules, "loaded_since", types.ModuleType("loaded_since"))
    heap.set_apart()
    assert gc.get_freeze_count() > 0


def test_garbage_is_not_kept() -> None:
    class Node:
        me: Node

    gone: list[bool] = []
    node = Node()
    node.me = node
    weakref.finalize(node, gone.append, True)
    del node
    heap.set_apart()
    assert gone == [True]
