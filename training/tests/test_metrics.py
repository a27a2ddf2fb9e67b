"""Metrics against plain computations."""

import unittest

import numpy as np

from ..evaluation.judge import retrieval_among_any, retrieval_at_1
from ..evaluation.logistic import fit_logistic, standardization
from ..evaluation.metrics import auroc, bootstrap_interval, drawn_aurocs, drawn_counts


class Metrics(unittest.TestCase):
    def test_auroc_counts_pairs_and_half_of_ties(self) -> None:
        random = np.random.default_rng(3)
        for _ in range(20):
            labels, scores = random.integers(0, 2, 30), random.integers(0, 6, 30).astype(float)
            pairs = [(a > b) + (a == b) / 2 for a in scores[labels == 1] for b in scores[labels == 0]]
            self.assertAlmostEqual(auroc(labels, scores), float(np.mean(pairs)), places=12)
        self.assertTrue(np.isnan(auroc(np.ones(3), np.arange(3.0))))

    def test_interval_draws_patients_and_not_rows(self) -> None:
        values = np.repeat(np.random.default_rng(1).normal(size=40), 10)
        groups = np.repeat(np.arange(40), 10)
        low, high = bootstrap_interval(lambda rows: float(values[rows].mean()), groups)
        rows_low, rows_high = bootstrap_interval(lambda rows: float(values[rows].mean()), np.arange(400))
        self.assertTrue(low < values.mean() < high)
        self.assertGreater(high - low, 2 * (rows_high - rows_low))

    def test_areas_of_samples_are_those_of_the_rows_drawn(self) -> None:
        random = np.random.default_rng(8)
        labels, scores = random.integers(0, 2, 40), random.integers(0, 9, 40).astype(float)
        groups = np.repeat(np.arange(20), 2)
        counts = drawn_counts(groups, 30)
        self.assertTrue((counts.sum(axis=1) == 40).all() and (counts[:, ::2] == counts[:, 1::2]).all())
        for row, area in zip(counts, drawn_aurocs(labels, scores, counts), strict=True):
            drawn = np.repeat(np.arange(40), row.astype(int))
            self.assertAlmostEqual(area, auroc(labels[drawn], scores[drawn]), places=12)
        self.assertTrue(np.isnan(drawn_aurocs(np.ones(40), scores, counts)).all())

    def test_logistic_regression_ends_where_the_gradient_is_zero(self) -> None:
        random = np.random.default_rng(5)
        x = random.normal(size=(200, 6)) * 3 + 1
        y = (random.random((200, 2)) < 1 / (1 + np.exp(-x[:, :2]))).astype(float)
        y[:20, 1] = np.nan
        z = standardization(x)(x)
        weights, biases = fit_logistic(z, y, penalty=0.01)
        for column in range(2):
            known = ~np.isnan(y[:, column])
            residual = 1 / (1 + np.exp(-(z[known] @ weights[:, column] + biases[column]))) - y[known, column]
            gradient = residual @ z[known] / known.sum() + 0.01 * weights[:, column]
            self.assertLess(np.abs(gradient).max(), 1e-5)
            self.assertLess(abs(residual.mean()), 1e-5)

    def test_retrieval_tells_right_from_chance(self) -> None:
        features = np.random.default_rng(2).normal(size=(150, 16))
        keys = np.arange(150)
        self.assertEqual(retrieval_at_1(features, features, keys), (1.0, 0.01))
        self.assertLess(retrieval_at_1(features, features[::-1], keys)[0], 0.05)
        found, chance = retrieval_among_any(features, features, np.zeros(150))
        self.assertEqual((found, chance), (1.0, 1.0))
