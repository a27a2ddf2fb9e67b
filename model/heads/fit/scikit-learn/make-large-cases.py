"""What scikit-learn computes of a cohort of more than 40,000 numbers, for large-cohort.test.ts and bench/heads-optimum.ts.

python make-large-cases.py > large-cases.json                              # scikit-learn 1.2
python make-large-cases.py --rows 100000 --channels 128 > /tmp/optimum.json

Features and labels follow from their places by integers, so that any language makes the same.
"""

import argparse
import json

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

PENALTIES = (1.0, 100.0, 10_000.0)


def cohort(rows, channels):
    row = np.arange(rows, dtype=np.int64)[:, None]
    channel = np.arange(channels, dtype=np.int64)[None, :]
    own = (
        row * 7919 + channel * 104_729 + (row % 127) * channel * channel * 31 + row * row % 251 * (channel + 3)
    ) % 2003
    shared = (row * 31 + row * row % 1009) % 997
    x = (own / 1000 + shared / 500 * ((channel % 5) + 1)) * (1 + channel % 7) / 4 + channel
    score = 3 * np.sin(own[:, 0] / 300) + own[:, 1] / 700 - own[:, 2] / 900 + shared[:, 0] / 800
    noise = (row[:, 0] * 48_271 % 2_147_483_647) % 1000 / 250
    return x.astype(np.float32), (score > noise).astype(int)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=4000)
    parser.add_argument("--channels", type=int, default=12)
    arguments = parser.parse_args()
    x, y = cohort(arguments.rows, arguments.channels)
    scaler = StandardScaler().fit(x.astype(np.float64))
    z = scaler.transform(x.astype(np.float64))
    fits = []
    for penalty in PENALTIES:
        model = LogisticRegression(C=1 / penalty, tol=1e-12, max_iter=1000, solver="newton-cholesky").fit(z, y)
        weights = model.coef_[0] / scaler.scale_
        residual = 1 / (1 + np.exp(-(z @ model.coef_[0] + model.intercept_[0]))) - y
        gradient = np.abs(z.T @ residual + penalty * model.coef_[0]).max() / len(y)
        fits.append(
            {
                "penalty": penalty,
                "weights": weights.tolist(),
                "bias": float(model.intercept_[0] - weights @ scaler.mean_),
                "largestGradient": float(gradient),
            }
        )
    names = {"scikitLearn": sklearn.__version__, "rows": arguments.rows, "channels": arguments.channels}
    print(json.dumps({**names, "positives": int(y.sum()), "sum": float(x.astype(np.float64).sum()), "fits": fits}))


if __name__ == "__main__":
    main()
