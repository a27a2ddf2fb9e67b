"""A picture of coloured squares that any language makes alike, to compare what a detector computes of it."""

from __future__ import annotations

import numpy as np

# Squares along each side: a size that they divide shows the same picture, shrunk by means of areas or not.
SQUARES = 16


def pattern_picture(side: int) -> np.ndarray:
    """uint8 [side, side, 3]: of the square (x, y), (x (13 + 8 channel) + 29 y + 3 x y) mod 256"""
    rows, columns, channels = np.mgrid[0:side, 0:side, 0:3]
    x, y = columns * SQUARES // side, rows * SQUARES // side
    return ((x * (13 + 8 * channels) + y * 29 + x * y * 3) % 256).astype(np.uint8)
