"""Level lines against circles worked by hand."""

from __future__ import annotations

import numpy as np

from ui.figures.levels import even_levels, level_segments


def test_level_lines_of_a_bowl_are_circles_of_the_right_length() -> None:
    x, y = np.linspace(-2, 2, 161), np.linspace(-3, 3, 201)
    values = x[None, :] ** 2 + y[:, None] ** 2
    pieces = level_segments(x, y, values, np.array([1.0, 2.25]))
    radius = np.hypot(pieces[..., 0], pieces[..., 1])
    inner = (radius < 1.2).all(-1)
    np.testing.assert_allclose(radius[inner], 1.0, atol=1e-3)
    np.testing.assert_allclose(radius[~inner], 1.5, atol=1e-3)
    length = np.hypot(*(pieces[inner, 1] - pieces[inner, 0]).T).sum()
    assert abs(length - 2 * np.pi) < 0.01


def test_levels_are_round_evenly_spaced_and_blind_to_pits() -> None:
    values = np.append(np.linspace(0, 100, 1000), [-1e9, 1e9, np.inf])
    levels = even_levels(values)
    assert levels.tolist() == [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0]
    assert 5 < len(even_levels(np.linspace(-0.3, 0.17, 50))) <= 14
    assert len(even_levels(np.ones(5))) == 0


def test_no_level_no_line_and_a_flat_function_has_none() -> None:
    x = np.arange(3.0)
    assert level_segments(x, x, np.zeros((3, 3)), np.array([])).shape == (0, 2, 2)
    assert level_segments(x, x, np.zeros((3, 3)), np.array([0.0, 1.0])).shape == (0, 2, 2)
