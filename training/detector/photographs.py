"""Photographs as the worker gives them to the detector."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

# Side of the default bundle's input; the detector's graph halves it.
BUNDLE_SIZE = 224
DETECTOR_SIZE = 112


def read_square(path: Path) -> np.ndarray:
    """Squashes a photograph to the bundle's input: uint8 [224, 224, 3], RGB."""
    with Image.open(path) as image:
        squashed = image.convert("RGB").resize((BUNDLE_SIZE, BUNDLE_SIZE), Image.BICUBIC)
        return np.asarray(squashed, dtype=np.uint8)


def halve(square: np.ndarray) -> np.ndarray:
    """Means of 2 × 2 pixels, as the graph takes them: uint8 [112, 112, 3]."""
    height, width, channels = square.shape
    blocks = square.reshape(height // 2, 2, width // 2, 2, channels).astype(np.float32)
    return np.round(blocks.mean(axis=(1, 3))).astype(np.uint8)
