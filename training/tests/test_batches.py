"""Batches: what they hold, who is whose positive, and that they can be drawn again."""

import dataclasses
import unittest

import torch

from ..augmentation.augment import Augmentation, augment
from ..data.exam import Exam
from ..data.image_store import ImageStore
from ..objective.diagnoses import (
    EYE_OUTPUTS,
    PATIENT_OUTPUTS,
    eye_targets,
    known_cross_entropy,
    patient_targets,
    positive_weights,
)
from ..pretrain.batches import report_keys
from ..pretrain.schedule import cosine_factor
from . import small


class Drawing(unittest.TestCase):
    def test_again_gives_the_same_batch_and_another_step_another(self) -> None:
        one, two = small.batches(), small.batches()
        order = one.order(3)
        self.assertEqual(order, two.order(3))
        self.assertNotEqual(order, one.order(4))
        a, b, c = one.batch(order, 1, 3, 32), two.batch(order, 1, 3, 32), one.batch(order, 2, 3, 32)
        self.assertTrue(torch.equal(a.left, b.left) and torch.equal(a.tokens, b.tokens))
        self.assertFalse(torch.equal(a.left, c.left))

    def test_parts_hold_together_the_exams_and_reports_of_the_whole(self) -> None:
        cohort = small.batches(augmentation=Augmentation.none())
        order = cohort.order(0)
        whole = cohort.batch(order, 0, 0, 32)
        parts = [cohort.batch(order, 0, 0, 32, (i, 2)) for i in range(2)]
        self.assertTrue(torch.equal(torch.cat([part.left for part in parts]), whole.left))
        self.assertTrue(torch.equal(torch.cat([part.texts for part in parts]), whole.texts))

    def test_takes_the_share_of_a_source_and_of_normal_exams(self) -> None:
        store = small.store(12)
        exams = [dataclasses.replace(e, source="phantoms" if i < 4 else "odir") for i, e in enumerate(store.exams)]
        cohort = small.batches(ImageStore(exams, store.left, store.right, []))
        cohort.shares = {"odir": 1.0, "phantoms": 0.5}
        order = cohort.order(0)
        self.assertEqual(len(order), 10)
        self.assertEqual(sum(index < 4 for index in order), 2)


class Positives(unittest.TestCase):
    def exam(self, left: tuple[str, ...] | None, right: tuple[str, ...] | None, report: str | None = None) -> Exam:
        return Exam("1", "1", "odir", None, None, report=report, findings=(left, right))

    def test_are_exams_with_the_same_findings_in_any_order_at_each_level(self) -> None:
        a = report_keys(self.exam(("drusen", "cataract"), ("glaucoma",)))
        b = report_keys(self.exam(("cataract", "drusen"), ("normal fundus",)))
        self.assertEqual(a["left"], b["left"])
        self.assertNotEqual(a["right"], b["right"])
        self.assertNotEqual(a["patient"], b["patient"])

    def test_are_exams_with_the_same_text_where_there_are_no_findings(self) -> None:
        self.assertEqual(report_keys(self.exam(None, None, "x")), report_keys(self.exam(None, None, "x")))
        self.assertNotEqual(report_keys(self.exam(None, None, "x")), report_keys(self.exam(None, None, "y")))


