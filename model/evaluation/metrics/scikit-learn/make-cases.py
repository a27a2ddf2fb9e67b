"""Writes cases.json: what scikit-learn says of stored labels and probabilities.

pip install scikit-learn==1.7.2 && python make-cases.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics
from sklearn.calibration import calibration_curve

warnings.simplefilter("ignore")
random = np.random.default_rng(20260)
THRESHOLD = 0.4


def defined(call):
    """The number, or None where scikit-learn has none (it raises, warns and gives nan, or divides by zero)."""
    try:
        value = float(call())
    except ValueError:
        return None
    return None if np.isnan(value) else value


def binary(name, labels, probabilities):
    labels, probabilities = np.asarray(labels), np.asarray(probabilities, dtype=float)
    found = (probabilities >= THRESHOLD).astype(int)
    both = 0 < labels.sum() < len(labels)
    recall = lambda label: defined(lambda: metrics.recall_score(labels, found, pos_label=label, zero_division=np.nan))
    precision = lambda label: defined(
        lambda: metrics.precision_score(labels, found, pos_label=label, zero_division=np.nan)
    )
    share, mean = calibration_curve(labels, probabilities, n_bins=10, strategy="uniform") if both else ([], [])
    x, y, _ = metrics.roc_curve(labels, probabilities, drop_intermediate=False) if both else ([], [], [])
    return {
        "name": name,
        "labels": labels.tolist(),
        "probabilities": probabilities.tolist(),
        "threshold": THRESHOLD,
        "auroc": defined(lambda: metrics.roc_auc_score(labels, probabilities)) if both else None,
        "averagePrecision": defined(lambda: metrics.average_precision_score(labels, probabilities))
        if labels.any()
        else None,
        "sensitivity": recall(1),
        "specificity": recall(0),
        "positivePredictiveValue": precision(1),
        "negativePredictiveValue": precision(0),
        "f1": defined(lambda: metrics.f1_score(labels, found, zero_division=np.nan)),
        "brier": defined(lambda: np.mean((probabilities - labels) ** 2))
        if not both
        else float(metrics.brier_score_loss(labels, probabilities)),
        "reliability": {"shareOfPositives": list(share), "meanProbability": list(mean)},
        "roc": {"falsePositiveRate": list(x), "truePositiveRate": list(y)},
    }


def classes(name, truth, probabilities):
    truth, probabilities = np.asarray(truth), np.asarray(probabilities)
    count = probabilities.shape[1]
    found = probabilities.argmax(axis=1)
    return {
        "name": name,
        "truth": truth.tolist(),
        "probabilities": probabilities.tolist(),
        "macroAuroc": float(metrics.roc_auc_score(truth, probabilities, multi_class="ovr", average="macro")),
        "macroAveragePrecision": float(
            metrics.average_precision_score(np.eye(count)[truth], probabilities, average="macro")
        ),
        "quadraticKappa": defined(
            lambda: metrics.cohen_kappa_score(truth, found, weights="quadratic", labels=range(count))
        ),
    }


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


labels = random.integers(0, 2, 60)
spread = random.random(60)
rare = (random.random(200) < 0.03).astype(int)
rare[7] = 1
grades = np.concatenate([np.arange(5), random.integers(0, 5, 75)])
cases = {
    "scikitLearn": sklearn.__version__,
    "binary": [
        binary("no ties", labels, np.clip(0.5 * spread + 0.3 * labels, 0, 1)),
        binary("ties in tenths", labels, np.round(np.clip(0.7 * spread + 0.2 * labels, 0, 1), 1)),
        binary("two scores only", labels, np.where(spread < 0.5, 0.25, 0.75)),
        binary("one score only", labels, np.full(60, 0.4)),
        binary("a rare label", rare, np.clip(random.random(200) * 0.2 + 0.1 * rare, 0, 1)),
        binary("perfect", [0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]),
        binary("reversed", [1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9]),
        binary("probabilities on the edges of bins", [0, 1] * 11, np.repeat(np.linspace(0, 1, 11), 2)),
        binary("nobody has the label", np.zeros(12, dtype=int), spread[:12]),
        binary("everybody has the label", np.ones(12, dtype=int), spread[:12]),
        binary("nothing found", [0, 1, 0, 1], [0.1, 0.2, 0.3, 0.05]),
        binary("one case", [1], [0.7]),
    ],
    "classes": [
        classes("five grades", grades, softmax(random.normal(size=(80, 5)) + 1.5 * np.eye(5)[grades])),
        classes("three classes by chance", np.arange(30) % 3, softmax(random.normal(size=(30, 3)))),
        classes("two neighbours mixed up", [0, 1, 2, 1], softmax(np.eye(3)[[0, 2, 1, 1]] * 3)),
    ],
}
Path(__file__).with_name("cases.json").write_text(json.dumps(cases) + "\n")
