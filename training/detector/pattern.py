"""A picture that any language makes alike, to compare what a detector computes of it."""

from __future__ import annotations

import numpy as np


def pattern_picture(side: int) -> np.ndarray:
    """uint8 [side, side, 3]: (x (3 + channel) + 5 y + (x y >> 4)) mod 256"""
    rows, columns, channels = np.mgrid[0:side, 0:side, 0:3]
    return ((columns * (3 + channels) + rows * 5 + ((columns * rows) >> 4)) % 256).astype(np.uint8)
