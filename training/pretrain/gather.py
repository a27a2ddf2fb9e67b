"""Features of all ranks, with gradient."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, distributed


def rank_count() -> int:
    return distributed.get_world_size() if distributed.is_initialized() else 1


def rank() -> int:
    return distributed.get_rank() if distributed.is_initialized() else 0


class _Gather(torch.autograd.Function):
    """Every rank computes the whole loss from all features, so each knows the whole gradient of its own slice.

    Gradients of parameters are averaged over ranks afterwards; the slice is multiplied by their number so that the
    average of the towers' gradients is their sum, while that of the scales, equal on every rank, stays what it is.
    """

    @staticmethod
    def forward(context: Any, x: Tensor) -> Tensor:
        parts = [torch.empty_like(x) for _ in range(rank_count())]
        distributed.all_gather(parts, x.contiguous())
        return torch.cat(parts)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> Tensor:
        count = rank_count()
        size = len(gradient) // count
        return gradient[rank() * size : (rank() + 1) * size] * count


def gather(x: Tensor) -> Tensor:
    """[n, …] of each rank, n equal on all, to [ranks · n, …] in rank order."""
    return x if rank_count() == 1 else _Gather.apply(x)


def gather_constant(x: Tensor) -> Tensor:
    if rank_count() == 1:
        return x
    parts = [torch.empty_like(x) for _ in range(rank_count())]
    distributed.all_gather(parts, x.contiguous())
    return torch.cat(parts)


def average_gradients(parameters: list[torch.nn.Parameter]) -> None:
    if rank_count() == 1:
        return
    for parameter in parameters:
        if parameter.requires_grad:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
            distributed.all_reduce(parameter.grad)
            parameter.grad /= rank_count()
