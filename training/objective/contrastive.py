"""The tripartite objective: left eye, right eye and patient, each against the report, by symmetric InfoNCE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from ..model.retclip import Features

_PAIRS = {"patient": ("patient", "text_patient"), "left": ("left", "text_left"), "right": ("right", "text_right")}


def symmetric_cross_entropy(images: Tensor, texts: Tensor, scale: Tensor, positives: Tensor | None = None) -> Tensor:
    """Mean of image-to-text and text-to-image cross-entropy over cosine similarities, a scalar.

    `images` and `texts` are [N, E], not normalised. Row i's right answer is column i alone, as in the reference, or all
    columns of `positives` (bool [N, N], symmetric, true on the diagonal) in equal parts: two patients with the same
    report are not negatives of one another (UniCL, Yang et al. 2022).
    """
    images = torch.nn.functional.normalize(images, dim=1)
    texts = torch.nn.functional.normalize(texts, dim=1)
    logits = scale * images @ texts.t()
    if positives is None:
        target = torch.eye(len(logits), dtype=logits.dtype, device=logits.device)
    else:
        target = positives.to(logits.dtype)
        target = target / target.sum(dim=1, keepdim=True)
    to_text = -(target * logits.log_softmax(dim=1)).sum(dim=1).mean()
    to_image = -(target * logits.t().log_softmax(dim=1)).sum(dim=1).mean()
    return (to_text + to_image) / 2


def tripartite_loss(
    features: Features,
    scales: Mapping[str, Tensor],
    positives: Mapping[str, Tensor] | None = None,
    levels: Sequence[str] = ("patient", "left", "right"),
) -> dict[str, Tensor]:
    """The loss of each level; the objective is their sum. `levels=("patient",)` is the paper's ablation."""
    return {
        level: symmetric_cross_entropy(
            getattr(features, _PAIRS[level][0]),
            getattr(features, _PAIRS[level][1]),
            scales[level],
            None if positives is None else positives[level],
        )
        for level in levels
    }


def equal_keys(keys: Sequence[int]) -> Tensor:
    """bool [N, N]: whether two exams have the same key."""
    column = torch.as_tensor(keys)
    return column[:, None] == column[None, :]
