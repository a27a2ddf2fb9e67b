"""The fine-tuned read-outs as heads of the product (`heads/<name>.json`), calibrated on the kept patients.

`odir` reads `pair` and speaks of the patient, `odir-eye` reads each eye's `visual`. The weights are the training's; Platt's
slope and intercept (Platt 1999) are fitted on patients that the weights have not seen.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..data.image_store import ImageStore
from ..data.read_odir import LABELS
from ..objective.diagnoses import DiagnosisHeads, eye_targets
from .embed import CohortFeatures
from .judge import head_scores, rows_of
from .metrics import auroc

NAMES = ("normal", "diabetic-retinopathy", "glaucoma", "cataract", "amd", "hypertension", "myopia", "other")
INTENDED_USE = (
    "Research into screening for eye disease by colour fundus photographs. Not a medical device, not for diagnosis or for "
    "decisions about a patient."
)


def platt(scores: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Slope (positive) and intercept of sigmoid(slope · score + intercept), with Platt's smoothed targets."""
    positive = int((labels == 1).sum())
    negative = len(labels) - positive
    targets = np.where(labels == 1, (positive + 1) / (positive + 2), 1 / (negative + 2))
    x, y = torch.from_numpy(scores.astype(np.float64)), torch.from_numpy(targets)
    values = torch.tensor([0.0, 0.0], dtype=torch.float64, requires_grad=True)  # logarithm of the slope; intercept
    optimizer = torch.optim.LBFGS([values], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(values[0].exp() * x + values[1], y)
        loss.backward()
        return loss

    optimizer.step(closure)
    return float(values[0].detach().exp()), float(values[1].detach())


def threshold_at(probabilities: np.ndarray, labels: np.ndarray, sensitivity: float) -> float:
    """The highest threshold at which at least this share of the positives is found, halfway to the next lower score."""
    positive = np.sort(probabilities[labels == 1])[::-1]
    last = positive[max(0, int(np.ceil(sensitivity * len(positive))) - 1)]
    lower = probabilities[probabilities < last]
    return float((last + lower.max()) / 2) if len(lower) else float(last)


def threshold_for(probabilities: np.ndarray, labels: np.ndarray, sensitivity: float, specificity: float) -> float:
    """The threshold at the sensitivity, raised where it would call more than 1 - specificity of the others positive."""
    highest = np.quantile(probabilities[labels == 0], specificity, method="higher")
    return max(threshold_at(probabilities, labels, sensitivity), float(np.nextafter(highest, 1.0)))


def _head(
    name: str,
    feature: str,
    weights: torch.Tensor,
    biases: torch.Tensor,
    scores: np.ndarray,
    targets: np.ndarray,
    groups: np.ndarray,
    sensitivity: float,
    specificity: float,
    provenance: str,
) -> dict[str, Any]:
    labels, statistics = [], {}
    for k, label in enumerate(NAMES):
        known = ~np.isnan(targets[:, k])
        truth, raw = targets[known, k], scores[known, k]
        slope, intercept = platt(raw, truth)
        probabilities = 1 / (1 + np.exp(-(slope * raw + intercept)))
        threshold = threshold_for(probabilities, truth, sensitivity, specificity)
        found = probabilities >= threshold
        labels.append(
            {
                "name": label,
                "weights": [float(w) for w in weights[k]],
                "bias": float(biases[k]),
                "threshold": threshold,
                "calibration": {"kind": "platt", "slope": slope, "intercept": intercept},
            }
        )
        statistics[label] = {
            "known": int(known.sum()),
            "positive": int(truth.sum()),
            "prevalence": float(truth.mean()),
            "penalty": 0,
            "auroc": auroc(truth, raw),
            "sensitivity": float(found[truth == 1].mean()),
            "specificity": float((~found)[truth == 0].mean()),
        }
    return {
        "format": 1,
        "name": name,
        "feature": feature,
        "kind": "multi-label",
        "normalize": False,
        "labels": labels,
        "trained": True,
        "provenance": provenance,
        "intendedUse": INTENDED_USE,
        "statistics": {
            "units": len(targets),
            "groups": len(np.unique(groups)),
            "folds": 1,
            "seed": "retclip-validation-1",
            "calibration": "platt",
            "threshold": f"sensitivity {sensitivity}, specificity at least {specificity}",
            "labels": statistics,
        },
    }


def export_heads(
    heads: DiagnosisHeads,
    store: ImageStore,
    features: CohortFeatures,
    sensitivity: float,
    specificities: tuple[float, float],
) -> list[dict[str, Any]]:
    """Heads `odir` and `odir-eye` from the kept ODIR patients in `store`; at least one of each label is needed.

    `specificities` are what the thresholds of the two must not fall below: a patient is referred for either of two eyes.
    """
    rows = rows_of(store.exams, "odir")
    exams = [store.exams[i] for i in rows]
    scores = head_scores(heads, features)
    groups = np.array([exam.group for exam in exams])
    patients = np.array([exam.flags for exam in exams], dtype=float)
    eyes = np.array(
        [
            eye_targets(exam.findings[side], exam.grades[side], exam.complete)[: len(LABELS)]
            for side in (0, 1)
            for exam in exams
        ]
    )
    eye_scores = np.concatenate([scores["left"][rows], scores["right"][rows]])
    provenance = (
        "Weights trained together with the towers (the paper's fine-tuning protocol) on ODIR-5K, EyePACS and phantoms; "
        "calibration and thresholds from the kept ODIR-5K patients, by training/evaluation/export_heads.py."
    )
    return [
        _head(
            "odir",
            "pair",
            heads.patient.weight.detach(),
            heads.patient.bias.detach(),
            scores["patient"][rows],
            patients,
            groups,
            sensitivity,
            specificities[0],
            provenance,
        ),
        _head(
            "odir-eye",
            "visual",
            heads.eye.weight.detach(),
            heads.eye.bias.detach(),
            eye_scores,
            eyes,
            np.concatenate([groups, groups]),
            sensitivity,
            specificities[1],
            provenance,
        ),
    ]
