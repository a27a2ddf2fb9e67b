"""The paper's linear protocol: a head on frozen `pair` features of ODIR's patients, fitted on training patients only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from ..data.image_store import ImageStore
from .embed import CohortFeatures
from .judge import rows_of
from .logistic import Standardization, fit_logistic, standardization
from .metrics import auroc, mean_known

PENALTIES = (0.03, 0.1, 0.3, 1.0, 3.0)
FOLDS = 4


@dataclass(frozen=True)
class LinearProtocol:
    standardize: Standardization
    weights: np.ndarray
    biases: np.ndarray
    penalty: float

    def scores(self, pair: np.ndarray) -> np.ndarray:
        """Logits [N, 8] for pair features [N, 2E]."""
        return self.standardize(pair) @ self.weights + self.biases


def _fold(group: str) -> int:
    return hashlib.sha256(f"fold/{group}".encode()).digest()[0] % FOLDS


def fit_linear_protocol(store: ImageStore, features: CohortFeatures) -> LinearProtocol:
    """The penalty is the one with the best mean AUROC over folds of the training patients, grouped."""
    rows = rows_of(store.exams, "odir")
    exams = [store.exams[i] for i in rows]
    flags = np.array([exam.flags for exam in exams], dtype=float)
    folds = np.array([_fold(exam.group) for exam in exams])
    standardize = standardization(features.pair[rows])
    pair = standardize(features.pair[rows])

    def quality(penalty: float) -> float:
        scores = np.zeros_like(flags)
        for fold in range(FOLDS):
            weights, biases = fit_logistic(pair[folds != fold], flags[folds != fold], penalty)
            scores[folds == fold] = pair[folds == fold] @ weights + biases
        return mean_known([auroc(flags[:, k], scores[:, k]) for k in range(flags.shape[1])])

    penalty = max(PENALTIES, key=quality)
    weights, biases = fit_logistic(pair, flags, penalty)
    return LinearProtocol(standardize, weights, biases, penalty)
