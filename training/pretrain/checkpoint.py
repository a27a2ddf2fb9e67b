"""Checkpoints in the reference's layout: `{"epoch", "step", "name", "state_dict", "optimizer"}`, `module.` before each name.

What the reference does not know (the average, the diagnosis heads, the configuration) stands beside, where its loader
and `retclip model import` do not look.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..errors import CheckpointError
from ..model.load_archive import load_archive


def with_module_prefix(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {f"module.{name}": tensor for name, tensor in tensors.items()}


def without_module_prefix(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix("module."): t for name, t in tensors.items()}


def write_checkpoint(path: Path, value: dict[str, Any]) -> None:
    """Writes beside, syncs, then renames: a kill or a full disk leaves the last checkpoint whole.

    Raises CheckpointError if it cannot be written.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Serialised in memory first: some versions of torch.save abort the process where a write to a file fails.
        serialized = io.BytesIO()
        torch.save(value, serialized)
        with partial.open("wb") as file:
            file.write(serialized.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise CheckpointError(
            f'The checkpoint "{path}" cannot be written: {error}. The last one is unharmed; make room and resume.'
        ) from error


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Raises CheckpointError if the file is missing, cut, or no checkpoint of this training."""
    value = load_archive(path, "checkpoint")
    missing = {"epoch", "step", "name", "state_dict", "optimizer"} - set(value if isinstance(value, dict) else ())
    if missing:
        raise CheckpointError(f'The checkpoint "{path}" lacks {", ".join(sorted(missing))}: it cannot be resumed.')
    return value
