"""The convolutional vision tower: inverted residuals of EfficientNet-Lite (Tan & Le 2019), without squeeze-excitation.

Tensor names are the checkpoint's own: see docs/checkpoints.md of the importer, "mbconv".
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .geometry import BlockGeometry, MbconvGeometry


class ConvolutionUnit(nn.Module):
    """Convolution without bias and batch norm, named `conv` and `bn`; ReLU6 unless it is a projection."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        epsilon: float,
        *,
        stride: int = 1,
        groups: int = 1,
        activation: bool = True,
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=epsilon)
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        x = self.bn(self.conv(x))
        return nn.functional.relu6(x) if self.activation else x


class MbconvBlock(nn.Module):
    def __init__(self, inputs: int, block: BlockGeometry, epsilon: float) -> None:
        super().__init__()
        middle = inputs * block.expansion
        self.register_buffer("stride", torch.tensor(block.stride, dtype=torch.int64))
        if block.expansion > 1:
            self.expand = ConvolutionUnit(inputs, middle, 1, epsilon)
        self.depthwise = ConvolutionUnit(middle, middle, block.kernel, epsilon, stride=block.stride, groups=middle)
        self.project = ConvolutionUnit(middle, block.width, 1, epsilon, activation=False)
        self.residual = block.stride == 1 and inputs == block.width
        self.expands = block.expansion > 1

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(self.depthwise(self.expand(x) if self.expands else x))
        return x + y if self.residual else y


class Mbconv(nn.Module):
    """Normalised pictures [N, 3, S, S] to features [N, embedding].

    The first `frozen` parts (the stem is the first, then the blocks) get no gradient and keep their statistics.
    Any S from 32 works; `image_size` in the checkpoint says which one the features are meant for.
    """

    def __init__(self, geometry: MbconvGeometry, embedding: int) -> None:
        super().__init__()
        epsilon = geometry.batch_norm_epsilon
        self.register_buffer("image_size", torch.tensor(geometry.image_size, dtype=torch.int64))
        self.register_buffer("batch_norm_epsilon", torch.tensor(epsilon, dtype=torch.float32))
        self.stem = ConvolutionUnit(3, geometry.stem, 3, epsilon, stride=2)
        widths = [geometry.stem, *(block.width for block in geometry.blocks)]
        self.blocks = nn.ModuleList(
            MbconvBlock(inputs, block, epsilon) for inputs, block in zip(widths[:-1], geometry.blocks, strict=True)
        )
        self.head = ConvolutionUnit(widths[-1], geometry.head, 1, epsilon)
        self.proj = nn.Parameter(torch.randn(geometry.head, embedding) * geometry.head**-0.5)
        self.frozen = 0

    def parts(self) -> list[nn.Module]:
        return [self.stem, *self.blocks, self.head]

    def freeze(self, count: int) -> None:
        self.frozen = count
        for index, part in enumerate(self.parts()):
            part.requires_grad_(index >= count)
        self.train(self.training)

    def train(self, mode: bool = True) -> Mbconv:
        super().train(mode)
        for part in self.parts()[: self.frozen]:
            part.eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        # Without channels_last a depthwise convolution takes several times as long on a CPU.
        x = x.contiguous(memory_format=torch.channels_last)
        parts = self.parts()
        with torch.no_grad():
            for part in parts[: self.frozen]:
                x = part(x)
        for part in parts[self.frozen :]:
            x = part(x)
        return x.mean(dim=(2, 3)) @ self.proj
