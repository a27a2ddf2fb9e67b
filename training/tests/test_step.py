"""A batch in parts, and on two ranks, has the loss and gradient of the whole batch."""

import contextlib
import os
import socket
import tempfile
import unittest
from pathlib import Path

import torch
import torch.multiprocessing as processes
from torch import distributed

from ..model.retclip import RetClip
from ..pretrain.gather import average_gradients
from ..pretrain.step import backward
from . import small


def run(
    parts: int, tower: str = "vit", dropout: float = 0.0
) -> tuple[dict[str, float], dict[str, torch.Tensor], RetClip]:
    model, heads, objective = small.model_and_objective(tower, dropout)
    if tower == "mbconv":
        model.eval()
    losses = backward(objective, small.whole_batch(), parts, 11, contextlib.nullcontext)
    return losses, small.gradients(model, heads), model


def largest_difference(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> float:
    return max(float((a[name] - b[name]).abs().max()) for name in a)


def rank_main(rank: int, port: int, folder: str) -> None:
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", rank=rank, world_size=2)
    model, heads, objective = small.model_and_objective()
    batch = small.whole_batch()
    half = len(batch) // 2
    losses = backward(objective, batch.slice(rank * half, (rank + 1) * half), 1, 11, contextlib.nullcontext)
    average_gradients([p for module in (model, heads) for p in module.parameters()])
    torch.save({"losses": losses, "gradients": small.gradients(model, heads)}, Path(folder) / f"{rank}.pt")
    distributed.destroy_process_group()


class Parts(unittest.TestCase):
    def test_keep_the_whole_batch_s_loss_and_gradient(self) -> None:
        for tower in ("vit", "mbconv"):
            whole, expected, _ = run(1, tower)
            for parts in (2, 3):
                losses, gradients, _ = run(parts, tower)
                self.assertAlmostEqual(losses["total"], whole["total"], places=5)
                self.assertLess(largest_difference(gradients, expected), 1e-5)
        self.assertGreater(max(float(g.abs().max()) for g in expected.values()), 1e-3)

    def test_draw_the_same_dropout_in_both_passes(self) -> None:
        losses, gradients, _ = run(2, dropout=0.3)
        again, same, _ = run(2, dropout=0.3)
        self.assertEqual(losses, again)
        self.assertEqual(largest_difference(gradients, same), 0.0)

    def test_count_in_running_statistics_once(self) -> None:
        model, _, objective = small.model_and_objective("mbconv")
        model.train()
        backward(objective, small.whole_batch(), 2, 11, contextlib.nullcontext)
        self.assertEqual(int(model.visual.stem.bn.num_batches_tracked), 2)


class TwoRanks(unittest.TestCase):
    def test_have_the_loss_and_gradient_of_one_rank_with_the_whole_batch(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with tempfile.TemporaryDirectory() as folder:
            processes.spawn(rank_main, args=(port, folder), nprocs=2)
            ranks = [torch.load(Path(folder) / f"{rank}.pt") for rank in (0, 1)]
        whole, expected, _ = run(1)
        for result in ranks:
            for name, value in whole.items():
                self.assertAlmostEqual(result["losses"][name], value, delta=1e-5)
            self.assertLess(largest_difference(result["gradients"], expected), 1e-5)
