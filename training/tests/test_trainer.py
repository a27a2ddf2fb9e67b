"""A run that was stopped or killed and resumed is the run that was not."""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from ..errors import CheckpointError, ConfigurationError
from ..model.geometry import Geometry, MbconvGeometry, VitGeometry, parse_geometry
from ..pretrain.checkpoint import read_checkpoint, write_checkpoint
from ..pretrain.settings import parse_settings, read_settings
from ..pretrain.trainer import Trainer, build_model
from ..text.tokenizer import Tokenizer
from . import small

ROOT = Path(__file__).parents[2]


def trainer(**changes: Any) -> Trainer:
    settings = parse_settings(small.configuration(**changes), "test")
    tokenizer = Tokenizer(small.VOCABULARY)
    model, heads = build_model(settings, tokenizer)
    return Trainer(settings, model, heads, small.store(12), tokenizer)


def assert_same(test: unittest.TestCase, a: Any, b: Any, where: str = "") -> None:
    if isinstance(a, torch.Tensor):
        test.assertTrue(torch.equal(a, b), where)
    elif isinstance(a, dict):
        test.assertEqual(a.keys(), b.keys(), where)
        for key in a:
            assert_same(test, a[key], b[key], f"{where}/{key}")
    elif isinstance(a, (list, tuple)):
        test.assertEqual(len(a), len(b), where)
        for i, (left, right) in enumerate(zip(a, b, strict=True)):
            assert_same(test, left, right, f"{where}/{i}")
    else:
        test.assertEqual(a, b, where)


