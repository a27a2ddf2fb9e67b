"""Changes of a batch that leave its labels right, or change them along: a mirrored left eye is a right eye."""

from __future__ import annotations

import math

import torch
from torch.nn import functional

LARGEST_ANGLE = math.radians(12)


def _uniform(batch: int, low: float, high: float) -> torch.Tensor:
    return torch.empty(batch).uniform_(low, high)


def moved(planes: torch.Tensor, mirror: torch.Tensor) -> torch.Tensor:
    """
    Turns, zooms, shifts and mirrors each picture.

    @param planes float32 [batch, 3, side, side]
    @param mirror bool [batch]
    """
    batch = planes.shape[0]
    angle = _uniform(batch, -LARGEST_ANGLE, LARGEST_ANGLE)
    zoom = _uniform(batch, 0.88, 1.12)
    sign = torch.where(mirror, -1.0, 1.0)
    matrix = torch.stack(
        [
            torch.stack([sign * zoom * angle.cos(), -zoom * angle.sin(), _uniform(batch, -0.1, 0.1)], 1),
            torch.stack([sign * zoom * angle.sin(), zoom * angle.cos(), _uniform(batch, -0.1, 0.1)], 1),
        ],
        1,
    )
    grid = functional.affine_grid(matrix, list(planes.shape), align_corners=False)
    return functional.grid_sample(planes, grid, mode="bilinear", align_corners=False)


def recoloured(planes: torch.Tensor) -> torch.Tensor:
    """Another camera's colours: gain of each channel, brightness, contrast and gamma, values 0 to 1."""
    batch = planes.shape[0]
    gain = (1 + (torch.rand(batch, 3, 1, 1) - 0.5) * 0.4) * _uniform(batch, 0.75, 1.25).view(-1, 1, 1, 1)
    gamma = torch.exp(_uniform(batch, -0.3, 0.3)).view(-1, 1, 1, 1)
    bright = (planes.clamp_min(1e-4) ** gamma) * gain
    middle = bright.mean(dim=(1, 2, 3), keepdim=True)
    contrast = _uniform(batch, 0.8, 1.2).view(-1, 1, 1, 1)
    return ((bright - middle) * contrast + middle).clamp(0, 1)


def augmented(pixels: torch.Tensor, is_left: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """
    @param pixels uint8 [batch, side, side, 3]
    @param is_left float32 [batch], 0 or 1
    @returns float32 [batch, side, side, 3], 0 to 255, and the labels: swapped where the picture was mirrored
    """
    mirror = torch.rand(len(pixels)) < 0.5
    planes = pixels.permute(0, 3, 1, 2).float() / 255
    changed = recoloured(moved(planes, mirror))
    return changed.permute(0, 2, 3, 1) * 255, torch.where(mirror, 1 - is_left, is_left)
