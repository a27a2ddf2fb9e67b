"""Features of whole cohorts, without augmentation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..data.image_store import ImageStore
from ..data.preprocessing import normalize
from ..model.retclip import RetClip
from ..text.tokenizer import Tokenizer


@dataclass(frozen=True)
class CohortFeatures:
    """float32 [N, E] each, before normalisation."""

    visual_left: np.ndarray
    visual_right: np.ndarray
    patient: np.ndarray

    @property
    def pair(self) -> np.ndarray:
        return np.concatenate([self.visual_left, self.visual_right], axis=1)


def visual_features(model: RetClip, pictures: Tensor, batch_size: int = 64, device: str = "cpu") -> Tensor:
    """uint8 [N, S, S, 3] to `visual`, [N, E]."""
    parts = []
    with torch.no_grad():
        for start in range(0, len(pictures), batch_size):
            chunk = pictures[start : start + batch_size].to(device).permute(0, 3, 1, 2).float() / 255
            parts.append(model.visual(normalize(chunk)).float().cpu())
    return torch.cat(parts) if parts else torch.zeros(0, model.geometry.embedding)


def embed_cohort(model: RetClip, store: ImageStore, device: str = "cpu") -> CohortFeatures:
    left = visual_features(model, store.left, device=device)
    right = visual_features(model, store.right, device=device)
    with torch.no_grad():
        patient = model.global_feature_mapping(torch.cat([left, right], dim=1).to(device)).cpu()
    return CohortFeatures(left.numpy(), right.numpy(), patient.numpy())


def save_features(path: Path, cohorts: Mapping[str, tuple[ImageStore, CohortFeatures]]) -> None:
    """`.npz` with, for each cohort, the features and who they belong to."""
    arrays: dict[str, np.ndarray] = {}
    for name, (store, features) in cohorts.items():
        arrays[f"{name}.visual_left"] = features.visual_left
        arrays[f"{name}.visual_right"] = features.visual_right
        arrays[f"{name}.source"] = np.array([exam.source for exam in store.exams])
        arrays[f"{name}.patient"] = np.array([exam.patient for exam in store.exams])
        arrays[f"{name}.group"] = np.array([exam.group for exam in store.exams])
    with path.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type] # no array is named allow_pickle


def text_features(
    model: RetClip, tokenizer: Tokenizer, texts: list[str], length: int, device: str = "cpu"
) -> np.ndarray:
    """The report's feature for the patient level, [N, E]."""
    with torch.no_grad():
        tokens = tokenizer.encode_all(texts, length).to(device)
        parts = [model.text_projection(model.bert(tokens[i : i + 256])) for i in range(0, len(tokens), 256)]
        return torch.cat(parts).cpu().numpy()
