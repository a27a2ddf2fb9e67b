"""L2-regularised logistic regression, for the linear protocol on frozen features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch


@dataclass(frozen=True)
class Standardization:
    mean: np.ndarray
    deviation: np.ndarray

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return (x - self.mean) / self.deviation


def standardization(x: np.ndarray) -> Standardization:
    return Standardization(x.mean(axis=0), x.std(axis=0) + 1e-6)


def fit_logistic(x: np.ndarray, y: np.ndarray, penalty: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights [F, L] and biases [L] for labels y [N, L] (0, 1, NaN unknown), minimising the mean loss + penalty/2 |w|²."""
    inputs = torch.from_numpy(x.astype(np.float64))
    targets = torch.from_numpy(y.astype(np.float64))
    known = ~targets.isnan()
    filled = torch.nan_to_num(targets)
    weights = torch.zeros(x.shape[1], y.shape[1], dtype=torch.float64, requires_grad=True)
    biases = torch.zeros(y.shape[1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights, biases], max_iter=200, history_size=20, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        losses = torch.nn.functional.binary_cross_entropy_with_logits(
            inputs @ weights + biases, filled, reduction="none"
        )
        loss = ((losses * known).sum(dim=0) / known.sum(dim=0).clamp(min=1)).sum() + penalty / 2 * (weights**2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return weights.detach().numpy(), biases.detach().numpy()
