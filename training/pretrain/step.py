"""Forward and backward of one batch, whole or in parts that keep the whole batch's negatives."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import fields

import torch
from torch import Tensor, nn

from ..model.retclip import Features, RetClip
from .batches import Batch
from .objective import Objective, concatenate, detach

Autocast = Callable[[], AbstractContextManager[None]]


def _encode(model: RetClip, batch: Batch, autocast: Autocast) -> Features:
    with autocast():
        features = model(batch.left, batch.right, batch.tokens)
    return Features(**{f.name: getattr(features, f.name).float() for f in fields(Features)})


class _KeptStatistics:
    """Running statistics of batch norms as they were, so that the first of two passes does not count."""

    def __init__(self, model: nn.Module) -> None:
        self.buffers = [(buffer, buffer.clone()) for buffer in model.buffers()]

    def restore(self) -> None:
        with torch.no_grad():
            for buffer, value in self.buffers:
                buffer.copy_(value)


def backward(
    objective: Objective,
    batch: Batch,
    parts: int,
    seed: int,
    autocast: Autocast,
    scale: Callable[[Tensor], Tensor] = lambda loss: loss,
) -> dict[str, float]:
    """Adds the gradient of the batch's loss to the parameters and returns the losses.

    With `parts` > 1 the towers run twice over one part at a time (GradCache, Gao et al. 2021): first without gradient
    for the features of all, then again, to carry each feature's gradient of the whole batch's loss into the weights.
    The memory is that of a part, the negatives are those of the batch. Batch norms normalise by the part's statistics.
    """
    if parts == 1:
        torch.manual_seed(seed)
        features = _encode(objective.model, batch, autocast)
        torch.manual_seed(seed + 1)
        losses = objective.losses(features, batch)
        scale(losses["total"]).backward()
        return {name: float(loss.detach()) for name, loss in losses.items()}
    bounds = [(len(batch) * i // parts, len(batch) * (i + 1) // parts) for i in range(parts)]
    chunks = [batch.slice(start, stop) for start, stop in bounds]
    statistics = _KeptStatistics(objective.model)
    first = []
    with torch.no_grad():
        for number, chunk in enumerate(chunks):
            torch.manual_seed(seed + 2 + number)
            first.append(_encode(objective.model, chunk, autocast))
    statistics.restore()
    cached = detach(concatenate(first))
    torch.manual_seed(seed + 1)
    losses = objective.losses(cached, batch)
    scale(losses["total"]).backward()
    for number, (chunk, (start, stop)) in enumerate(zip(chunks, bounds, strict=True)):
        torch.manual_seed(seed + 2 + number)
        features = _encode(objective.model, chunk, autocast)
        outputs, gradients = [], []
        for f in fields(Features):
            gradient = getattr(cached, f.name).grad
            if gradient is not None:
                outputs.append(getattr(features, f.name))
                gradients.append(gradient[start:stop])
        torch.autograd.backward(outputs, gradients)
    return {name: float(loss.detach()) for name, loss in losses.items()}
