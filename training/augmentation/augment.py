"""What is changed in a photograph so that the model does not learn the camera: framing, colour, sharpness, coding.

All of it works on a batch [N, 3, S, S] of values from 0 to 1 and draws from one generator, so that a step can be
repeated.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class Augmentation:
    """Ranges and shares. `reference()` is near what RET-CLIP's own script does, and not the same: see training/README.md."""

    smallest_side: float = 0.8
    aspect: float = 0.12
    rotation_degrees: float = 15.0
    flip: float = 0.5
    vertical_flip: float = 0.0
    border: float = 0.15
    largest_border: float = 1.4
    brightness: float = 0.2
    contrast: float = 0.2
    saturation: float = 0.25
    channel_gain: float = 0.12
    gamma: float = 0.25
    blur: float = 0.2
    jpeg: float = 0.15
    noise: float = 0.15
    erasing: float = 0.1

    @staticmethod
    def reference() -> Augmentation:
        return Augmentation(
            smallest_side=0.95,
            aspect=0.0,
            rotation_degrees=0.0,
            flip=0.5,
            border=0.0,
            brightness=0.2,
            contrast=0.2,
            saturation=0.2,
            channel_gain=0.0,
            gamma=0.0,
            blur=0.0,
            jpeg=0.0,
            noise=0.0,
            erasing=0.1,
        )

    @staticmethod
    def none() -> Augmentation:
        return Augmentation(
            smallest_side=1.0,
            aspect=0.0,
            rotation_degrees=0.0,
            flip=0.0,
            border=0.0,
            brightness=0.0,
            contrast=0.0,
            saturation=0.0,
            channel_gain=0.0,
            gamma=0.0,
            blur=0.0,
            jpeg=0.0,
            noise=0.0,
            erasing=0.0,
        )


def _uniform(count: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    return torch.rand(count, generator=generator) * (high - low) + low


def _frame(pictures: Tensor, size: int, a: Augmentation, generator: torch.Generator) -> Tensor:
    """Crop, zoom, stretch, turn and flip in one sampling; what lies outside the picture is black."""
    count = len(pictures)
    side = _uniform(count, a.smallest_side, 1.0, generator)
    stretch = torch.exp(_uniform(count, -a.aspect, a.aspect, generator))
    width, height = side * stretch.sqrt(), side / stretch.sqrt()
    # Some cameras deliver a wide picture with black at both sides, which the squash to a square makes narrow.
    bordered = torch.rand(count, generator=generator) < a.border
    width = torch.where(bordered, _uniform(count, 1.0, a.largest_border, generator), width)
    height = torch.where(bordered, _uniform(count, 0.9, 1.1, generator), height)
    shift_x = _uniform(count, -1, 1, generator) * (1 - width).abs()
    shift_y = _uniform(count, -1, 1, generator) * (1 - height).abs()
    angle = _uniform(count, -a.rotation_degrees, a.rotation_degrees, generator) * torch.pi / 180
    mirror = 1 - 2 * (torch.rand(count, generator=generator) < a.flip).float()
    upset = 1 - 2 * (torch.rand(count, generator=generator) < a.vertical_flip).float()
    cosine, sine = angle.cos(), angle.sin()
    rows = [
        torch.stack([width * cosine * mirror, -height * sine * upset, shift_x], dim=1),
        torch.stack([width * sine * mirror, height * cosine * upset, shift_y], dim=1),
    ]
    grid = functional.affine_grid(torch.stack(rows, dim=1), [count, 3, size, size], align_corners=False)
    return functional.grid_sample(pictures, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def _colour(x: Tensor, a: Augmentation, generator: torch.Generator) -> Tensor:
    count = len(x)

    def factor(amount: float, channels: int = 1) -> Tensor:
        return 1 + (torch.rand(count, channels, 1, 1, generator=generator) * 2 - 1) * amount

    x = x * factor(a.brightness) * factor(a.channel_gain, 3)
    # The mean of all but the black border, so that contrast does not depend on the framing.
    weight = (x.mean(dim=1, keepdim=True) > 0.05).float()
    mean = (x * weight).sum(dim=(1, 2, 3), keepdim=True) / (3 * weight.sum(dim=(1, 2, 3), keepdim=True)).clamp(min=1)
    x = torch.where(weight > 0, (x - mean) * factor(a.contrast) + mean, x)
    grey = x.mean(dim=1, keepdim=True)
    x = ((x - grey) * factor(a.saturation) + grey).clamp(0, 1)
    if a.gamma > 0:
        x = x.clamp(min=1e-4) ** torch.exp((torch.rand(count, 1, 1, 1, generator=generator) * 2 - 1) * a.gamma)
    return x


def _chosen(count: int, share: float, generator: torch.Generator) -> list[int]:
    return torch.nonzero(torch.rand(count, generator=generator) < share).flatten().tolist()


def _blur(x: Tensor, a: Augmentation, generator: torch.Generator) -> Tensor:
    size = x.shape[-1]
    for index in _chosen(len(x), a.blur, generator):
        smaller = int(size * float(_uniform(1, 0.45, 0.9, generator)))
        small = functional.interpolate(x[index : index + 1], size=(smaller, smaller), mode="bilinear", antialias=True)
        x[index] = functional.interpolate(small, size=(size, size), mode="bilinear")[0]
    return x


def _recode(x: Tensor, a: Augmentation, generator: torch.Generator) -> Tensor:
    for index in _chosen(len(x), a.jpeg, generator):
        quality = int(torch.randint(35, 90, (1,), generator=generator))
        pixels = (x[index].clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "JPEG", quality=quality)
        x[index] = torch.from_numpy(np.array(Image.open(buffer))).permute(2, 0, 1).float() / 255
    return x


def _spoil(x: Tensor, a: Augmentation, generator: torch.Generator) -> Tensor:
    size = x.shape[-1]
    for index in _chosen(len(x), a.noise, generator):
        amount = float(_uniform(1, 0.005, 0.03, generator))
        x[index] += torch.randn(x[index].shape, generator=generator) * amount
    for index in _chosen(len(x), a.erasing, generator):
        side = _uniform(2, 0.1, 0.33, generator) * size
        top, left = ((size - side) * torch.rand(2, generator=generator)).long().tolist()
        x[index, :, top : top + int(side[0]), left : left + int(side[1])] = float(torch.rand(1, generator=generator))
    return x


def augment(pictures: Tensor, size: int, augmentation: Augmentation, generator: torch.Generator) -> Tensor:
    """uint8 [N, S, S, 3] to values from 0 to 1, [N, 3, size, size]; each picture changed by itself."""
    x = pictures.permute(0, 3, 1, 2).float() / 255
    x = _frame(x, size, augmentation, generator)
    x = _colour(x, augmentation, generator)
    x = _blur(x, augmentation, generator)
    x = _recode(x, augmentation, generator)
    return _spoil(x, augmentation, generator).clamp(0, 1)