class Targets(unittest.TestCase):
    def test_of_an_eye(self) -> None:
        targets = dict(
            zip(
                EYE_OUTPUTS, eye_targets(("moderate non proliferative retinopathy", "laser spot"), 2, True), strict=True
            )
        )
        expected = {"D": 1.0, "O": 1.0, "N": 0.0, "grade-2": 1.0, "grade-3": 0.0, "laser-scars": 1.0, "drusen": 0.0}
        self.assertEqual({name: targets[name] for name in expected}, expected)

    def test_of_a_grade_alone_are_unknown_for_all_else(self) -> None:
        targets = dict(zip(EYE_OUTPUTS, eye_targets(("normal fundus",), 0, False), strict=True))
        self.assertEqual((targets["D"], targets["grade-1"]), (0.0, 0.0))
        self.assertTrue(all(value != value for name, value in targets.items() if name in "NGCAHMO" or name == "drusen"))

    def test_of_the_patient_are_those_of_the_worse_eye(self) -> None:
        exam = Exam("1", "1", "eyepacs", None, None, findings=(("normal fundus",), ("x",)), grades=(0, 3))
        targets = dict(zip(PATIENT_OUTPUTS, patient_targets(exam), strict=True))
        self.assertEqual((targets["D"], targets["grade-3"], targets["grade-4"]), (1.0, 1.0, 0.0))
        self.assertNotEqual(targets["G"], targets["G"])

    def test_unknown_ones_change_neither_loss_nor_gradient(self) -> None:
        logits = torch.tensor([[0.3, -2.0], [1.0, 0.5]], requires_grad=True)
        targets = torch.tensor([[1.0, float("nan")], [float("nan"), 0.0]])
        loss = known_cross_entropy(logits, targets, torch.ones(2))
        loss.backward()
        expected = (-torch.tensor(0.3).sigmoid().log() - (1 - torch.tensor(0.5).sigmoid()).log()) / 2
        self.assertAlmostEqual(float(loss), float(expected), places=6)
        self.assertEqual(float(logits.grad[0, 1]), 0.0)
        self.assertEqual(float(known_cross_entropy(logits, torch.full((2, 2), float("nan")), torch.ones(2))), 0.0)

    def test_rare_labels_weigh_more_up_to_a_bound(self) -> None:
        targets = torch.tensor([[1.0, 1.0]] + [[0.0, 1.0]] * 8 + [[float("nan"), 1.0]] * 3)
        self.assertEqual(positive_weights(targets).tolist(), [torch.tensor(8.0).sqrt().item(), 1.0])
        self.assertEqual(positive_weights(targets, most=2).tolist(), [2.0, 1.0])


class Augmenting(unittest.TestCase):
    def draw(self, augmentation: Augmentation, size: int = 24, seed: int = 1) -> torch.Tensor:
        pictures = small.store(6, 32).left
        return augment(pictures, size, augmentation, torch.Generator().manual_seed(seed))

    def test_stays_from_0_to_1_at_the_size_asked_for_and_can_be_repeated(self) -> None:
        everything = Augmentation(blur=1.0, jpeg=1.0, noise=1.0, erasing=1.0, border=0.5)
        one = self.draw(everything)
        self.assertEqual(one.shape, (6, 3, 24, 24))
        self.assertTrue(bool((one >= 0).all() and (one <= 1).all()))
        self.assertTrue(torch.equal(one, self.draw(everything)))
        self.assertFalse(torch.equal(one, self.draw(everything, seed=2)))

    def test_none_changes_nothing(self) -> None:
        pictures = small.store(6, 32).left.permute(0, 3, 1, 2).float() / 255
        self.assertLess(float((self.draw(Augmentation.none(), 32) - pictures).abs().max()), 1e-5)

    def test_flips_each_picture_by_itself(self) -> None:
        pictures = small.store(6, 32).left.permute(0, 3, 1, 2).float() / 255
        flipped = self.draw(dataclasses.replace(Augmentation.none(), flip=0.5), 32)
        same = [float((a - b).abs().max()) < 1e-4 for a, b in zip(flipped, pictures, strict=True)]
        mirrored = [float((a - b.flip(2)).abs().max()) < 1e-4 for a, b in zip(flipped, pictures, strict=True)]
        self.assertTrue(all(a != b for a, b in zip(same, mirrored, strict=True)))
        self.assertTrue(any(same) and any(mirrored))

    def test_a_border_is_black(self) -> None:
        bordered = self.draw(dataclasses.replace(Augmentation.none(), border=1.0, largest_border=2.0))
        self.assertTrue(
            bool((bordered[..., 0].amax(dim=(1, 2)) == 0).any() or (bordered[..., -1].amax(dim=(1, 2)) == 0).any())
        )


class Schedule(unittest.TestCase):
    def test_warms_up_and_ends_near_zero(self) -> None:
        factors = [cosine_factor(step, 4, 20) for step in range(20)]
        self.assertEqual(factors[:5], [0.25, 0.5, 0.75, 1.0, 1.0])
        self.assertEqual(factors[4:], sorted(factors[4:], reverse=True))
        self.assertLess(factors[-1], 0.02)
