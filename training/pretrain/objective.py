"""The whole objective of a step: tripartite InfoNCE and, where there are labels, diagnoses."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor

from ..model.retclip import Features, RetClip
from ..objective.contrastive import equal_keys, tripartite_loss
from ..objective.diagnoses import DiagnosisHeads, known_cross_entropy
from .batches import Batch
from .gather import gather, gather_constant


@dataclass(frozen=True)
class ObjectiveSettings:
    """`positives`: `diagonal` is the reference's plain InfoNCE, `equal-reports` counts equal reports as right too."""

    levels: tuple[str, ...] = ("patient", "left", "right")
    positives: str = "diagonal"
    contrastive_weight: float = 1.0
    eye_weight: float = 0.0
    patient_weight: float = 0.0
    smoothing: float = 0.0


class Objective:
    def __init__(
        self, model: RetClip, heads: DiagnosisHeads, settings: ObjectiveSettings, weights: dict[str, Tensor]
    ) -> None:
        self.model = model
        self.heads = heads
        self.settings = settings
        self.weights = weights

    def _positives(self, batch: Batch) -> dict[str, Tensor] | None:
        if self.settings.positives == "diagonal":
            return None
        same_text = equal_keys(gather_constant(batch.texts))
        return {level: equal_keys(gather_constant(batch.keys[level])) | same_text for level in self.settings.levels}

    def losses(self, features: Features, batch: Batch) -> dict[str, Tensor]:
        """Named losses of the batch of all ranks; `total` is their weighted sum. `features` are this rank's."""
        settings = self.settings
        everywhere = Features(**{f.name: gather(getattr(features, f.name)) for f in fields(Features)})
        named = tripartite_loss(everywhere, self.model.scales(), self._positives(batch), settings.levels)
        total = settings.contrastive_weight * sum(named.values())
        if settings.eye_weight > 0 or settings.patient_weight > 0:
            targets = {name: gather_constant(value) for name, value in batch.targets.items()}
            left, right, patient = self.heads(everywhere.visual_left, everywhere.visual_right)
            eyes = torch.cat([left, right]), torch.cat([targets["left"], targets["right"]])
            named["eye-diagnoses"] = known_cross_entropy(*eyes, self.weights["eye"], settings.smoothing)
            named["patient-diagnoses"] = known_cross_entropy(
                patient, targets["patient"], self.weights["patient"], settings.smoothing
            )
            total = total + settings.eye_weight * named["eye-diagnoses"]
            total = total + settings.patient_weight * named["patient-diagnoses"]
        return {**named, "total": total}


def detach(features: Features) -> Features:
    """The same values as leaves that collect a gradient."""
    return replace(features, **{f.name: getattr(features, f.name).detach().requires_grad_() for f in fields(Features)})


def concatenate(parts: list[Features]) -> Features:
    return Features(**{f.name: torch.cat([getattr(part, f.name) for part in parts]) for f in fields(Features)})
