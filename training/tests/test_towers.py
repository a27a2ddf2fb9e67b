"""Towers against the reference's own figures and against plain re-computations; warm starts; hostile files."""

import json
import pickle
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

from ..data.image_store import decode
from ..data.preprocessing import normalize
from ..errors import CheckpointError
from ..model.geometry import Geometry, TextGeometry, VitGeometry
from ..model.mbconv import Mbconv
from ..model.retclip import RetClip
from ..model.warm_start import EFFICIENTNET_LITE_NORMALIZATION, load_tensors, warm_start_text, warm_start_vision
from ..text.tokenizer import Tokenizer
from . import small

SHARED = Path(__file__).parents[3] / "shared"


class Reference(unittest.TestCase):
    def test_features_of_its_fixture_are_met(self) -> None:
        fixture = SHARED / "fixtures" / "ret-clip-tiny.pt"
        if not fixture.exists():
            print("SKIPPED: parity with the reference implementation: ../shared is not there.", file=sys.stderr)
            return
        model = RetClip(Geometry(VitGeometry(224, 32, 128, 3, 512), TextGeometry(21128, 128, 128, 2, 512), 64)).eval()
        model.load_state_dict(load_tensors(fixture))
        expected = json.loads((SHARED / "fixtures" / "ret-clip-tiny.expected.json").read_text())
        tokenizer = Tokenizer.read(SHARED / "data" / "ret-clip" / "vocab.txt")
        self.assertEqual([tokenizer.encode(text, 100) for text in expected["texts"]], expected["tokens"])

        def pictures(names: list[str]) -> torch.Tensor:
            decoded = [torch.from_numpy(decode(SHARED / "data" / "fundus" / name, 224).copy()) for name in names]
            return normalize(torch.stack(decoded).permute(0, 3, 1, 2).float() / 255)

        count = len(expected["left_images"])
        with torch.no_grad():
            features = model(
                pictures(expected["left_images"]),
                pictures(expected["right_images"]),
                torch.tensor(expected["tokens"][:count]),
            )
            # Shorter padding must change nothing.
            text = model.bert(tokenizer.encode_all(expected["texts"], 100))
        for own, theirs in (
            ("visual_left", "left_visual"),
            ("visual_right", "right_visual"),
            ("left", "left"),
            ("right", "right"),
            ("patient", "patient"),
        ):
            self.assertLess(float((getattr(features, own) - torch.tensor(expected[theirs])).abs().max()), 1e-4, own)
        for projection, theirs in (
            (model.text_projection, "text_patient"),
            (model.text_projection_left, "text_left"),
            (model.text_projection_right, "text_right"),
        ):
            self.assertLess(float((projection(text) - torch.tensor(expected[theirs])).abs().max()), 1e-5, theirs)


