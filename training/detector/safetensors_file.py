"""Writes tensors as safetensors. @see https://github.com/huggingface/safetensors#format"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path

import torch

TYPES = {torch.float32: "F32", torch.int64: "I64"}


def write_safetensors(path: Path, tensors: Mapping[str, torch.Tensor]) -> None:
    """
    The same tensors give the same bytes.

    @raises KeyError if a tensor is neither float32 nor int64
    """
    header = {}
    content = bytearray()
    for name, tensor in sorted(tensors.items()):
        values = tensor.detach().contiguous().cpu()
        begin = len(content)
        content += values.numpy().tobytes()
        header[name] = {
            "dtype": TYPES[values.dtype],
            "shape": list(values.shape),
            "data_offsets": [begin, len(content)],
        }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + content)
