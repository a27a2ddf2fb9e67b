"""Learning rate: linear warm-up, then half a cosine to zero, as in the reference."""

from __future__ import annotations

import math


def cosine_factor(step: int, warmup: int, total: int) -> float:
    """Factor of the peak learning rate for `step` (from 0) of `total`."""
    if step < warmup:
        return (step + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, total - warmup)))
