"""AdamW with and without decay, and a rate of its own for the vision tower.

The reference spares names with "bn", "ln", "bias" or "logit_scale", so it decays the gains of the text tower's
`LayerNorm`, which are spared here.
"""

from __future__ import annotations

import torch
from torch import nn

from .settings import Settings


def _is_gain_or_bias(name: str) -> bool:
    return any(part in name for part in ("bn", "ln_", "LayerNorm", "bias", "logit_scale"))


def make_optimizer(modules: dict[str, nn.Module], settings: Settings) -> torch.optim.AdamW:
    """Gains, biases and scales are not decayed. A group's `factor` multiplies the schedule's rate."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for module in modules.values():
        for name, parameter in module.named_parameters():
            if not parameter.requires_grad:
                continue
            tower = name.startswith("visual.") and name != "visual.proj"
            key = (settings.vision_rate if tower else 1.0, 0.0 if _is_gain_or_bias(name) else settings.weight_decay)
            groups.setdefault(key, []).append(parameter)
    return torch.optim.AdamW(
        [{"params": members, "factor": rate, "weight_decay": decay} for (rate, decay), members in groups.items()],
        lr=settings.learning_rate,
        betas=(0.9, 0.98),
        eps=1e-6,
    )
