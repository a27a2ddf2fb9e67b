"""What becomes of the figures when the camera changes: the kept patients' photographs, each change by itself."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..data.image_store import ImageStore
from ..data.read_odir import LABELS
from ..model.retclip import RetClip
from ..objective.diagnoses import EYE_OUTPUTS, DiagnosisHeads
from .embed import embed_cohort
from .judge import head_scores, rows_of
from .metrics import auroc, mean_known

Change = Callable[[Image.Image], Image.Image]


def _with_borders(image: Image.Image) -> Image.Image:
    """As of a camera of 3 : 2 whose picture, black at both sides, is squashed to a square."""
    wide = Image.new("RGB", (image.width * 3 // 2, image.height))
    wide.paste(image, (image.width // 4, 0))
    return wide.resize(image.size, Image.Resampling.BICUBIC)


def _closer(image: Image.Image) -> Image.Image:
    margin = image.width // 10
    box = (margin, margin, image.width - margin, image.height - margin)
    return image.resize(image.size, Image.Resampling.BICUBIC, box=box)


def _tinted(red: float, green: float, blue: float) -> Change:
    def change(image: Image.Image) -> Image.Image:
        pixels = np.asarray(image).astype(np.float32) * np.array([red, green, blue])
        return Image.fromarray(pixels.clip(0, 255).round().astype(np.uint8))

    return change


def _gamma(power: float) -> Change:
    return lambda image: image.point([round(255 * (value / 255) ** power) for value in range(256)] * 3)


def _coarser(image: Image.Image) -> Image.Image:
    small = image.resize((image.width // 2, image.height // 2), Image.Resampling.BICUBIC)
    return small.resize(image.size, Image.Resampling.BICUBIC)


def _recoded(image: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=40)
    return Image.open(buffer).convert("RGB")


CHANGES: dict[str, Change] = {
    "as it is": lambda image: image,
    "black borders, 3 : 2 squashed": _with_borders,
    "a tenth cut off at each side": _closer,
    "redder (gains 1.15, 0.9, 0.8)": _tinted(1.15, 0.9, 0.8),
    "bluer (gains 0.85, 1.0, 1.2)": _tinted(0.85, 1.0, 1.2),
    "darker (gamma 1.4)": _gamma(1.4),
    "half the resolution": _coarser,
    "JPEG at quality 40": _recoded,
}


def _changed(pictures: Tensor, change: Change) -> Tensor:
    return torch.stack([torch.from_numpy(np.array(change(Image.fromarray(p.numpy())))) for p in pictures])


def robustness(model: RetClip, heads: DiagnosisHeads, store: ImageStore) -> dict[str, Any]:
    """For each change, ODIR's mean AUROC and D by the head on `pair`, and EyePACS's grade >= 2 by the worse eye."""
    result = {}
    for name, change in CHANGES.items():
        changed = ImageStore(store.exams, _changed(store.left, change), _changed(store.right, change), [])
        scores = head_scores(heads, embed_cohort(model, changed))
        figures: dict[str, float] = {}
        rows = rows_of(store.exams, "odir")
        if len(rows) > 0:
            flags = np.array([store.exams[i].flags for i in rows])
            areas = [auroc(flags[:, k], scores["patient"][rows, k]) for k in range(len(LABELS))]
            figures["odir mean"], figures["odir D"] = mean_known(areas), areas[LABELS.index("D")]
        rows = rows_of(store.exams, "eyepacs")
        if len(rows) > 0:
            grades = np.array([store.exams[i].grades for i in rows])
            column = EYE_OUTPUTS.index("grade-2")
            worse = np.maximum(scores["left"][rows, column], scores["right"][rows, column])
            figures["eyepacs grade >= 2"] = auroc(grades.max(axis=1) >= 2, worse)
        result[name] = {key: round(value, 4) for key, value in figures.items()}
    return result
