"""How well a model does on the kept patients."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import torch

from ..data.exam import Exam
from ..data.image_store import ImageStore
from ..data.read_odir import LABELS
from ..model.retclip import RetClip
from ..objective.diagnoses import EYE_OUTPUTS, DiagnosisHeads
from ..pretrain.batches import report_keys
from ..reports.write_report import write_report
from ..text.tokenizer import Tokenizer
from .embed import CohortFeatures, embed_cohort, text_features
from .metrics import auroc, mean_known


def rows_of(exams: list[Exam], source: str, complete_pairs: bool = True) -> np.ndarray:
    return np.array(
        [
            i
            for i, exam in enumerate(exams)
            if exam.source == source and (not complete_pairs or (exam.left is not None and exam.right is not None))
        ],
        dtype=int,
    )


def head_scores(heads: DiagnosisHeads, features: CohortFeatures) -> dict[str, np.ndarray]:
    """Logits: `left` and `right` [N, EYE_OUTPUTS], `patient` [N, PATIENT_OUTPUTS]."""
    with torch.no_grad():
        device = heads.eye.weight.device
        scores = heads(
            torch.from_numpy(features.visual_left).to(device), torch.from_numpy(features.visual_right).to(device)
        )
    return {name: value.cpu().numpy() for name, value in zip(("left", "right", "patient"), scores, strict=True)}


def retrieval_at_1(
    images: np.ndarray, texts: np.ndarray, keys: np.ndarray, candidates: int = 100, rounds: int = 200, seed: int = 1
) -> tuple[float, float]:
    """Share of exams whose own report comes first among `candidates` reports that are all different, and chance.

    Each round draws that many exams with distinct keys (as many as there are, if fewer).
    """
    generator = np.random.default_rng(seed)
    images = images / np.linalg.norm(images, axis=1, keepdims=True)
    texts = texts / np.linalg.norm(texts, axis=1, keepdims=True)
    found, size = [], 0
    for _ in range(rounds):
        order = generator.permutation(len(keys))
        _, first = np.unique(keys[order], return_index=True)
        drawn = generator.permutation(order[first])[:candidates]
        size = len(drawn)
        similarity = images[drawn] @ texts[drawn].T
        found.append((similarity.argmax(axis=1) == np.arange(size)).mean())
    return float(np.mean(found)), 1 / max(size, 1)


def retrieval_among_any(
    images: np.ndarray, texts: np.ndarray, keys: np.ndarray, candidates: int = 100, rounds: int = 200, seed: int = 1
) -> tuple[float, float]:
    """Share of exams for which a report equal to their own comes first among those of `candidates` random exams, and the
    share that a random choice would reach."""
    generator = np.random.default_rng(seed)
    images = images / np.linalg.norm(images, axis=1, keepdims=True)
    texts = texts / np.linalg.norm(texts, axis=1, keepdims=True)
    found, chance = [], []
    for _ in range(rounds):
        drawn = generator.permutation(len(keys))[:candidates]
        right = keys[drawn][:, None] == keys[drawn][None, :]
        best = (images[drawn] @ texts[drawn].T).argmax(axis=1)
        found.append(right[np.arange(len(drawn)), best].mean())
        chance.append(right.mean())
    return float(np.mean(found)), float(np.mean(chance))


def judge(
    model: RetClip, heads: DiagnosisHeads, store: ImageStore, tokenizer: Tokenizer, context_length: int
) -> dict[str, Any]:
    """A short table of what matters, from the trained heads and the text tower."""
    device = heads.eye.weight.device.type
    features = embed_cohort(model, store, device)
    scores = head_scores(heads, features)
    result: dict[str, Any] = {}
    for source in ("odir", "phantoms"):
        rows = rows_of(store.exams, source)
        if len(rows) == 0:
            continue
        flags = np.array([store.exams[i].flags for i in rows])
        areas = {label: auroc(flags[:, k], scores["patient"][rows, k]) for k, label in enumerate(LABELS)}
        worse = {
            label: auroc(
                flags[:, k],
                np.maximum(scores["left"][rows, k], scores["right"][rows, k])
                if label != "N"
                else np.minimum(scores["left"][rows, k], scores["right"][rows, k]),
            )
            for k, label in enumerate(LABELS)
        }
        result[source] = {
            "pair": areas,
            "mean": mean_known(list(areas.values())),
            "eyes": worse,
            "eyes-mean": mean_known(list(worse.values())),
        }
    rows = rows_of(store.exams, "eyepacs")
    if len(rows) > 0:
        grades = np.array([store.exams[i].grades for i in rows])
        for name in ("D", "grade-2"):
            column = EYE_OUTPUTS.index(name)
            left, right = scores["left"][rows, column], scores["right"][rows, column]
            result[f"eyepacs {name}"] = {
                "patient grade>=2": auroc(grades.max(axis=1) >= 2, np.maximum(left, right)),
                "eye grade>=2": auroc(grades.T.reshape(-1) >= 2, np.concatenate([left, right])),
                "patient any": auroc(grades.max(axis=1) >= 1, np.maximum(left, right)),
            }
    rows = rows_of(store.exams, "odir")
    if len(rows) > 0:
        choose = random.Random(1)
        exams = [store.exams[i] for i in rows]
        keys = np.array([report_keys(exam)["patient"] for exam in exams])
        for language, chinese in (("chinese", True), ("english", False)):
            texts = [write_report(exam.findings[0], exam.findings[1], choose, chinese) for exam in exams]
            encoded = text_features(model, tokenizer, texts, context_length, device)
            result[f"retrieval {language}"] = {
                "different": retrieval_at_1(features.patient[rows], encoded, keys),
                "any": retrieval_among_any(features.patient[rows], encoded, keys),
            }
    return result