class Resuming(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_from_the_middle_of_an_epoch_ends_in_the_same_weights_average_and_optimizer(self) -> None:
        trainer().run(self.folder / "whole")
        trainer().run(self.folder / "parts", stop_after=2)
        for more in (2, None):
            resumed = trainer()
            resumed.resume(self.folder / "parts" / "latest.pt")
            resumed.run(self.folder / "parts", stop_after=more)
        whole, parts = (read_checkpoint(self.folder / name / "latest.pt") for name in ("whole", "parts"))
        self.assertEqual(whole["step"], 6)
        assert_same(self, whole, parts)

    def test_learns(self) -> None:
        run = trainer(phases=[{"epochs": 20, "image_size": 32}], learning_rate=0.01, augmentation="none")
        run.run(self.folder / "long")
        losses = [json.loads(line)["total"] for line in (self.folder / "long" / "log.jsonl").read_text().splitlines()]
        self.assertLess(sum(losses[-6:]) / 6, 0.8 * sum(losses[:6]) / 6)

    @unittest.skipIf(torch.__version__.startswith("1."), "PyTorch 1.13 has no bfloat16 gradients on a processor")
    def test_in_mixed_precision_takes_the_first_step_of_full_precision_but_for_its_rounding(self) -> None:
        losses = {}
        for name, changes in (("full", {}), ("mixed", {"mixed_precision": True})):
            run = trainer(**changes)
            run.run(self.folder / name, stop_after=1)
            (line,) = (self.folder / name / "log.jsonl").read_text().splitlines()
            losses[name] = json.loads(line)["total"]
            self.assertTrue(all(parameter.dtype == torch.float32 for parameter in run.model.parameters()))
        self.assertNotEqual(losses["full"], losses["mixed"])
        self.assertAlmostEqual(losses["full"], losses["mixed"], delta=0.03 * losses["full"])

    def test_refuses_another_geometry_seed_and_file(self) -> None:
        trainer().run(self.folder, stop_after=1)
        geometry = small.configuration()["geometry"]
        for changes in ({"geometry": {**geometry, "embedding": 24}}, {"seed": 9}):
            with self.assertRaises(CheckpointError):
                trainer(**changes).resume(self.folder / "latest.pt")
        cut = self.folder / "cut.pt"
        cut.write_bytes((self.folder / "latest.pt").read_bytes()[:5000])
        for path in (cut, self.folder / "missing.pt"):
            with self.assertRaisesRegex(CheckpointError, path.name):
                trainer().resume(path)

    def test_refuses_settings_that_make_no_run(self) -> None:
        refused: tuple[dict[str, Any], ...] = (
            {"batch_size": 13},
            {"context_length": 99},
            {"batch_size": 1},
            {"nonsense": 1},
            {"objective": {"levels": ["eye"]}},
            {"phases": []},
        )
        for changes in refused:
            with self.assertRaises(ConfigurationError, msg=str(changes)):
                trainer(**changes)


class Checkpoints(unittest.TestCase):
    def test_have_the_reference_s_layout(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            trainer().run(Path(folder), stop_after=1)
            value = torch.load(Path(folder) / "latest.pt", map_location="cpu")
        self.assertLessEqual({"epoch", "step", "name", "state_dict", "optimizer"}, set(value))
        names = list(value["state_dict"])
        self.assertTrue(all(name.startswith("module.") for name in names))
        for name in (
            "module.logit_scale",
            "module.logit_scale_left",
            "module.logit_scale_right",
            "module.visual.proj",
            "module.bert.embeddings.word_embeddings.weight",
            "module.text_projection.2.bias",
            "module.text_projection_left.0.weight",
            "module.text_projection_right.0.weight",
            "module.global_feature_mapping.weight",
            "module.left_feature_mapping.weight",
            "module.right_feature_mapping.weight",
        ):
            self.assertIn(name, names)
        self.assertEqual(value["state_dict"]["module.logit_scale"].shape, ())

    def test_survive_a_disk_that_fills(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "latest.pt"
            write_checkpoint(path, {"value": torch.ones(4)})
            limits = resource.getrlimit(resource.RLIMIT_FSIZE)
            handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            try:
                resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
                with self.assertRaisesRegex(CheckpointError, "unharmed"):
                    write_checkpoint(path, {"value": torch.ones(1_000_000)})
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, limits)
                signal.signal(signal.SIGXFSZ, handler)
            self.assertEqual(os.listdir(folder), ["latest.pt"])
            self.assertEqual(torch.load(path)["value"].tolist(), [1, 1, 1, 1])


class Configurations(unittest.TestCase):
    def test_that_come_with_the_training_describe_models_that_can_be_built(self) -> None:
        sizes: dict[str, Geometry] = {}
        for path in sorted((ROOT / "training" / "configurations").glob("*.json")):
            geometry = read_settings(path).geometry
            sizes[path.stem] = parse_geometry(geometry, 728)
        published, default = sizes["ret-clip"].vision, sizes["default"].vision
        assert isinstance(published, VitGeometry)
        assert isinstance(default, MbconvGeometry)
        self.assertEqual(published.heads, 12)
        former = read_settings(ROOT / "training" / "configurations" / "ret-clip.json").geometry
        former = {**former, "vision": {**former["vision"], "kind": "vision-transformer"}}
        self.assertEqual(parse_geometry(former, 728), sizes["ret-clip"])
        self.assertEqual(len(default.blocks), 16)
        self.assertEqual(sizes["default"].embedding, 256)


class CommandLine(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        small.write_odir(self.folder / "odir")
        (self.folder / "vocab.txt").write_text(small.VOCABULARY, encoding="utf-8")
        configuration = small.configuration(phases=[{"epochs": 6, "image_size": 32}])
        (self.folder / "small.json").write_text(json.dumps(configuration))

    def start(self, out: str, *more: str, launcher: Sequence[str] = (sys.executable,)) -> subprocess.Popen[str]:
        command = [
            *launcher,
            "-m",
            "training",
            "train",
            "--threads",
            "1",
            "--configuration",
            f"{self.folder}/small.json",
            "--vocabulary",
            f"{self.folder}/vocab.txt",
            "--odir",
            f"{self.folder}/odir",
            "--out",
            f"{self.folder}/{out}",
            "--checkpoint-every",
            "1",
            *more,
        ]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def test_torchrun_trains_as_one_process_does(self) -> None:
        geometry = small.configuration()["geometry"]
        vision = {
            "kind": "vit",
            "image_size": 32,
            "patch_size": 16,
            "width": 64,
            "layers": 1,
            "hidden": 64,
        }
        geometry = {**geometry, "vision": vision, "text": {**geometry["text"], "dropout": 0.0}}
        changes = {
            "geometry": geometry,
            "augmentation": "none",
            "frozen": 0,
            "phases": [{"epochs": 2, "image_size": 32}],
            "objective": {"positives": "equal-reports"},
        }
        (self.folder / "small.json").write_text(json.dumps(small.configuration(**changes)))
        one = self.start("one")
        # PyTorch 1.13's torchrun needs both options on Python 3.11, where it does not understand its own defaults.
        command = [
            sys.executable,
            "-m",
            "torch.distributed.run",
            "--standalone",
            "--nproc_per_node",
            "2",
            "--redirects",
            "0:1",
            "--tee",
            "0:1",
        ]
        two = self.start("two", launcher=command)
        for process in (one, two):
            code, errors = self.finish(process)
            self.assertEqual(code, 0, errors)
        logs = [
            [json.loads(line) for line in (self.folder / out / "log.jsonl").read_text().splitlines()]
            for out in ("one", "two")
        ]
        self.assertEqual([len(log) for log in logs], [6, 6])
        for alone, shared in zip(*logs, strict=True):
            self.assertAlmostEqual(alone["total"], shared["total"], delta=1e-4)

    def finish(self, process: subprocess.Popen[str]) -> tuple[int, str]:
        _, errors = process.communicate(timeout=120)
        return process.returncode, errors

    def test_killed_and_resumed_equals_uninterrupted_and_unreadable_images_are_named(self) -> None:
        broken = self.folder / "odir" / "images" / "3_left.jpg"
        broken.write_bytes(broken.read_bytes()[:80])
        whole = self.start("whole")
        killed = self.start("killed")
        checkpoint = self.folder / "killed" / "latest.pt"
        deadline = time.monotonic() + 60
        while not checkpoint.exists() and killed.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        killed.kill()
        killed.communicate()
        code, errors = self.finish(whole)
        self.assertEqual(code, 1, errors)
        self.assertIn("3_left.jpg", errors)
        self.assertEqual(self.finish(self.start("killed"))[0], 2, "a run there already, and no --resume")
        code, errors = self.finish(self.start("killed", "--resume"))
        self.assertEqual(code, 1, errors)
        assert_same(self, read_checkpoint(self.folder / "whole" / "latest.pt"), read_checkpoint(checkpoint))
        judged = (self.folder / "whole" / "validation.jsonl").read_text().splitlines()
        self.assertEqual(len(judged), 6)
        self.assertIn("odir", json.loads(judged[-1]))
