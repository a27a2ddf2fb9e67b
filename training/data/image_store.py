"""Decoded photographs in memory, so that each is decoded once and not once an epoch."""

from __future__ import annotations

import io
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .exam import Exam, ImageSource


def decode(source: ImageSource, size: int) -> np.ndarray:
    """The whole picture squashed to `size` by PIL's bicubic, uint8 [size, size, 3]."""
    with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source) as image:
        return np.asarray(image.convert("RGB").resize((size, size), Image.Resampling.BICUBIC))


@dataclass(frozen=True)
class ImageStore:
    """`exams[i]` has its eyes in `left[i]` and `right[i]`: uint8 [N, S, S, 3]. `refused` names what was left out."""

    exams: list[Exam]
    left: Tensor
    right: Tensor
    refused: list[str]


def load_images(exams: list[Exam], size: int, threads: int = 4) -> ImageStore:
    """Decodes every exam. One with an unreadable photograph is left out and named on the error output."""

    def load(exam: Exam) -> tuple[np.ndarray, np.ndarray] | str:
        eyes = {}
        for side, source in (("left", exam.left), ("right", exam.right)):
            if source is None:
                continue
            try:
                eyes[side] = decode(source, size)
            except Exception as error:  # noqa: BLE001 - PIL raises OSError, SyntaxError, ValueError, its own bomb error
                name = source if isinstance(source, Path) else f"{side} image in the data base"
                return f'{exam.source} patient {exam.patient}: the photograph "{name}" cannot be read ({error})'
        if not eyes:
            return f"{exam.source} patient {exam.patient}: neither eye has a photograph"
        left = eyes.get("left", eyes.get("right"))
        right = eyes.get("right", eyes.get("left"))
        return left, right  # type: ignore[return-value]

    kept, left, right, refused = [], [], [], []
    with ThreadPoolExecutor(threads) as pool:
        for exam, loaded in zip(exams, pool.map(load, exams), strict=True):
            if isinstance(loaded, str):
                refused.append(loaded)
                continue
            kept.append(exam)
            left.append(torch.from_numpy(loaded[0].copy()))
            right.append(torch.from_numpy(loaded[1].copy()))
    for line in refused:
        print(f"left out: {line}", file=sys.stderr)
    empty = torch.zeros(0, size, size, 3, dtype=torch.uint8)
    return ImageStore(kept, torch.stack(left) if left else empty, torch.stack(right) if right else empty, refused)