def plain_mbconv(tensors: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """From the checkpoint's tensors alone, as docs describe them."""
    epsilon = float(tensors["batch_norm_epsilon"])

    def unit(
        name: str, x: torch.Tensor, stride: int = 1, groups: int = 1, padding: int = 0, active: bool = True
    ) -> torch.Tensor:
        x = functional.conv2d(x, tensors[f"{name}.conv.weight"], stride=stride, groups=groups, padding=padding)
        mean, variance = tensors[f"{name}.bn.running_mean"], tensors[f"{name}.bn.running_var"]
        x = (x - mean[:, None, None]) / torch.sqrt(variance[:, None, None] + epsilon)
        x = x * tensors[f"{name}.bn.weight"][:, None, None] + tensors[f"{name}.bn.bias"][:, None, None]
        return x.clamp(0, 6) if active else x

    x = unit("stem", x, stride=2, padding=1)
    index = 0
    while f"blocks.{index}.stride" in tensors:
        block, y = f"blocks.{index}", x
        if f"{block}.expand.conv.weight" in tensors:
            y = unit(f"{block}.expand", y)
        kernel = tensors[f"{block}.depthwise.conv.weight"].shape[2]
        stride = int(tensors[f"{block}.stride"])
        y = unit(f"{block}.depthwise", y, stride, groups=y.shape[1], padding=kernel // 2)
        y = unit(f"{block}.project", y, active=False)
        x = x + y if stride == 1 and x.shape == y.shape else y
        index += 1
    return unit("head", x).mean(dim=(2, 3)) @ tensors["proj"]


class Towers(unittest.TestCase):
    def test_mbconv_computes_what_its_tensors_say(self) -> None:
        torch.manual_seed(3)
        tower = Mbconv(small.MBCONV, 16)
        for module in tower.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.running_mean.normal_()
                module.running_var.uniform_(0.5, 2)
                torch.nn.init.uniform_(module.weight, 0.5, 2)
                torch.nn.init.normal_(module.bias)
        tower.eval()
        x = torch.randn(2, 3, 32, 32)
        tensors = tower.state_dict()
        self.assertEqual((int(tensors["image_size"]), tensors["blocks.1.stride"].dtype), (32, torch.int64))
        with torch.no_grad():
            self.assertLess(float((tower(x) - plain_mbconv(tensors, x)).abs().max()), 1e-4)

    def test_each_takes_both_eyes_and_a_report(self) -> None:
        for name, geometry in small.TOWERS.items():
            model, _, _ = small.model_and_objective(name)
            size = geometry.image_size
            features = model(
                torch.randn(2, 3, size, size), torch.randn(2, 3, size, size), torch.tensor([[2, 9, 3]] * 2)
            )
            self.assertEqual({tuple(t.shape) for t in features.tensors()}, {(2, 16)}, name)

    def test_resnet_has_openai_s_tensor_names(self) -> None:
        model, _, _ = small.model_and_objective("resnet")
        names = set(model.visual.state_dict())
        for name in (
            "conv1.weight",
            "bn3.running_var",
            "layer1.0.downsample.0.weight",
            "layer4.0.conv3.weight",
            "layer2.0.downsample.1.bias",
            "attnpool.positional_embedding",
            "attnpool.c_proj.bias",
        ):
            self.assertIn(name, names)

    def test_frozen_parts_get_no_gradient_and_keep_their_statistics(self) -> None:
        model, _, _ = small.model_and_objective("mbconv")
        model.visual.freeze(2)
        model.train()
        before = {name: tensor.clone() for name, tensor in model.visual.state_dict().items()}
        model.visual(torch.randn(2, 3, 32, 32)).sum().backward()
        changed = {name for name, tensor in model.visual.state_dict().items() if not torch.equal(tensor, before[name])}
        self.assertFalse(any(name.startswith(("stem", "blocks.0")) for name in changed))
        self.assertTrue(any(name.startswith("blocks.1") for name in changed))
        self.assertIsNone(model.visual.stem.conv.weight.grad)
        self.assertIsNotNone(model.visual.blocks[1].expand.conv.weight.grad)


def efficientnet_names(tower: Mbconv) -> dict[str, torch.Tensor]:
    """A tower's tensors under the names of the published EfficientNet-Lite weights."""
    unit = {
        "expand.conv": "_expand_conv",
        "expand.bn": "_bn0",
        "depthwise.conv": "_depthwise_conv",
        "depthwise.bn": "_bn1",
        "project.conv": "_project_conv",
        "project.bn": "_bn2",
    }
    named = {"_fc.weight": torch.zeros(10, 4)}
    for name, tensor in tower.state_dict().items():
        parts = name.split(".")
        if name.startswith("blocks.") and len(parts) > 3:
            named[f"_blocks.{parts[1]}.{unit['.'.join(parts[2:4])]}.{parts[4]}"] = tensor
        elif name.startswith(("stem.", "head.")):
            first = {"stem.conv": "_conv_stem", "stem.bn": "_bn0", "head.conv": "_conv_head", "head.bn": "_bn1"}
            named[f"{first['.'.join(parts[:2])]}.{parts[2]}"] = tensor
    return named


class WarmStart(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "weights.pt"

    def test_from_efficientnet_lite_gives_its_features_for_its_own_normalisation(self) -> None:
        torch.manual_seed(1)
        published = Mbconv(small.MBCONV, 16).eval()
        torch.save(efficientnet_names(published), self.path)
        model, _, _ = small.model_and_objective("mbconv")
        warm_start_vision(model, self.path)
        tower = model.visual.eval()
        x = torch.rand(2, 3, 32, 32)
        mean, deviation = EFFICIENTNET_LITE_NORMALIZATION
        with torch.no_grad():
            theirs, own = published.stem((x - mean) / deviation), tower.stem(normalize(x))
        # The border is padded with another grey in each normalisation.
        self.assertLess(float((theirs - own)[:, :, 1:, 1:].abs().max()), 1e-5)
        self.assertTrue(torch.equal(published.head.conv.weight, tower.head.conv.weight))

    def test_refuses_another_geometry(self) -> None:
        tower = Mbconv(small.MBCONV, 16)
        tensors = efficientnet_names(tower)
        tensors["_conv_head.weight"] = torch.zeros(99, 12, 1, 1)
        torch.save(tensors, self.path)
        model, _, _ = small.model_and_objective("mbconv")
        with self.assertRaisesRegex(CheckpointError, "another geometry"):
            warm_start_vision(model, self.path)
        del tensors["_conv_head.weight"]
        torch.save(tensors, self.path)
        with self.assertRaisesRegex(CheckpointError, "lack"):
            warm_start_vision(model, self.path)

    def test_from_a_checkpoint_of_the_same_model(self) -> None:
        source, _, _ = small.model_and_objective()
        torch.save({"state_dict": {f"module.{k}": v for k, v in source.state_dict().items()}}, self.path)
        torch.manual_seed(99)
        model = RetClip(small.geometry())
        warm_start_vision(model, self.path)
        warm_start_text(model, self.path)
        self.assertTrue(torch.equal(model.visual.conv1.weight, source.visual.conv1.weight))
        self.assertTrue(
            torch.equal(model.bert.embeddings.word_embeddings.weight, source.bert.embeddings.word_embeddings.weight)
        )

    def test_a_file_that_would_execute_something_is_refused(self) -> None:
        torch.save({"a": torch.zeros(2)}, self.path)
        data = self.path.read_bytes()
        self.path.write_bytes(data[: len(data) // 2])
        with self.assertRaises(CheckpointError):
            load_tensors(self.path)

        class Hostile:
            def __reduce__(self) -> tuple[Any, ...]:
                return (eval, ("1/0",))

        torch.save({"a": Hostile()}, self.path)
        with self.assertRaisesRegex(CheckpointError, "eval"):
            load_tensors(self.path)
        self.path.write_bytes(pickle.dumps({"a": 1}))
        with self.assertRaises(CheckpointError):
            load_tensors(self.path)
