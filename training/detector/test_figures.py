import unittest
from pathlib import Path

import numpy as np

from .cohort import Eye
from .figures import area, auroc, share, wilson
from .laterality_figures import laterality_figures, threshold_of


class FiguresTest(unittest.TestCase):
    def test_auroc_counts_ordered_pairs_and_ties_half(self) -> None:
        random = np.random.default_rng(1)
        good, bad = random.integers(0, 6, 40) + 1.0, random.integers(0, 6, 30) * 1.0
        pairs = (good[:, None] > bad).mean() + (good[:, None] == bad).mean() / 2
        self.assertAlmostEqual(auroc(good, bad), pairs, places=12)

    def test_wilson_agrees_with_the_published_example(self) -> None:
        # Newcombe 1998, Statistics in Medicine 17:857, table I: 81 of 263.
        low, high = wilson(81, 263)
        self.assertAlmostEqual(low, 0.2553, places=4)
        self.assertAlmostEqual(high, 0.3662, places=4)

    def test_a_share_widens_with_patients_that_agree_with_themselves(self) -> None:
        hits = np.random.default_rng(2).random(200) < 0.7
        alone = share(hits, [str(index) for index in range(200)])
        paired = share(np.repeat(hits[:100], 2), [str(index // 2) for index in range(200)])
        self.assertGreater(paired.high - paired.low, alone.high - alone.low)

    def test_a_perfect_share_is_not_certain(self) -> None:
        self.assertLess(share(np.ones(50, bool), ["a"] * 50).low, 0.95)

    def test_an_area_counts_the_bad_photographs(self) -> None:
        is_good = np.array([True, True, True, False, False])
        figure = area(np.array([3, 2, 4, 1, 0.0]), is_good, list("abcde"))
        self.assertEqual((figure.value, figure.n), (1, 2))


class LateralityFiguresTest(unittest.TestCase):
    def test_counts_sure_contradictions_of_right_and_of_swapped_labels(self) -> None:
        eyes = [Eye(Path("x"), "s", str(index), True, frozenset()) for index in range(4)]
        figures = laterality_figures(eyes, np.array([0.99, 0.7, 0.02, 0.4]), threshold=0.9)
        self.assertEqual(figures["rightOfAll"].value, 0.5)
        self.assertEqual((figures["coverage"].value, figures["rightOfCovered"].n), (0.5, 2))
        self.assertEqual(figures["flaggedThoughRight"].value, 0.25)
        self.assertEqual(figures["flaggedIfSwapped"].value, 0.25)

    def test_the_threshold_is_reached_by_the_wanted_share(self) -> None:
        confidence = np.linspace(0.5, 1, 1001)
        self.assertAlmostEqual((confidence >= threshold_of(confidence)).mean(), 0.9, delta=0.002)
