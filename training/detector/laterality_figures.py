"""How well left is told from right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .cohort import Eye
from .figures import Figure, share

COVERAGE = 0.9


def threshold_of(confidence: np.ndarray, coverage: float = COVERAGE) -> float:
    """The confidence that the wanted share of photographs reaches. It looks at no label."""
    return float(np.quantile(confidence, 1 - coverage))


def laterality_figures(eyes: Sequence[Eye], left: np.ndarray, threshold: float) -> dict[str, Figure]:
    """
    @param left probability of a left eye for each of the eyes
    @param threshold least confidence at which the detector is believed
    """
    is_left = np.array([eye.is_left for eye in eyes])
    groups = np.array([f"{eye.source}:{eye.group}" for eye in eyes])
    right_answer = (left >= 0.5) == is_left
    sure = np.maximum(left, 1 - left) >= threshold
    return {
        "rightOfAll": share(right_answer, groups),
        "coverage": share(sure, groups),
        "rightOfCovered": share(right_answer[sure], groups[sure]),
        "flaggedThoughRight": share(sure & ~right_answer, groups),
        "flaggedIfSwapped": share(sure & right_answer, groups),
    }
