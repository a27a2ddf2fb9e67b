"""Left is left: from the photograph's file to features, losses, targets and heads. No two eyes here are alike."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ..augmentation.augment import Augmentation
from ..data.exam import Exam
from ..data.image_store import load_images
from ..data.preprocessing import normalize
from ..data.read_odir import LABELS
from ..evaluation.embed import CohortFeatures, embed_cohort
from ..evaluation.judge import head_scores
from ..model.retclip import Features
from ..objective.contrastive import tripartite_loss
from ..objective.diagnoses import EYE_OUTPUTS, DiagnosisHeads
from ..pretrain.batches import report_keys, targets_of
from . import small

RED, BLUE = (200, 0, 0), (0, 0, 200)


def mean_colour(pictures: torch.Tensor) -> list[int]:
    return [round(float(value)) for value in pictures.float().mean(dim=(0, 1))]


class Photographs(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.left, self.right = Path(folder.name) / "a.png", Path(folder.name) / "b.png"
        Image.new("RGB", (20, 20), RED).save(self.left)
        Image.new("RGB", (20, 20), BLUE).save(self.right)

    def test_are_loaded_each_to_its_own_side_and_a_single_one_to_both(self) -> None:
        exams = [
            Exam("1", "1", "x", self.left, self.right, report="a"),
            Exam("2", "2", "x", self.left, None, report="a"),
            Exam("3", "3", "x", None, self.right, report="a"),
        ]
        store = load_images(exams, 8)
        self.assertEqual([mean_colour(eye) for eye in store.left], [[*RED], [*RED], [*BLUE]])
        self.assertEqual([mean_colour(eye) for eye in store.right], [[*BLUE], [*RED], [*BLUE]])

    def test_stay_on_their_side_in_a_batch(self) -> None:
        cohort = small.batches(batch_size=4, augmentation=Augmentation.none())
        batch = cohort.batch([5, 2, 7, 0], 0, 0, 32)
        store = small.store()
        for row, index in enumerate((5, 2, 7, 0)):
            for side in ("left", "right"):
                plain = normalize(getattr(store, side)[index][None].permute(0, 3, 1, 2).float() / 255)
                self.assertLess(float((getattr(batch, side)[row] - plain[0]).abs().max()), 1e-5, (side, index))


class Vectors(unittest.TestCase):
    def test_of_an_eye_are_mapped_by_its_own_mapping_and_the_patient_by_left_then_right(self) -> None:
        model, _, _ = small.model_and_objective()
        model.eval()
        pictures = torch.randn(2, 3, 3, 32, 32, generator=torch.Generator().manual_seed(1))
        left, right = pictures
        with torch.no_grad():
            features = model(left, right, torch.ones(3, 10, dtype=torch.long))
            alone = {"left": model.visual(left), "right": model.visual(right)}
        tensors = {name: value.detach() for name, value in model.named_parameters()}
        wanted = {
            "visual_left": alone["left"],
            "visual_right": alone["right"],
            "left": alone["left"] @ tensors["left_feature_mapping.weight"].T,
            "right": alone["right"] @ tensors["right_feature_mapping.weight"].T,
            "patient": torch.cat([alone["left"], alone["right"]], 1) @ tensors["global_feature_mapping.weight"].T,
        }
        self.assertGreater(float((alone["left"] - alone["right"]).abs().max()), 0.01)
        for name, value in wanted.items():
            self.assertLess(float((getattr(features, name) - value).abs().max()), 1e-5, name)

    def test_of_reports_come_from_the_projection_of_their_level(self) -> None:
        model, _, _ = small.model_and_objective()
        model.eval()
        tokens = torch.arange(5, 25).reshape(2, 10)
        picture = torch.zeros(2, 3, 32, 32)
        with torch.no_grad():
            features, text = model(picture, picture, tokens), model.bert(tokens)
            for level, prefix in (
                ("patient", "text_projection"),
                ("left", "text_projection_left"),
                ("right", "text_projection_right"),
            ):
                first, last = getattr(model, prefix)[0], getattr(model, prefix)[2]
                own = torch.relu(text @ first.weight.T + first.bias) @ last.weight.T + last.bias
                self.assertLess(float((getattr(features, f"text_{level}") - own).abs().max()), 1e-5, level)

    def test_scales_are_those_of_their_level(self) -> None:
        model, _, _ = small.model_and_objective()
        with torch.no_grad():
            model.logit_scale.fill_(0.0)
            model.logit_scale_left.fill_(1.0)
            model.logit_scale_right.fill_(2.0)
        scales = {level: round(float(value.detach()), 4) for level, value in model.scales().items()}
        self.assertEqual(scales, {"patient": 1.0, "left": 2.7183, "right": 7.3891})

    def test_of_a_cohort_are_each_eyes_own(self) -> None:
        model, _, _ = small.model_and_objective()
        model.eval()
        store = small.store(3)
        features = embed_cohort(model, store)
        for side, found in (("left", features.visual_left), ("right", features.visual_right)):
            pictures = normalize(getattr(store, side).permute(0, 3, 1, 2).float() / 255)
            with torch.no_grad():
                self.assertLess(float(np.abs(model.visual(pictures).numpy() - found).max()), 1e-5, side)
        weight = model.global_feature_mapping.weight.detach().numpy()
        wanted = np.concatenate([features.visual_left, features.visual_right], axis=1) @ weight.T
        self.assertLess(float(np.abs(wanted - features.patient).max()), 1e-5)

    def test_pair_has_the_left_eye_first(self) -> None:
        features = CohortFeatures(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array([[5.0]]))
        self.assertEqual(features.pair.tolist(), [[1.0, 2.0, 3.0, 4.0]])


class Objectives(unittest.TestCase):
    def test_the_loss_of_a_level_hangs_on_that_levels_vectors_alone(self) -> None:
        generator = torch.Generator().manual_seed(2)
        names = ("visual_left", "visual_right", "patient", "left", "right", "text_patient", "text_left", "text_right")
        vectors = {name: torch.randn(4, 6, generator=generator, requires_grad=True) for name in names}
        scales = {level: torch.tensor(3.0) for level in ("patient", "left", "right")}
        for level in scales:
            loss = tripartite_loss(Features(**vectors), scales)[level]
            found = torch.autograd.grad(loss, list(vectors.values()), allow_unused=True)
            reached = {name for name, gradient in zip(names, found, strict=True) if gradient is not None}
            self.assertEqual(reached, {level, f"text_{level}"})

    def test_targets_and_keys_are_of_their_own_eye(self) -> None:
        exam = Exam(
            "1",
            "1",
            "odir",
            None,
            None,
            findings=(("glaucoma",), ("cataract",)),
            flags=(0,) * 8,
            grades=(0, 3),
            complete=True,
        )
        targets = targets_of([exam])
        for side, label, grade in (("left", "G", 0), ("right", "C", 3)):
            values = dict(zip(EYE_OUTPUTS, targets[side][0].tolist(), strict=True))
            self.assertEqual([name for name in LABELS if values[name] == 1], [label])
            self.assertEqual(
                [values[f"grade-{step}"] for step in (1, 2, 3, 4)], [float(grade >= s) for s in (1, 2, 3, 4)]
            )
        keys = report_keys(exam)
        mirrored = report_keys(Exam("2", "2", "odir", None, None, findings=(("cataract",), ("glaucoma",))))
        self.assertNotEqual(keys["left"], keys["right"])
        self.assertEqual((keys["left"], keys["right"]), (mirrored["right"], mirrored["left"]))
        self.assertNotEqual(keys["patient"], mirrored["patient"])
        single = report_keys(Exam("3", "3", "odir", None, None, findings=(None, ("cataract",))))
        self.assertEqual((single["left"], single["right"]), (keys["right"], keys["right"]))

    def test_heads_read_each_eye_and_the_pair_in_its_order(self) -> None:
        heads = DiagnosisHeads(2, dropout=0.0)
        with torch.no_grad():
            heads.eye.weight.zero_()
            heads.eye.bias.zero_()
            heads.eye.weight[0] = torch.tensor([10.0, 1.0])
            heads.patient.weight.zero_()
            heads.patient.bias.zero_()
            heads.patient.weight[0] = torch.tensor([1000.0, 100.0, 10.0, 1.0])
        features = CohortFeatures(
            np.array([[1.0, 2.0]], np.float32), np.array([[3.0, 4.0]], np.float32), np.zeros((1, 2))
        )
        scores = head_scores(heads.eval(), features)
        self.assertEqual([float(scores[level][0, 0]) for level in ("left", "right", "patient")], [12.0, 34.0, 1234.0])

    def test_diagnoses_of_an_eye_are_learned_against_that_eyes_targets(self) -> None:
        _, heads, objective = small.model_and_objective()
        batch = small.whole_batch(4)
        vectors = {
            name: torch.zeros(4, 16)
            for name in (
                "visual_left",
                "visual_right",
                "patient",
                "left",
                "right",
                "text_patient",
                "text_left",
                "text_right",
            )
        }
        with torch.no_grad():
            heads.eye.weight.zero_()
            heads.eye.bias.zero_()
            # Logits of 20 or -20 as the left eye's targets say, carried by the left eye's vectors alone.
            known = torch.nan_to_num(batch.targets["left"], nan=0.0)
            heads.eye.weight[:, :4] = (40 * known - 20).T
            vectors["visual_left"][:, :4] = torch.eye(4)
            right = torch.nan_to_num(batch.targets["right"], nan=0.0)
            heads.eye.weight[:, 4:8] = (40 * right - 20).T
            vectors["visual_right"][:, 4:8] = torch.eye(4)
            loss = objective.losses(Features(**vectors), batch)["eye-diagnoses"]
        self.assertLess(float(loss), 1e-6)


if __name__ == "__main__":
    unittest.main()
