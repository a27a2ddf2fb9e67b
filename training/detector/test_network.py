import unittest
from pathlib import Path

import torch

from .augmentation import augmented, moved
from .cohort import Eye
from .network import BLOCKS, Detector
from .pictures import Pictures
from .train import batch_loss, train

torch.set_num_threads(1)


class DetectorTest(unittest.TestCase):
    def setUp(self) -> None:
        torch.manual_seed(5)
        self.model = Detector(32).eval()
        self.pixels = torch.randint(0, 256, (3, 32, 32, 3), dtype=torch.uint8)

    def test_says_the_opposite_eye_and_the_same_quality_of_a_mirrored_picture(self) -> None:
        with torch.no_grad():
            logits = self.model(self.pixels)
            mirrored = self.model(self.pixels.flip(2))
        torch.testing.assert_close(mirrored[:, 0], -logits[:, 0])
        torch.testing.assert_close(mirrored[:, 1], logits[:, 1])

    def test_has_the_tensors_of_an_inverted_residual_tower_and_no_others(self) -> None:
        state = self.model.state_dict()
        self.assertTrue(all(name.startswith("visual.") for name in state))
        self.assertEqual(int(state["visual.image_size"]), 32)
        strides = [int(state[f"visual.blocks.{index}.stride"]) for index in range(len(BLOCKS))]
        self.assertEqual(strides, [block.stride for block in BLOCKS])
        self.assertEqual(state["visual.proj"].shape[1], 2)
        self.assertEqual(state["visual.bias"].shape, (2,))

    def test_weighs_less_than_a_quarter_megabyte(self) -> None:
        self.assertLess(sum(tensor.nelement() * 4 for tensor in self.model.state_dict().values()), 250_000)


class AugmentationTest(unittest.TestCase):
    def test_swaps_the_label_of_just_the_mirrored_pictures(self) -> None:
        torch.manual_seed(1)
        pixels = torch.zeros(64, 32, 32, 3, dtype=torch.uint8)
        pixels[:, :, :12] = 255
        changed, labels = augmented(pixels, torch.ones(64))
        light_is_left = changed[:, :, :16].mean((1, 2, 3)) > changed[:, :, 16:].mean((1, 2, 3))
        self.assertTrue(torch.equal(light_is_left.float(), labels))
        self.assertTrue(0 < labels.sum() < 64)
        self.assertTrue(changed.min() >= 0 and changed.max() <= 255)

    def test_keeps_size_and_range(self) -> None:
        planes = torch.rand(4, 3, 32, 32)
        result = moved(planes, torch.tensor([True, False, True, False]))
        self.assertEqual(result.shape, planes.shape)
        self.assertTrue(result.min() >= 0 and result.max() <= 1)


class TrainingTest(unittest.TestCase):
    def test_leaves_out_what_is_not_known_of_gradability(self) -> None:
        logits = torch.zeros(2, 2, requires_grad=True)
        loss = batch_loss(logits, torch.ones(2), torch.tensor([False, False]), torch.tensor([0.0, 1.0]))
        loss.backward()
        assert logits.grad is not None
        self.assertEqual(float(logits.grad[0, 1]), 0)
        self.assertLess(float(logits.grad[1, 1]), 0)

    def test_learns_which_side_is_bright(self) -> None:
        generator = torch.Generator().manual_seed(2)
        is_left = torch.rand(144, generator=generator) < 0.5
        pixels = torch.randint(40, 90, (144, 112, 112, 3), generator=generator, dtype=torch.uint8)
        pixels[is_left, 40:72, 8:48] += 120
        pixels[~is_left, 40:72, 64:104] += 120
        eyes = [Eye(Path("x"), "test", str(i), bool(left), frozenset()) for i, left in enumerate(is_left)]
        bad = Pictures(eyes[:16], torch.randint(0, 9, (16, 112, 112, 3), dtype=torch.uint8))
        model = train(Pictures(eyes, pixels), bad, epochs=8, decay=0.5)
        with torch.no_grad():
            right = ((model(pixels[:64])[:, 0] > 0) == is_left[:64]).float().mean()
        self.assertGreater(float(right), 0.8)
