"""
Trains the detector: `python -m training.detector.train --odir FOLDER --drawn FOLDER --out detector.pt`.

No epoch is selected: what is saved is the moving average of the weights after the last one.
"""

from __future__ import annotations

import argparse
import copy
import random
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

from .augmentation import augmented
from .cohort import read_drawn, read_odir
from .degradations import TAUGHT
from .network import Detector
from .photographs import DETECTOR_SIZE
from .pictures import Pictures, read_degraded, read_pictures

BATCH = 64
DEGRADED_SHARE = 0.25
LEARNING_RATE = 4e-3
WEIGHT_DECAY = 0.02
SMOOTHING = 0.03
AVERAGE_DECAY = 0.99
# A degraded picture may still show its disc, and may not.
DEGRADED_LATERALITY_WEIGHT = 0.3


def batch_loss(
    logits: torch.Tensor, is_left: torch.Tensor, degraded: torch.Tensor, teaches: torch.Tensor
) -> torch.Tensor:
    """
    @param logits [batch, 2]
    @param degraded bool [batch]
    @param teaches float [batch], 0 where nothing is known of the gradability
    """
    wanted = is_left * (1 - 2 * SMOOTHING) + SMOOTHING
    laterality = functional.binary_cross_entropy_with_logits(logits[:, 0], wanted, reduction="none")
    weight = torch.where(degraded, DEGRADED_LATERALITY_WEIGHT, 1.0)
    gradable = functional.binary_cross_entropy_with_logits(
        logits[:, 1], (~degraded).float(), weight=teaches, reduction="none"
    )
    return (laterality * weight + 0.5 * gradable).mean()


@torch.no_grad()
def follow(average: nn.Module, model: nn.Module, decay: float) -> None:
    for kept, new in zip(average.state_dict().values(), model.state_dict().values(), strict=True):
        if kept.is_floating_point():
            kept.lerp_(new, 1 - decay)
        else:
            kept.copy_(new)


def train(clean: Pictures, degraded: Pictures, epochs: int, decay: float = AVERAGE_DECAY) -> Detector:
    torch.manual_seed(1)
    model = Detector(DETECTOR_SIZE).to(memory_format=torch.channels_last)
    average = copy.deepcopy(model)
    clean_count = round(BATCH * (1 - DEGRADED_SHARE))
    steps = len(clean.eyes) // clean_count
    optimizer = torch.optim.AdamW(model.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=epochs * steps, pct_start=0.15)
    clean_left, degraded_left = clean.is_left, degraded.is_left
    teaches = torch.tensor([float(eye.teaches_gradability) for eye in clean.eyes])
    started = time.monotonic()
    for epoch in range(epochs):
        model.train()
        order = torch.randperm(len(clean.eyes))
        total = 0.0
        for step in range(steps):
            good = order[step * clean_count : (step + 1) * clean_count]
            bad = torch.randint(len(degraded.eyes), (BATCH - clean_count,))
            pixels, is_left = augmented(
                torch.cat([clean.pixels[good], degraded.pixels[bad]]),
                torch.cat([clean_left[good], degraded_left[bad]]),
            )
            is_degraded = torch.arange(BATCH) >= clean_count
            known = torch.cat([teaches[good], torch.ones(len(bad))])
            loss = batch_loss(model.one_sided(model.normalised(pixels)), is_left, is_degraded, known)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            done = epoch * steps + step
            follow(average, model, min(decay, done / (done + 10)))
            total += loss.item()
        print(f"epoch {epoch + 1}: loss {total / steps:.4f}, {time.monotonic() - started:.0f} s", flush=True)
    return average.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--odir", type=Path, required=True)
    parser.add_argument("--drawn", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    eyes = [
        eye
        for eye in read_odir(arguments.odir) + read_drawn(arguments.drawn)
        if not eye.is_validation and not eye.is_opaque
    ]
    random.Random(1).shuffle(eyes)
    clean = read_pictures(eyes, arguments.threads)
    degraded = read_degraded([eye for eye in eyes if eye.teaches_gradability], TAUGHT, arguments.threads)
    print(f"{len(clean.eyes)} photographs to train on, {len(degraded.eyes)} degraded ones", flush=True)
    model = train(clean, degraded, arguments.epochs)
    torch.save(model.state_dict(), arguments.out)


if __name__ == "__main__":
    main()
