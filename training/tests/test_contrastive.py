"""The loss and its gradient against a plain re-computation in NumPy that shares no code with it."""

import math
import unittest
from collections.abc import Callable

import numpy as np
import torch

from ..model.retclip import Features
from ..objective.contrastive import equal_keys, symmetric_cross_entropy, tripartite_loss


def plain_loss(images: np.ndarray, texts: np.ndarray, scale: float, positives: list[list[int]]) -> float:
    """Sum by sum, as the paper writes it."""
    count = len(images)

    def cosine(a: np.ndarray, b: np.ndarray) -> float:
        return float(a @ b) / math.sqrt(float(a @ a)) / math.sqrt(float(b @ b))

    def direction(rows: np.ndarray, columns: np.ndarray) -> float:
        total = 0.0
        for i in range(count):
            weights = [math.exp(scale * cosine(rows[i], columns[j])) for j in range(count)]
            total -= sum(math.log(weights[j] / sum(weights)) for j in positives[i]) / len(positives[i])
        return total / count

    return (direction(images, texts) + direction(texts, images)) / 2


def slope(function: Callable[[np.ndarray], float], x: np.ndarray, index: tuple[int, int]) -> float:
    step = 1e-6
    up, down = x.copy(), x.copy()
    up[index] += step
    down[index] -= step
    return (function(up) - function(down)) / (2 * step)


class ContrastiveLoss(unittest.TestCase):
    def setUp(self) -> None:
        random = np.random.default_rng(2)
        self.images, self.texts = random.normal(size=(5, 7)), random.normal(size=(5, 7))

    def test_equals_the_plain_computation_for_reports_that_all_differ(self) -> None:
        diagonal = [[i] for i in range(5)]
        loss = symmetric_cross_entropy(torch.tensor(self.images), torch.tensor(self.texts), torch.tensor(9.0))
        self.assertAlmostEqual(float(loss), plain_loss(self.images, self.texts, 9.0, diagonal), places=10)

    def test_equals_the_plain_computation_where_reports_are_equal(self) -> None:
        keys = [4, 8, 4, 4, 9]
        positives = [[j for j in range(5) if keys[j] == keys[i]] for i in range(5)]
        loss = symmetric_cross_entropy(
            torch.tensor(self.images), torch.tensor(self.texts), torch.tensor(3.0), equal_keys(keys)
        )
        self.assertAlmostEqual(float(loss), plain_loss(self.images, self.texts, 3.0, positives), places=10)

    def test_gradient_is_the_slope_of_the_plain_computation(self) -> None:
        keys = [4, 8, 4, 3, 9]
        positives = [[j for j in range(5) if keys[j] == keys[i]] for i in range(5)]
        images = torch.tensor(self.images, requires_grad=True)
        texts = torch.tensor(self.texts, requires_grad=True)
        scale = torch.tensor(6.0, dtype=torch.float64, requires_grad=True)
        symmetric_cross_entropy(images, texts, scale, equal_keys(keys)).backward()
        for index in ((0, 0), (2, 5), (4, 6)):
            expected = slope(lambda x: plain_loss(x, self.texts, 6.0, positives), self.images, index)
            self.assertAlmostEqual(float(images.grad[index]), expected, places=6)
            expected = slope(lambda x: plain_loss(self.images, x, 6.0, positives), self.texts, index)
            self.assertAlmostEqual(float(texts.grad[index]), expected, places=6)
        expected = slope(lambda x: plain_loss(self.images, self.texts, x[0, 0], positives), np.array([[6.0]]), (0, 0))
        self.assertAlmostEqual(float(scale.grad), expected, places=6)

    def test_sums_one_loss_for_each_level_with_its_own_features_and_scale(self) -> None:
        random = np.random.default_rng(4)
        values = {name: torch.tensor(random.normal(size=(4, 3))) for name in Features.__dataclass_fields__}
        scales = {"patient": torch.tensor(2.0), "left": torch.tensor(5.0), "right": torch.tensor(8.0)}
        losses = tripartite_loss(Features(**values), scales)
        diagonal = [[i] for i in range(4)]
        for level, scale in (("patient", 2.0), ("left", 5.0), ("right", 8.0)):
            expected = plain_loss(values[level].numpy(), values[f"text_{level}"].numpy(), scale, diagonal)
            self.assertAlmostEqual(float(losses[level]), expected, places=10)
        self.assertEqual(list(tripartite_loss(Features(**values), scales, levels=("patient",))), ["patient"])
