"""One process, or those that `torchrun` starts."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import torch
from torch import distributed


@contextlib.contextmanager
def distributed_device() -> Iterator[str]:
    """The device of this process. Joins the group that `torchrun` describes: NCCL on GPUs, else gloo."""
    cuda = torch.cuda.is_available()
    if "WORLD_SIZE" not in os.environ:
        yield "cuda:0" if cuda else "cpu"
        return
    distributed.init_process_group("nccl" if cuda else "gloo")
    try:
        device = f"cuda:{os.environ['LOCAL_RANK']}" if cuda else "cpu"
        if cuda:
            torch.cuda.set_device(device)
        yield device
    finally:
        distributed.destroy_process_group()
