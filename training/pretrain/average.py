"""An exponential moving average of weights and statistics, which generalises better than the last step's."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Average:
    """Follows `modules`; the decay starts low, so that early steps do not stay in it."""

    def __init__(self, decay: float) -> None:
        self.decay = decay
        self.steps = 0
        self.tensors: dict[str, Tensor] = {}

    def update(self, modules: dict[str, nn.Module]) -> None:
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            for prefix, module in modules.items():
                for name, tensor in module.state_dict().items():
                    key = f"{prefix}.{name}"
                    if key not in self.tensors or not tensor.dtype.is_floating_point:
                        self.tensors[key] = tensor.detach().clone()
                    else:
                        self.tensors[key].lerp_(tensor.detach(), 1 - decay)

    def of(self, prefix: str) -> dict[str, Tensor]:
        """The averaged state dict of one module."""
        return {key[len(prefix) + 1 :]: value for key, value in self.tensors.items() if key.startswith(f"{prefix}.")}

    def state_dict(self) -> dict[str, object]:
        return {"steps": self.steps, "tensors": self.tensors}

    def load_state_dict(self, state: dict[str, object]) -> None:
        self.steps = state["steps"]  # type: ignore[assignment]
        self.tensors = dict(state["tensors"])  # type: ignore[call-overload]
