"""Supervised targets from keywords, flags and grades, and their binary cross-entropy.

NaN stands for what is not known and counts nowhere.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from ..data.exam import Exam
from ..data.read_odir import LABELS
from ..reports.keywords import KEYWORDS

#: Findings with an output of their own, frequent enough in ODIR-5K to learn.
KINDS: dict[str, tuple[str, ...]] = {
    "drusen": ("drusen",),
    "epiretinal-membrane": (
        "macular epiretinal membrane",
        "epiretinal membrane",
        "epiretinal membrane over the macula",
    ),
    "myelinated-nerve-fibres": ("myelinated nerve fibers",),
    "laser-scars": ("laser spot", "post laser photocoagulation", "post retinal laser surgery"),
    "vitreous-degeneration": ("vitreous degeneration", "vitreous opacity"),
    "media-opacity": ("refractive media opacity",),
    "vein-occlusion": (
        "branch retinal vein occlusion",
        "old branch retinal vein occlusion",
        "central retinal vein occlusion",
    ),
    "wet-amd": ("wet age-related macular degeneration",),
    "maculopathy": ("maculopathy",),
    "lens-dust": ("lens dust",),
}
GRADES = ("grade-1", "grade-2", "grade-3", "grade-4")
#: Outputs of the linear layer on one eye's `visual`: ODIR's labels, "grade of retinopathy at least n", kinds.
EYE_OUTPUTS = (*LABELS, *GRADES, *KINDS)
#: Outputs of the linear layer on `pair`: ODIR's labels of the patient, then the worse eye's grade.
PATIENT_OUTPUTS = (*LABELS, *GRADES)


def _grade_targets(grade: int | None, has_retinopathy: float) -> list[float]:
    if grade is None:  # retinopathy of an untold grade
        return [has_retinopathy, math.nan, math.nan, math.nan]
    return [float(grade >= step) for step in (1, 2, 3, 4)]


def eye_targets(findings: tuple[str, ...] | None, grade: int | None, complete: bool) -> list[float]:
    """One value for each of EYE_OUTPUTS. All NaN for an eye that never came."""
    if findings is None:
        return [math.nan] * len(EYE_OUTPUTS)
    found = {KEYWORDS[name].label for name in findings}
    letters = [float(label in found) for label in LABELS]
    kinds = [float(any(name in findings for name in names)) for names in KINDS.values()]
    if not complete:
        # A grade alone tells of retinopathy only.
        letters = [letters[i] if label == "D" else math.nan for i, label in enumerate(LABELS)]
        kinds = [math.nan] * len(kinds)
    return letters + _grade_targets(grade, letters[LABELS.index("D")]) + kinds


def patient_targets(exam: Exam) -> list[float]:
    known = [grade for grade in exam.grades if grade is not None]
    if exam.flags is not None:
        letters = [float(flag) for flag in exam.flags]
    elif known:
        letters = [float(max(known) >= 1) if label == "D" else math.nan for label in LABELS]
    else:
        letters = [math.nan] * len(LABELS)
    seen = 2 - exam.findings.count(None)
    grade = max(known) if known and len(known) == seen else None
    return letters + _grade_targets(grade, letters[LABELS.index("D")])


class DiagnosisHeads(nn.Module):
    """Linear layers on `visual` (each eye) and on `pair` (both eyes side by side), as the paper's fine-tuning has them."""

    def __init__(self, embedding: int, dropout: float = 0.2) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.eye = nn.Linear(embedding, len(EYE_OUTPUTS))
        self.patient = nn.Linear(2 * embedding, len(PATIENT_OUTPUTS))

    def forward(self, left: Tensor, right: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of the left eye, the right eye and the patient."""
        left, right = self.dropout(left), self.dropout(right)
        return self.eye(left), self.eye(right), self.patient(torch.cat([left, right], dim=1))


def positive_weights(targets: Tensor, most: float = 4.0) -> Tensor:
    """Square root of negatives per positive for each column, at most `most`: rare labels are not drowned."""
    positive = (targets == 1).sum(dim=0).clamp(min=1)
    negative = (targets == 0).sum(dim=0)
    return (negative / positive).sqrt().clamp(1.0, most)


def known_cross_entropy(logits: Tensor, targets: Tensor, weights: Tensor, smoothing: float = 0.0) -> Tensor:
    """Mean binary cross-entropy over the known targets; 0 if none is known."""
    known = ~targets.isnan()
    filled = torch.where(known, targets, torch.zeros_like(targets))
    filled = filled * (1 - 2 * smoothing) + smoothing
    losses = nn.functional.binary_cross_entropy_with_logits(logits, filled, pos_weight=weights, reduction="none")
    return (losses * known).sum() / known.sum().clamp(min=1)
