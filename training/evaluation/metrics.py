"""Areas under the curve and their intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np


def auroc(labels: np.ndarray, scores: np.ndarray) -> float:
    """Area under the ROC curve (Mann-Whitney, ties count half); NaN if a class is missing. Both [N]."""
    positive = labels == 1
    count, others = int(positive.sum()), int((~positive).sum())
    if count == 0 or others == 0:
        return float("nan")
    order = np.argsort(scores, kind="mergesort")
    _, first, counts = np.unique(scores[order], return_index=True, return_counts=True)
    ranks = np.empty(len(scores))
    ranks[order] = np.repeat(first + (counts + 1) / 2, counts)
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * others))


def mean_known(values: Sequence[float]) -> float:
    """Mean of those that are numbers; NaN if none is."""
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def bootstrap_interval(
    statistic: Callable[[np.ndarray], float], groups: np.ndarray, rounds: int = 1000, seed: int = 1
) -> tuple[float, float]:
    """95 % interval by drawing groups (patients) with replacement. `statistic` takes the indices of a drawn sample."""
    generator = np.random.default_rng(seed)
    names, inverse = np.unique(groups, return_inverse=True)
    members = [np.flatnonzero(inverse == i) for i in range(len(names))]
    values = []
    for _ in range(rounds):
        drawn = generator.integers(0, len(names), len(names))
        value = statistic(np.concatenate([members[i] for i in drawn]))
        if not np.isnan(value):
            values.append(value)
    if not values:
        return (float("nan"), float("nan"))
    low, high = np.percentile(values, [2.5, 97.5])
    return (float(low), float(high))


def drawn_counts(groups: np.ndarray, rounds: int, seed: int = 1) -> np.ndarray:
    """How often each row stands in each of `rounds` samples of groups with replacement: [rounds, N]."""
    names, inverse = np.unique(groups, return_inverse=True)
    shares = np.full(len(names), 1 / len(names))
    return np.random.default_rng(seed).multinomial(len(names), shares, size=rounds)[:, inverse].astype(np.float64)


def drawn_aurocs(labels: np.ndarray, scores: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The area in each sample of `counts`, [rounds]; NaN where a class is missing."""
    positive = labels == 1
    wins = np.sign(scores[positive][:, None] - scores[~positive][None, :]) / 2 + 0.5
    own, others = counts[:, positive], counts[:, ~positive]
    pairs = own.sum(axis=1) * others.sum(axis=1)
    won = ((own @ wins) * others).sum(axis=1)
    return np.divide(won, pairs, out=np.full(len(counts), np.nan), where=pairs > 0)


def interval_of(values: np.ndarray) -> tuple[float, float]:
    """The middle 95 % of the values that are numbers."""
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return (float("nan"), float("nan"))
    low, high = np.percentile(known, [2.5, 97.5])
    return (float(low), float(high))
