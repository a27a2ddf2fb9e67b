"""A cohort's pictures in memory, clean and degraded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch

from .cohort import Eye
from .degradations import Degradation
from .photographs import BUNDLE_SIZE, read_square, shrink


@dataclass(frozen=True)
class Pictures:
    """Pictures uint8 [eyes, 112, 112, 3] of eyes, in the same order."""

    eyes: Sequence[Eye]
    pixels: torch.Tensor

    @property
    def is_left(self) -> torch.Tensor:
        return torch.tensor([float(eye.is_left) for eye in self.eyes])


def read_pictures(eyes: Sequence[Eye], threads: int = 2, size: int = BUNDLE_SIZE) -> Pictures:
    """@param size side of a bundle's input, from which the detector shrinks them"""
    with ThreadPoolExecutor(threads) as pool:
        squares = list(pool.map(lambda eye: shrink(read_square(eye.path, size)), eyes))
    return Pictures(eyes, torch.from_numpy(np.stack(squares)))


def degraded_square(eye: Eye, kind: str, degradation: Degradation) -> np.ndarray:
    """The photograph, degraded: the same in every run. uint8 [224, 224, 3]"""
    seed = [*f"{eye.source} {eye.path.name} {kind}".encode()]
    return degradation(read_square(eye.path), np.random.default_rng(seed))


def read_degraded(eyes: Sequence[Eye], kinds: Mapping[str, Degradation], threads: int = 2) -> Pictures:
    """Each eye degraded in one way, the kinds in turn."""
    names = list(kinds)

    def degrade(index: int) -> np.ndarray:
        kind = names[index % len(names)]
        return shrink(degraded_square(eyes[index], kind, kinds[kind]))

    with ThreadPoolExecutor(threads) as pool:
        squares = list(pool.map(degrade, range(len(eyes))))
    return Pictures(eyes, torch.from_numpy(np.stack(squares)))
