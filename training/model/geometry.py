"""Every size of a model. Configuration files give them; checkpoints carry them in their shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from ..errors import ConfigurationError


@dataclass(frozen=True)
class VitGeometry:
    image_size: int
    patch_size: int
    width: int
    layers: int
    hidden: int

    @property
    def heads(self) -> int:
        return self.width // 64


@dataclass(frozen=True)
class ResnetGeometry:
    """OpenAI CLIP's residual network: `layers` bottlenecks in each of four stages, `width` channels in the first."""

    image_size: int
    width: int
    layers: tuple[int, int, int, int]

    @property
    def heads(self) -> int:
        return self.width * 32 // 64


@dataclass(frozen=True)
class BlockGeometry:
    expansion: int
    kernel: int
    stride: int
    width: int


@dataclass(frozen=True)
class MbconvGeometry:
    image_size: int
    stem: int
    blocks: tuple[BlockGeometry, ...]
    head: int
    batch_norm_epsilon: float = 1e-3


VisionGeometry: TypeAlias = VitGeometry | ResnetGeometry | MbconvGeometry


@dataclass(frozen=True)
class TextGeometry:
    vocabulary: int
    positions: int
    width: int
    layers: int
    hidden: int
    dropout: float = 0.1

    @property
    def heads(self) -> int:
        return self.width // 64


@dataclass(frozen=True)
class Geometry:
    vision: VisionGeometry
    text: TextGeometry
    embedding: int


FORMER_KINDS = {"vision-transformer": "vit", "modified-resnet": "resnet"}
"""What configuration files of former releases call the towers."""


def stages(rows: list[list[int]]) -> tuple[BlockGeometry, ...]:
    """Blocks from rows of [repeats, expansion, kernel, stride of the first, width], as EfficientNet's paper lists them."""
    blocks = []
    for repeats, expansion, kernel, stride, width in rows:
        blocks += [BlockGeometry(expansion, kernel, stride if i == 0 else 1, width) for i in range(repeats)]
    return tuple(blocks)


def parse_geometry(value: dict[str, Any], vocabulary: int) -> Geometry:
    """Reads the `geometry` of a configuration file.

    Raises ConfigurationError naming the setting.
    """
    try:
        vision = dict(value["vision"])
        kind = vision.pop("kind")
        kind = FORMER_KINDS.get(kind, kind)
        if kind == "vit":
            parsed: VisionGeometry = VitGeometry(**vision)
        elif kind == "resnet":
            parsed = ResnetGeometry(**{**vision, "layers": tuple(vision["layers"])})
        elif kind == "mbconv":
            parsed = MbconvGeometry(**{**vision, "blocks": stages(vision["blocks"])})
        else:
            raise ConfigurationError(f'Unknown vision tower "{kind}": use vit, resnet or mbconv.')
        return Geometry(parsed, TextGeometry(vocabulary=vocabulary, **value["text"]), int(value["embedding"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"The configuration's geometry cannot be read: {error}.") from error
