"""Small models, cohorts and batches for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from ..augmentation.augment import Augmentation
from ..data.exam import Exam
from ..data.image_store import ImageStore
from ..model.geometry import (
    BlockGeometry,
    Geometry,
    MbconvGeometry,
    ResnetGeometry,
    TextGeometry,
    VisionGeometry,
    VitGeometry,
)
from ..model.retclip import RetClip
from ..objective.diagnoses import EYE_OUTPUTS, PATIENT_OUTPUTS, DiagnosisHeads
from ..pretrain.batches import Batch, Batches
from ..pretrain.objective import Objective, ObjectiveSettings
from ..text.tokenizer import Tokenizer

VOCABULARY = "\n".join(
    [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *"abcdefghijklmnopqrstuvwxyz:,，、。左右双眼正常底糖尿病视网膜变青光白内障中度轻重非增殖期",
        *(f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"),
    ]
)

MBCONV = MbconvGeometry(
    image_size=32,
    stem=8,
    head=24,
    blocks=(
        BlockGeometry(1, 3, 1, 8),
        BlockGeometry(2, 5, 2, 12),
        BlockGeometry(2, 3, 1, 12),
    ),
)

TOWERS: dict[str, VisionGeometry] = {
    "vit": VitGeometry(image_size=32, patch_size=16, width=64, layers=1, hidden=96),
    "resnet": ResnetGeometry(image_size=64, width=8, layers=(1, 1, 1, 1)),
    "mbconv": MBCONV,
}


def geometry(tower: str = "vit", dropout: float = 0.0) -> Geometry:
    text = TextGeometry(
        vocabulary=Tokenizer(VOCABULARY).size, positions=40, width=64, layers=1, hidden=64, dropout=dropout
    )
    return Geometry(TOWERS[tower], text, embedding=16)


def exams(count: int = 12) -> list[Exam]:
    """Exams without files, of a few findings, some of them twice."""
    kinds = [("normal fundus",), ("cataract",), ("glaucoma",), ("moderate non proliferative retinopathy",)]
    result = []
    for i in range(count):
        left, right = kinds[i % 4], kinds[(i // 2) % 4]
        result.append(
            Exam(
                patient=str(i),
                group=str(i),
                source="odir",
                left=None,
                right=None,
                findings=(left, right),
                flags=(int(i % 2 == 0), int(i % 3 == 0), 0, 1, 0, 0, 0, 1),
                grades=(0, 2 if i % 3 == 0 else 0),
                complete=True,
            )
        )
    return result


def store(count: int = 12, size: int = 32, seed: int = 3) -> ImageStore:
    generator = torch.Generator().manual_seed(seed)
    left = torch.randint(0, 256, (count, size, size, 3), generator=generator).to(torch.uint8)
    right = torch.randint(0, 256, (count, size, size, 3), generator=generator).to(torch.uint8)
    return ImageStore(exams(count), left, right, [])


def batches(
    cohort: ImageStore | None = None, batch_size: int = 4, augmentation: Augmentation = Augmentation()
) -> Batches:
    return Batches(
        cohort or store(),
        Tokenizer(VOCABULARY),
        augmentation,
        batch_size=batch_size,
        seed=5,
        context_length=40,
        shares={},
    )


def whole_batch(count: int = 8, size: int = 32) -> Batch:
    cohort = batches(store(count), count, Augmentation.none())
    return cohort.batch(cohort.order(0), 0, 0, size)


def model_and_objective(
    tower: str = "vit", dropout: float = 0.0, settings: ObjectiveSettings | None = None
) -> tuple[RetClip, DiagnosisHeads, Objective]:
    torch.manual_seed(7)
    model = RetClip(geometry(tower, dropout), initial_scale=10.0)
    heads = DiagnosisHeads(model.geometry.embedding, dropout=dropout)
    weights = {"eye": torch.ones(len(EYE_OUTPUTS)), "patient": torch.ones(len(PATIENT_OUTPUTS))}
    usual = ObjectiveSettings(positives="equal-reports", eye_weight=1.0, patient_weight=1.0)
    return model, heads, Objective(model, heads, settings or usual, weights)


def gradients(*modules: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {
        f"{i}.{name}": torch.zeros_like(p) if p.grad is None else p.grad.clone()
        for i, module in enumerate(modules)
        for name, p in module.named_parameters()
    }


def configuration(**changes: Any) -> dict[str, Any]:
    return {
        "name": "small",
        "geometry": {
            "vision": {
                "kind": "mbconv",
                "image_size": 32,
                "stem": 8,
                "blocks": [[1, 1, 3, 1, 8], [2, 2, 5, 2, 12]],
                "head": 24,
            },
            "text": {"positions": 40, "width": 64, "layers": 1, "hidden": 64, "dropout": 0.1},
            "embedding": 16,
        },
        "phases": [{"epochs": 2, "image_size": 32}],
        "learning_rate": 0.001,
        "batch_size": 4,
        "context_length": 40,
        "stored_size": 32,
        "warmup_steps": 2,
        "average_decay": 0.9,
        "clip_gradient": 1.0,
        "frozen": 1,
        "objective": {"positives": "equal-reports", "eye_weight": 1.0, "patient_weight": 1.0},
        **changes,
    }


def write_odir(folder: Path, patients: int = 16, size: int = 40) -> None:
    """A miniature in ODIR-5K's true layout, of noise."""
    (folder / "images").mkdir(parents=True)
    random = np.random.default_rng(1)
    header = (
        "id,group,age,sex,left_image,right_image,left_keywords,right_keywords,N,D,G,C,A,H,M,O,left_eye_label,"
        "right_eye_label,has_pair,in_odir200x3,res_source"
    )
    lines = [header]
    for i in range(patients):
        for side in ("left", "right"):
            pixels = random.integers(0, 255, (size, size, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / "images" / f"{i}_{side}.jpg")
        keyword, flags = (("cataract", "0,0,0,1,0,0,0,0"), ("normal fundus", "1,0,0,0,0,0,0,0"))[i % 2]
        lines.append(f"{i},{i},60,Female,{i}_left.jpg,{i}_right.jpg,{keyword},{keyword}，lens dust,{flags},C,C,1,0,256")
    (folder / "labels.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
