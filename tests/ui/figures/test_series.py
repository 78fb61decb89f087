"""Folded series come back bit for bit, as the browser unfolds them."""

from __future__ import annotations

import base64
import zlib

import numpy as np
import pytest

from ui.figures.series import folded, folded_text


def unfolded(packed: bytes, kind: str, shape: tuple[int, ...], order: int) -> np.ndarray:
    """What series.js reads and turns, [R, ...]; the shape is that of the values that were folded."""
    size = np.dtype(kind).itemsize
    planes = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(size, -1)
    zigzag = np.ascontiguousarray(planes.T).view(f"<u{size}").reshape(-1, shape[0])
    whole = (zigzag >> 1) ^ (0 - (zigzag & 1)).astype(zigzag.dtype)
    for _ in range(order):
        whole = np.cumsum(whole, axis=1, dtype=whole.dtype)
    return np.ascontiguousarray(whole.T).view(kind).reshape(shape)


def unfolded_text(text: str, kind: str, shape: tuple[int, ...], order: int) -> np.ndarray:
    """The same of text."""
    return unfolded(base64.b64decode(text), kind, shape, order)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("kind", ["<i2", "<u2", "<f4"])
def test_what_is_folded_comes_back_bit_for_bit(kind: str, order: int) -> None:
    dtype, draw = np.dtype(kind), np.random.default_rng(order)
    bits = draw.integers(0, 256, (7, 3, 2, dtype.itemsize), dtype=np.uint8)
    values = bits.view(dtype)[..., 0]  # whatever bits there are: NaN, infinities, numbers next to zero
    np.testing.assert_array_equal(
        unfolded(folded(values, order), kind, values.shape, order).tobytes(), values.tobytes()
    )
    assert base64.b64decode(folded_text(values, order)) == folded(values, order)


def test_extremes_and_a_single_moment_come_back() -> None:
    edges = np.array([[-32768, 32767, 0, -1]], dtype=np.int16)
    for values in (edges, edges.T, np.zeros((0, 3), np.int16)):
        back = unfolded(folded(values, 2), "<i2", values.shape, 2) if values.size else values
        np.testing.assert_array_equal(back, values)


def test_what_moves_evenly_takes_a_tenth() -> None:
    even = np.linspace(0, 1, 1000, dtype=np.float32)[:, None] * np.arange(1, 9, dtype=np.float32)
    codes = np.round(even * 3000).astype(np.int16)
    assert len(folded(codes, 2)) < codes.nbytes / 4
