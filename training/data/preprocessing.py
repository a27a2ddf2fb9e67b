"""The picture as every tower takes it: squashed by PIL's bicubic, /255, CLIP's mean and deviation."""

from __future__ import annotations

import torch
from torch import Tensor

CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_DEVIATION = (0.26862954, 0.26130258, 0.27577711)


def normalize(pictures: Tensor) -> Tensor:
    """[N, 3, S, S] from 0 to 1, to what the vision tower takes."""
    mean = torch.tensor(CLIP_MEAN, device=pictures.device).view(1, 3, 1, 1)
    deviation = torch.tensor(CLIP_DEVIATION, device=pictures.device).view(1, 3, 1, 1)
    return (pictures - mean) / deviation
