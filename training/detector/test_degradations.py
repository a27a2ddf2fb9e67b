import unittest

import numpy as np

from .degradations import TAUGHT, UNSEEN
from .photographs import area_weights, shrink


def drawn_eye() -> np.ndarray:
    """A lit disc with structure on black."""
    rows, columns = np.mgrid[-1:1:224j, -1:1:224j]
    inside = (rows**2 + columns**2 < 0.9)[..., None]
    stripes = 90 + 50 * np.sin(columns * 40)[..., None] * np.ones(3)
    return np.where(inside, stripes, 0).astype(np.uint8)


class DegradationsTest(unittest.TestCase):
    def test_each_changes_the_picture_much_and_alike_for_a_seed(self) -> None:
        eye = drawn_eye()
        for name, degrade in {**TAUGHT, **UNSEEN}.items():
            with self.subTest(name):
                degraded = degrade(eye, np.random.default_rng(3))
                self.assertEqual((degraded.shape, degraded.dtype), (eye.shape, eye.dtype))
                again = degrade(eye, np.random.default_rng(3))
                np.testing.assert_array_equal(degraded, again)
                self.assertGreater(np.abs(degraded.astype(float) - eye).mean(), 5)

    def test_no_kind_is_both_taught_and_unseen(self) -> None:
        self.assertFalse(set(TAUGHT) & set(UNSEEN))

    def test_shrinks_by_shares_of_areas(self) -> None:
        np.testing.assert_allclose(area_weights(5, 2), [[0.4, 0.4, 0.2, 0, 0], [0, 0, 0.2, 0.4, 0.4]], atol=1e-6)
        rows = np.arange(192, dtype=np.uint8)[:, None, None] * np.ones((1, 192, 3), np.uint8)
        middles = (np.arange(112) + 0.5) * 192 / 112 - 0.5
        np.testing.assert_allclose(shrink(rows)[:, 50, 1], middles, atol=0.8)
        np.testing.assert_allclose(shrink(rows.transpose(1, 0, 2))[50, :, 1], middles, atol=0.8)

    def test_halves_by_means(self) -> None:
        square = np.zeros((224, 224, 3), np.uint8)
        square[0, 0] = 100
        square[1, 1] = 50
        np.testing.assert_array_equal(shrink(square)[0, 0], [38, 38, 38])
