"""Shares and areas under ROC curves, with 95 % intervals by bootstrap over patients."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

RESAMPLES = 1000


@dataclass(frozen=True)
class Figure:
    """A measured value, its 95 % interval, and of how many photographs it is."""

    value: float
    low: float
    high: float
    n: int

    def as_json(self) -> dict[str, float]:
        return {key: round(number, 4) for key, number in asdict(self).items()}

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f}, n = {self.n})"


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share: right for all or none as well."""
    z = 1.959964
    share = hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def auroc(good: np.ndarray, bad: np.ndarray) -> float:
    """Probability that a good one scores above a bad one; ties count half."""
    scores = np.concatenate([good, bad])
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    middle_ranks = np.cumsum(counts) - (counts - 1) / 2
    rank_sum = middle_ranks[inverse][: len(good)].sum()
    return float((rank_sum - len(good) * (len(good) + 1) / 2) / (len(good) * len(bad)))


def _bootstrap(
    groups: Sequence[str] | np.ndarray, statistic: Callable[[np.ndarray], float], seed: int
) -> tuple[float, float]:
    random = np.random.default_rng(seed)
    names, inverse = np.unique(np.asarray(groups), return_inverse=True)
    members = [np.flatnonzero(inverse == index) for index in range(len(names))]
    values = []
    for _ in range(RESAMPLES):
        chosen = random.integers(len(members), size=len(members))
        values.append(statistic(np.concatenate([members[index] for index in chosen])))
    finite = np.asarray([value for value in values if math.isfinite(value)])
    low, high = np.quantile(finite, [0.025, 0.975])
    return float(low), float(high)


def share(hits: np.ndarray, groups: Sequence[str] | np.ndarray, seed: int = 1) -> Figure:
    """
    The share of photographs that hit. @param hits bool [photographs] @param groups patients of the photographs

    Where all or none hit, resampling knows no spread: Wilson's interval is given.
    """
    n, count = len(hits), int(hits.sum())
    if n == 0:
        return Figure(math.nan, math.nan, math.nan, 0)
    if count in (0, n):
        return Figure(count / n, *wilson(count, n), n)
    return Figure(count / n, *_bootstrap(groups, lambda rows: float(hits[rows].mean()), seed), n)


def area(scores: np.ndarray, is_good: np.ndarray, groups: Sequence[str], seed: int = 1) -> Figure:
    """The AUROC of scores that are to be higher for good photographs; `n` counts the bad ones."""

    def of(rows: np.ndarray) -> float:
        good = is_good[rows]
        if good.all() or not good.any():
            return math.nan
        return auroc(scores[rows][good], scores[rows][~good])

    value = of(np.arange(len(scores)))
    return Figure(value, *_bootstrap(groups, of, seed), int((~is_good).sum()))
