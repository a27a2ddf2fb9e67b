"""Reads what `torch.save` wrote, tensors and plain values only: nothing in the file is executed.

`torch.load(weights_only=True)` would do the same, but Debian 12's PyTorch 1.13 does not read a float with it, and
ignores a `pickle_module` that would restrict it. So the archive's globals are looked through before it is read.
"""

from __future__ import annotations

import pickletools
import zipfile
from pathlib import Path
from typing import Any

import torch

from ..errors import CheckpointError

_ALLOWED = {
    "collections OrderedDict",
    "torch._utils _rebuild_tensor_v2",
    "torch._utils _rebuild_parameter",
    "torch Size",
}
#: Ways to name a global other than by plain text, which torch.save's protocol 2 does not use.
_INDIRECT = {"STACK_GLOBAL", "INST", "EXT1", "EXT2", "EXT4"}


def _is_allowed(name: str) -> bool:
    module, _, kind = name.partition(" ")
    storage = module in ("torch", "torch.storage") and kind.endswith("Storage")
    return storage or name in _ALLOWED or (module == "torch" and isinstance(getattr(torch, kind, None), torch.dtype))


def _check(pickled: bytes, path: Path, what: str) -> None:
    for operation, argument, _ in pickletools.genops(pickled):
        indirect = operation.name in _INDIRECT
        if indirect or (operation.name == "GLOBAL" and not _is_allowed(str(argument))):
            name = operation.name if indirect else str(argument).replace(" ", ".")
            raise CheckpointError(f'The {what} "{path}" holds an object of "{name}": only tensors and values are read.')


def load_archive(path: Path, what: str) -> Any:
    """Raises CheckpointError if the file is missing, cut, or holds more than tensors and plain values."""
    try:
        if not zipfile.is_zipfile(path):  # the format before PyTorch 1.6, and whatever is no archive at all
            return torch.load(path, map_location="cpu", weights_only=True)
        with zipfile.ZipFile(path) as archive:
            pickles = [name for name in archive.namelist() if name.endswith(".pkl")]
            for name in pickles:
                _check(archive.read(name), path, what)
        return torch.load(path, map_location="cpu", weights_only=False)
    except CheckpointError:
        raise
    except Exception as error:
        raise CheckpointError(f'The {what} "{path}" cannot be read: {error}.') from error
