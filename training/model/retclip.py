"""RET-CLIP (Du et al., MICCAI 2024, arXiv 2405.14137): two eyes and one report in one space."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .bert import Bert
from .geometry import Geometry, MbconvGeometry, ResnetGeometry
from .mbconv import Mbconv
from .resnet import Resnet
from .vit import Vit

#: The three levels of the objective.
LEVELS = ("patient", "left", "right")


@dataclass(frozen=True)
class Features:
    """What the towers make of N exams, before normalisation; every tensor is [N, embedding].

    `left`, `right` and `patient` are the mapped features, `text_*` the report's by the three projections.
    """

    visual_left: Tensor
    visual_right: Tensor
    patient: Tensor
    left: Tensor
    right: Tensor
    text_patient: Tensor
    text_left: Tensor
    text_right: Tensor

    def tensors(self) -> tuple[Tensor, ...]:
        return tuple(getattr(self, name) for name in self.__dataclass_fields__)


def _text_projection(width: int, embedding: int) -> nn.Sequential:
    """As PyTorch draws it; the reference draws its matrices with a deviation of width ** -0.5."""
    return nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, embedding))


class RetClip(nn.Module):
    """The model with the reference's tensor names, so that its checkpoints are read by anything that reads those.

    `initial_scale` is the similarity's factor at the start, 90 in the reference; it is stored as its logarithm.
    """

    def __init__(self, geometry: Geometry, initial_scale: float = 90.0) -> None:
        super().__init__()
        embedding = geometry.embedding
        scale = math.log(initial_scale)
        self.logit_scale = nn.Parameter(torch.tensor(scale))
        self.logit_scale_left = nn.Parameter(torch.tensor(scale))
        self.logit_scale_right = nn.Parameter(torch.tensor(scale))
        if isinstance(geometry.vision, MbconvGeometry):
            self.visual: nn.Module = Mbconv(geometry.vision, embedding)
        elif isinstance(geometry.vision, ResnetGeometry):
            self.visual = Resnet(geometry.vision, embedding)
        else:
            self.visual = Vit(geometry.vision, embedding)
        self.bert = Bert(geometry.text)
        self.text_projection = _text_projection(geometry.text.width, embedding)
        self.text_projection_left = _text_projection(geometry.text.width, embedding)
        self.text_projection_right = _text_projection(geometry.text.width, embedding)
        self.global_feature_mapping = nn.Linear(2 * embedding, embedding, bias=False)
        self.left_feature_mapping = nn.Linear(embedding, embedding, bias=False)
        self.right_feature_mapping = nn.Linear(embedding, embedding, bias=False)
        self.geometry = geometry

    def forward(self, left: Tensor, right: Tensor, tokens: Tensor) -> Features:
        """Normalised pictures [N, 3, S, S] of both eyes and token ids [N, L] of the report."""
        # One pass for both eyes: half the calls, and batch norms see the statistics of both.
        visual_left, visual_right = self.visual(torch.cat([left, right])).chunk(2)
        text = self.bert(tokens)
        return Features(
            visual_left=visual_left,
            visual_right=visual_right,
            patient=self.global_feature_mapping(torch.cat([visual_left, visual_right], dim=1)),
            left=self.left_feature_mapping(visual_left),
            right=self.right_feature_mapping(visual_right),
            text_patient=self.text_projection(text),
            text_left=self.text_projection_left(text),
            text_right=self.text_projection_right(text),
        )

    def scales(self) -> dict[str, Tensor]:
        """The factor of the similarity for each level, a scalar tensor with gradient."""
        return {
            "patient": self.logit_scale.exp(),
            "left": self.logit_scale_left.exp(),
            "right": self.logit_scale_right.exp(),
        }
