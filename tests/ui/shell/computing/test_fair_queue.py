"""Who comes next, worked out by hand."""

from __future__ import annotations

from ui.shell.computing.fair_queue import FairQueue


def order(queue: FairQueue[str]) -> list[str]:
    found = []
    while (wish := queue.take()) is not None:
        found.append(wish)
    return found


def test_cheap_comes_before_dear() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.put("one", "map", 30.0)
    queue.put("two", "knob", 0.4)
    assert order(queue) == ["knob", "map"]


def test_who_asks_for_much_waits_for_the_others_little() -> None:
    queue: FairQueue[str] = FairQueue()
    for number in range(5):
        queue.put("greedy", f"g{number}", 1.0)
    for asker in ("a", "b"):
        queue.put(asker, asker, 1.5)
    assert order(queue) == ["g0", "a", "b", "g1", "g2", "g3", "g4"]


def test_dear_work_gets_its_turn_however_much_cheap_work_comes() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.put("patient", "map", 3.0)
    taken = []
    for number in range(10):
        queue.put("busy", f"k{number}", 0.5)
        taken.append(queue.take())
    assert "map" in taken


def test_a_wish_of_several_comes_as_early_as_the_first_would_have_it() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.put("greedy", "g", 5.0)
    queue.put("greedy", "shared", 1.0)
    queue.put("modest", "other", 2.0)
    queue.put("modest2", "shared", 1.0)
    assert len(queue) == 3
    assert order(queue) == ["shared", "other", "g"]


def test_a_dropped_wish_was_never_asked_for() -> None:
    queue: FairQueue[str] = FairQueue()
    for number in range(8):  # a knob dragged over eight values
        queue.put("me", f"k{number}", 1.0)
        if number < 7:
            queue.drop(f"k{number}", "me")
    queue.put("you", "y", 1.5)
    assert "k0" not in queue
    assert order(queue) == ["k7", "y"]


def test_what_does_not_fit_now_waits() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.put("one", "dear", 1.0)
    queue.put("two", "cheap", 2.0)
    assert queue.ahead_of("cheap") == 1
    assert queue.take(lambda wish: wish != "dear") == "cheap"
    assert queue.take(lambda wish: False) is None
    assert queue.take() == "dear"
