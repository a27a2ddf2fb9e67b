"""
A small network of inverted residuals (Tan & Le 2019, EfficientNet-Lite: ReLU6, no squeeze-excitation).

Its state dict has the layout of a convolutional vision tower, under `visual.`: `stem`, `blocks.<i>`, `head`, `proj`
[features, 2] and `bias` [2], with buffers `image_size`, `batch_norm_epsilon` and each block's `stride`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

EPSILON = 1e-3
MEAN = (0.48145466, 0.4578275, 0.40821073)
STANDARD_DEVIATION = (0.26862954, 0.26130258, 0.27577711)


@dataclass(frozen=True)
class BlockShape:
    out: int
    stride: int
    kernel: int = 3
    expansion: int = 3


BLOCKS = (
    BlockShape(16, 2),
    BlockShape(24, 2, kernel=5),
    BlockShape(24, 1),
    BlockShape(40, 2, kernel=5),
    BlockShape(40, 1, kernel=5),
    BlockShape(64, 1, kernel=5),
)
STEM = 8
HEAD = 160


class ConvNorm(nn.Module):
    def __init__(self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=EPSILON, momentum=0.05)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return self.bn(self.conv(values))


class Block(nn.Module):
    def __init__(self, inputs: int, shape: BlockShape) -> None:
        super().__init__()
        inner = inputs * shape.expansion
        self.register_buffer("stride", torch.tensor(shape.stride))
        self.expand = ConvNorm(inputs, inner) if shape.expansion > 1 else None
        self.depthwise = ConvNorm(inner, inner, shape.kernel, shape.stride, groups=inner)
        self.project = ConvNorm(inner, shape.out)
        self.is_residual = shape.stride == 1 and inputs == shape.out

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        inner = values if self.expand is None else functional.relu6(self.expand(values))
        change = self.project(functional.relu6(self.depthwise(inner)))
        return values + change if self.is_residual else change


class Tower(nn.Module):
    def __init__(self, image_size: int) -> None:
        super().__init__()
        self.register_buffer("image_size", torch.tensor(image_size))
        self.register_buffer("batch_norm_epsilon", torch.tensor(EPSILON))
        self.stem = ConvNorm(3, STEM, 3, 2)
        inputs = [STEM, *(shape.out for shape in BLOCKS)]
        self.blocks = nn.ModuleList(Block(width, shape) for width, shape in zip(inputs[:-1], BLOCKS, strict=True))
        self.head = ConvNorm(inputs[-1], HEAD)
        self.proj = nn.Parameter(torch.randn(HEAD, 2) * HEAD**-0.5)
        self.bias = nn.Parameter(torch.zeros(2))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        values = functional.relu6(self.stem(values))
        for block in self.blocks:
            values = block(values)
        pooled = functional.relu6(self.head(values)).mean(dim=(2, 3))
        return functional.dropout(pooled, 0.1, self.training) @ self.proj + self.bias


class Detector(nn.Module):
    """
    Pictures uint8 [batch, side, side, 3] to logits [batch, 2]: that the eye is a left one, and that it is gradable.

    The laterality of a mirrored picture is the opposite one by construction: ``(f(x) - f(mirror x)) / 2``.
    """

    def __init__(self, image_size: int) -> None:
        super().__init__()
        self.visual = Tower(image_size)
        self.register_buffer("mean", torch.tensor(MEAN).view(3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(STANDARD_DEVIATION).view(3, 1, 1), persistent=False)

    def normalised(self, pixels: torch.Tensor) -> torch.Tensor:
        """uint8 or float [batch, side, side, 3], 0 to 255, to the tower's input, channels last."""
        planes = pixels.permute(0, 3, 1, 2).float() / 255
        return ((planes - self.mean) / self.deviation).contiguous(memory_format=torch.channels_last)

    def one_sided(self, values: torch.Tensor) -> torch.Tensor:
        """Logits of the picture as it is, without its mirror image: what training sees."""
        return self.visual(values)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        values = self.normalised(pixels)
        logits = self.one_sided(values)
        mirrored = self.one_sided(values.flip(3))
        laterality = (logits[:, 0] - mirrored[:, 0]) / 2
        gradability = (logits[:, 1] + mirrored[:, 1]) / 2
        return torch.stack([laterality, gradability], dim=1)
