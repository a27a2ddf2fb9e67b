"""Which exams make which batch, and everything about a batch that is drawn at random, from (seed, epoch, step) alone.

So a resumed run sees what the uninterrupted one would have seen, without any state of a generator in the checkpoint.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ..augmentation.augment import Augmentation, augment
from ..data.exam import Exam
from ..data.image_store import ImageStore
from ..data.preprocessing import normalize
from ..objective.diagnoses import eye_targets, patient_targets
from ..reports.write_report import write_report
from ..text.tokenizer import Tokenizer


def seed_of(*parts: object) -> int:
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:7], "big")


@dataclass(frozen=True)
class Batch:
    """Normalised pictures [N, 3, S, S], tokens [N, L], keys and targets for N exams.

    `keys[level]` are equal for exams with equal reports as far as the level is concerned; `texts` for equal texts.
    """

    left: Tensor
    right: Tensor
    tokens: Tensor
    keys: dict[str, Tensor]
    texts: Tensor
    targets: dict[str, Tensor]

    def __len__(self) -> int:
        return len(self.left)

    def slice(self, start: int, stop: int) -> Batch:
        def cut(values: dict[str, Tensor]) -> dict[str, Tensor]:
            return {name: value[start:stop] for name, value in values.items()}

        return Batch(
            self.left[start:stop],
            self.right[start:stop],
            self.tokens[start:stop],
            cut(self.keys),
            self.texts[start:stop],
            cut(self.targets),
        )

    def to(self, device: str) -> Batch:
        if device == "cpu":
            return self
        keys = {name: value.to(device) for name, value in self.keys.items()}
        targets = {name: value.to(device) for name, value in self.targets.items()}
        left, right = self.left.to(device), self.right.to(device)
        return Batch(left, right, self.tokens.to(device), keys, self.texts.to(device), targets)


def _key(*parts: object) -> int:
    return seed_of("report", *parts)


def report_keys(exam: Exam) -> dict[str, int]:
    """Findings in any order are the same findings. Without findings, the report's text is all there is to compare."""
    if exam.findings == (None, None):
        return {level: _key(exam.report) for level in ("patient", "left", "right")}
    # A missing eye has the other one's photograph in its place.
    left = exam.findings[0] if exam.findings[0] is not None else exam.findings[1]
    right = exam.findings[1] if exam.findings[1] is not None else exam.findings[0]
    return {
        "patient": _key(sorted(left or ()), sorted(right or ())),
        "left": _key(sorted(left or ())),
        "right": _key(sorted(right or ())),
    }


def targets_of(exams: Sequence[Exam]) -> dict[str, Tensor]:
    eyes = [[eye_targets(exam.findings[side], exam.grades[side], exam.complete) for exam in exams] for side in (0, 1)]
    return {
        "left": torch.tensor(eyes[0]),
        "right": torch.tensor(eyes[1]),
        "patient": torch.tensor([patient_targets(exam) for exam in exams]),
    }


def report_of(exam: Exam, choose: random.Random, chinese_share: float) -> str:
    """The exam's own report, or one written from its findings."""
    if exam.report is not None:
        return exam.report
    return write_report(exam.findings[0], exam.findings[1], choose, choose.random() < chinese_share)


class Batches:
    """The batches of a run. `shares` gives the share of a source's exams (or of `normal` ones) that an epoch takes."""

    def __init__(
        self,
        store: ImageStore,
        tokenizer: Tokenizer,
        augmentation: Augmentation,
        *,
        batch_size: int,
        seed: int,
        context_length: int,
        shares: dict[str, float],
        chinese_share: float = 0.5,
    ) -> None:
        self.store = store
        self.tokenizer = tokenizer
        self.augmentation = augmentation
        self.batch_size = batch_size
        self.seed = seed
        self.context_length = context_length
        self.chinese_share = chinese_share
        self.targets = targets_of(store.exams)
        self.keys = [report_keys(exam) for exam in store.exams]
        self.strata: dict[str, list[int]] = {}
        for index, exam in enumerate(store.exams):
            normal = exam.source != "phantoms" and exam.flags is not None and exam.flags[0] == 1
            stratum = "normal" if normal and "normal" in shares else exam.source
            self.strata.setdefault(stratum, []).append(index)
        self.shares = {name: shares.get(name, 1.0) for name in self.strata}

    @property
    def steps(self) -> int:
        """Batches of an epoch; the remainder that fills none comes another time.

        The reference fills its last batch with the first exams of the data base instead.
        """
        count = sum(math.ceil(len(members) * self.shares[name]) for name, members in self.strata.items())
        return count // self.batch_size

    def order(self, epoch: int) -> list[int]:
        choose = random.Random(seed_of(self.seed, "order", epoch))
        chosen: list[int] = []
        for name, members in sorted(self.strata.items()):
            chosen += choose.sample(members, math.ceil(len(members) * self.shares[name]))
        choose.shuffle(chosen)
        return chosen

    def batch(self, order: Sequence[int], step: int, epoch: int, size: int, part: tuple[int, int] = (0, 1)) -> Batch:
        """Batch `step` of the epoch whose exams come in `order`, pictures at `size`.

        `part` (i, n) gives the i-th of n equal parts, as a rank takes it: its reports are those of the whole batch, and
        only its own pictures are prepared.
        """
        indices = list(order[step * self.batch_size : (step + 1) * self.batch_size])
        seed = seed_of(self.seed, "batch", epoch, step)
        choose = random.Random(seed)
        reports = [report_of(self.store.exams[index], choose, self.chinese_share) for index in indices]
        number, count = part
        own = slice(number * len(indices) // count, (number + 1) * len(indices) // count)
        indices, reports = indices[own], reports[own]
        generator = torch.Generator().manual_seed(seed if number == 0 else seed_of(seed, number))
        pictures = torch.cat([self.store.left[indices], self.store.right[indices]])
        left, right = normalize(augment(pictures, size, self.augmentation, generator)).chunk(2)
        keys = {level: torch.tensor([self.keys[index][level] for index in indices]) for level in self.keys[0]}
        return Batch(
            left=left,
            right=right,
            tokens=self.tokenizer.encode_all(reports, self.context_length),
            keys=keys,
            texts=torch.tensor([_key(text) for text in reports]),
            targets={name: values[indices] for name, values in self.targets.items()},
        )
