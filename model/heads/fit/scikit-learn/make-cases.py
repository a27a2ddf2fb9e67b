"""Makes cases.json: what scikit-learn computes, for fit.test.ts to compare with.

python make-cases.py > cases.json        # numpy 2, scikit-learn 1.9
"""

import json

import numpy as np
import sklearn
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

PENALTIES = [10 ** (5 - step / 2) for step in range(15)]
random = np.random.default_rng(20260901)


def features(rows, channels):
    """Correlated, of different scales and means, as float32."""
    mixed = random.normal(size=(rows, channels)) @ random.normal(size=(channels, channels))
    return (mixed * np.geomspace(0.1, 10, channels) + np.arange(channels)).astype(np.float32)


def fit(x, y, penalty):
    """Weights of the features as they came."""
    scaler = StandardScaler().fit(x.astype(np.float64))
    model = LogisticRegression(C=1 / penalty, tol=1e-14, max_iter=100_000, solver="newton-cholesky")
    model.fit(scaler.transform(x.astype(np.float64)), y)
    weights = model.coef_ / scaler.scale_
    biases = model.intercept_ - weights @ scaler.mean_
    return {"penalty": penalty, "weights": weights.tolist(), "biases": biases.tolist()}


def linear(name, rows, channels, classes):
    x = features(rows, channels)
    z = (x - x.mean(0)) / x.std(0)
    scores = z @ random.normal(size=(channels, classes)) - np.linspace(0, 1.5, classes)
    if classes == 2:
        y = (random.random(rows) < 1 / (1 + np.exp(scores[:, 0] - scores[:, 1]))).astype(int)
    else:
        y = (scores + random.gumbel(size=scores.shape)).argmax(1)
    return {
        "name": name,
        "features": x.tolist(),
        "classes": y.tolist(),
        "fits": [fit(x, y, penalty) for penalty in PENALTIES],
    }


def calibration(name, rows, digits):
    scores = np.round(random.normal(size=rows) * 2, digits)
    y = (random.random(rows) < 1 / (1 + np.exp(1 - 0.7 * scores))).astype(int)
    platt = _SigmoidCalibration().fit(scores, y)
    isotonic = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(scores, y)
    points = np.linspace(scores.min() - 1, scores.max() + 1, 23)
    return {
        "name": name,
        "scores": scores.tolist(),
        "labels": y.tolist(),
        "platt": {"slope": -platt.a_, "intercept": -platt.b_},
        "isotonic": {"points": points.tolist(), "probabilities": isotonic.predict(points).tolist()},
    }


print(
    json.dumps(
        {
            "scikitLearn": sklearn.__version__,
            "linear": [linear("two classes", 60, 4, 2), linear("three classes", 80, 3, 3)],
            "calibration": [calibration("no ties", 80, 12), calibration("ties", 120, 0)],
        }
    )
)
