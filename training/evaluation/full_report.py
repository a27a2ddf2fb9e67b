"""Every figure of the model card, with 95 % intervals by bootstrap over patients' groups."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np

from ..data.exam import Exam
from ..data.image_store import ImageStore
from ..data.read_odir import LABELS
from ..model.retclip import RetClip
from ..objective.diagnoses import EYE_OUTPUTS, DiagnosisHeads
from ..pretrain.batches import report_keys
from ..reports.write_report import write_report
from ..text.tokenizer import Tokenizer
from .embed import CohortFeatures, text_features
from .judge import head_scores, retrieval_among_any, retrieval_at_1, rows_of
from .linear_protocol import LinearProtocol
from .metrics import auroc, bootstrap_interval, drawn_aurocs, drawn_counts, interval_of, mean_known
from .strata import strata_of

#: Samples of the bootstrap.
ROUNDS = 1000


def _figure(value: float, interval: tuple[float, float]) -> dict[str, Any]:
    def finite(x: float) -> float | None:
        return None if np.isnan(x) else round(x, 4)

    return {"value": finite(value), "interval": [finite(interval[0]), finite(interval[1])]}


def _area(labels: np.ndarray, scores: np.ndarray, counts: np.ndarray) -> tuple[dict[str, Any], np.ndarray]:
    """The figure, and its value in every sample."""
    drawn = drawn_aurocs(labels, scores, counts)
    figure = _figure(auroc(labels, scores), interval_of(drawn))
    return {**figure, "positive": int(labels.sum()), "count": len(labels)}, drawn


def areas(flags: np.ndarray, scores: np.ndarray, groups: np.ndarray) -> dict[str, Any]:
    """AUROC of each ODIR label and their mean. `flags` and `scores` are [N, 8]."""
    counts = drawn_counts(groups, ROUNDS)
    result, columns = {}, []
    for k, label in enumerate(LABELS):
        result[label], drawn = _area(flags[:, k], scores[:, k], counts)
        columns.append(drawn)
    values = [auroc(flags[:, k], scores[:, k]) for k in range(len(LABELS))]
    # A sample may miss a rare label; its mean is then over the others.
    means = np.array([mean_known(row) for row in np.array(columns).T])
    result["mean"] = _figure(mean_known(values), interval_of(means))
    return result


def worse_eye(scores: dict[str, np.ndarray], rows: np.ndarray) -> np.ndarray:
    """ODIR's labels from both eyes' outputs: the eye that shows more of a disease, and less of being normal."""
    left, right = scores["left"][rows, : len(LABELS)], scores["right"][rows, : len(LABELS)]
    return np.concatenate([np.minimum(left[:, :1], right[:, :1]), np.maximum(left[:, 1:], right[:, 1:])], axis=1)


def _odir(
    store: ImageStore,
    features: CohortFeatures,
    scores: dict[str, np.ndarray],
    linear: LinearProtocol | None,
    source: str,
) -> dict[str, Any]:
    rows = rows_of(store.exams, source)
    exams = [store.exams[i] for i in rows]
    flags = np.array([exam.flags for exam in exams])
    groups = np.array([exam.group for exam in exams])
    fine_tuned = scores["patient"][rows, : len(LABELS)]
    result: dict[str, Any] = {
        "fine-tuned pair": areas(flags, fine_tuned, groups),
        "fine-tuned worse eye": areas(flags, worse_eye(scores, rows), groups),
    }
    by_protocol = {"fine-tuned pair": fine_tuned}
    if linear is not None:
        by_protocol["linear on frozen pair"] = linear.scores(features.pair[rows])
        result["linear on frozen pair"] = {
            **areas(flags, by_protocol["linear on frozen pair"], groups),
            "penalty": linear.penalty,
        }
    if source == "odir":
        result["groups"] = {
            name: {
                stratum: areas(flags[members], fine_tuned[members], groups[members]) | {"patients": int(members.sum())}
                for stratum, members in masks.items()
                if members.any()
            }
            for name, masks in strata_of(exams, store.left[rows.tolist()], store.right[rows.tolist()]).items()
        }
    return result


def _eyepacs(exams: list[Exam], scores: dict[str, np.ndarray], rows: np.ndarray) -> dict[str, Any]:
    grades = np.array([exams[i].grades for i in rows])
    groups = np.array([exams[i].group for i in rows])
    counts = drawn_counts(groups, ROUNDS)
    result = {}
    for output in ("D", "grade-2"):
        column = EYE_OUTPUTS.index(output)
        eyes = np.stack([scores["left"][rows, column], scores["right"][rows, column]], axis=1)
        for least in (1, 2):
            worse = (grades.max(axis=1) >= least).astype(int)
            result[f'patient grade >= {least} by "{output}"'] = _area(worse, eyes.max(axis=1), counts)[0]
            each = (grades.reshape(-1) >= least).astype(int)
            result[f'eye grade >= {least} by "{output}"'] = _area(each, eyes.reshape(-1), np.repeat(counts, 2, axis=1))[
                0
            ]
    return result


def _retrieval(
    model: RetClip, store: ImageStore, features: CohortFeatures, tokenizer: Tokenizer, length: int, device: str
) -> dict[str, Any]:
    rows = rows_of(store.exams, "odir")
    exams = [store.exams[i] for i in rows]
    keys = np.array([report_keys(exam)["patient"] for exam in exams])
    groups = np.array([exam.group for exam in exams])
    result = {}
    for language, chinese in (("chinese", True), ("english", False)):
        choose = random.Random(1)
        texts = [write_report(exam.findings[0], exam.findings[1], choose, chinese) for exam in exams]
        encoded = text_features(model, tokenizer, texts, length, device)
        for name, retrieve in (("different reports", retrieval_at_1), ("reports of any patients", retrieval_among_any)):
            found, chance = retrieve(features.patient[rows], encoded, keys)

            def share(
                drawn: np.ndarray,
                retrieve: Callable[..., tuple[float, float]] = retrieve,
                encoded: np.ndarray = encoded,
            ) -> float:
                return retrieve(features.patient[rows][drawn], encoded[drawn], keys[drawn], rounds=3)[0]

            result[f"{language}, {name}"] = {
                **_figure(found, bootstrap_interval(share, groups, 100)),
                "chance": round(chance, 4),
                "times chance": round(found / chance, 2),
            }
    return result


def full_report(
    model: RetClip,
    heads: DiagnosisHeads,
    store: ImageStore,
    features: CohortFeatures,
    linear: LinearProtocol | None,
    tokenizer: Tokenizer,
    length: int,
) -> dict[str, Any]:
    """`features` are those of `store`, the kept patients; `linear` was fitted on the training patients."""
    scores = head_scores(heads, features)
    present = {exam.source for exam in store.exams}
    result: dict[str, Any] = {}
    for source in ("odir", "phantoms"):
        if source in present:
            result[source] = _odir(store, features, scores, linear, source)
    if "eyepacs" in present:
        result["eyepacs"] = _eyepacs(store.exams, scores, rows_of(store.exams, "eyepacs"))
    if "odir" in present:
        device = heads.eye.weight.device.type
        result["retrieval among 100"] = _retrieval(model, store, features, tokenizer, length, device)
    return result
