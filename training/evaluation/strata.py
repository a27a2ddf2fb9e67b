"""Groups of patients whose figures are told apart: age band, sex, image quality."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ..data.exam import Exam

AGE_BANDS = ((0, 49), (50, 64), (65, 200))


def sharpness(pictures: Tensor) -> np.ndarray:
    """Mean square of the Laplacian of the green channel of each picture, uint8 [N, S, S, 3]: higher is sharper."""
    kernel = torch.tensor([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]).view(1, 1, 3, 3)
    values = []
    for start in range(0, len(pictures), 64):
        green = pictures[start : start + 64, :, :, 1:2].permute(0, 3, 1, 2).float()
        values.append(functional.conv2d(green, kernel).square().mean(dim=(1, 2, 3)))
    return torch.cat(values).numpy() if values else np.zeros(0)


def strata_of(exams: list[Exam], left: Tensor, right: Tensor) -> dict[str, dict[str, np.ndarray]]:
    """bool [N] for each stratum. Sharpness is that of the less sharp eye, in thirds of this cohort."""
    ages = np.array([float(exam.attributes.get("age") or "nan") for exam in exams])
    sexes = np.array([exam.attributes.get("sex", "") for exam in exams])
    worse = np.minimum(sharpness(left), sharpness(right))
    low, high = np.quantile(worse, [1 / 3, 2 / 3])
    return {
        "age": {
            f"{first} to {last}" if last < 200 else f"{first} and older": (ages >= first) & (ages <= last)
            for first, last in AGE_BANDS
        },
        "sex": {sex.lower(): sexes == sex for sex in ("Female", "Male")},
        "sharpness": {
            "least sharp third": worse <= low,
            "middle third": (worse > low) & (worse <= high),
            "sharpest third": worse > high,
        },
    }
