"""Photographs as the worker gives them to the detector."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

# Side of a usual bundle's input, on which the detector is trained; its graph shrinks it.
BUNDLE_SIZE = 224
DETECTOR_SIZE = 112


def read_square(path: Path, size: int = BUNDLE_SIZE) -> np.ndarray:
    """Squashes a photograph to a bundle's input: uint8 [size, size, 3], RGB."""
    with Image.open(path) as image:
        squashed = image.convert("RGB").resize((size, size), Image.Resampling.BICUBIC)
        return np.asarray(squashed, dtype=np.uint8)


def area_weights(size: int, side: int) -> np.ndarray:
    """The share of each of `size` pixels in each of `side` larger ones: float32 [side, size]."""
    edges = np.arange(side + 1) * size / side
    pixels = np.arange(size)
    overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return (np.maximum(overlap, 0) * side / size).astype(np.float32)


def shrink(square: np.ndarray, side: int = DETECTOR_SIZE) -> np.ndarray:
    """Means of areas, as the detector's graph takes them: uint8 [side, side, 3]."""
    weights = area_weights(len(square), side)
    rows = np.tensordot(weights, square.astype(np.float32), axes=(1, 0))
    columns = np.tensordot(weights, rows, axes=(1, 1))
    return np.round(columns.transpose(1, 0, 2)).astype(np.uint8)
