"""One picture of the photographs whose label the detector contradicts, to be looked at. It shows patients: keep it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from .cohort import Eye
from .photographs import BUNDLE_SIZE, read_square

COLUMNS = 6


def write_contact_sheet(path: Path, eyes: Sequence[Eye], left: np.ndarray, threshold: float) -> None:
    """The contradicted eyes, the most confident contradiction first, each with its label and the probability of left."""
    is_left = np.array([eye.is_left for eye in eyes])
    confidence = np.maximum(left, 1 - left)
    wrong = np.flatnonzero(((left >= 0.5) != is_left) & (confidence >= threshold))
    wrong = wrong[np.argsort(-confidence[wrong])]
    rows = max(1, -(-len(wrong) // COLUMNS))
    sheet = Image.new("RGB", (COLUMNS * BUNDLE_SIZE, rows * (BUNDLE_SIZE + 14)))
    draw = ImageDraw.Draw(sheet)
    for place, index in enumerate(wrong.tolist()):
        at = (place % COLUMNS * BUNDLE_SIZE, place // COLUMNS * (BUNDLE_SIZE + 14))
        sheet.paste(Image.fromarray(read_square(eyes[index].path)), (at[0], at[1] + 14))
        draw.text(at, f"{eyes[index].path.stem}: left {left[index]:.3f}", fill="white")
    sheet.save(path)
