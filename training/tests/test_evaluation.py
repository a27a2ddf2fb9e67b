"""Export and evaluation of a run on miniatures of every cohort, by the command line's own way."""

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from ..__main__ import main
from ..evaluation.export_heads import platt, threshold_at, threshold_for
from ..evaluation.strata import sharpness, strata_of
from ..pretrain.checkpoint import read_checkpoint
from . import small

CARD = Path(__file__).parents[1] / "cards" / "default.json"


class Exporting(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        small.write_odir(self.folder / "odir", 40)
        (self.folder / "vocab.txt").write_text(small.VOCABULARY, encoding="utf-8")
        (self.folder / "small.json").write_text(
            json.dumps(small.configuration(phases=[{"epochs": 1, "image_size": 32}]))
        )
        self.common = ["--configuration", f"{self.folder}/small.json", "--vocabulary", f"{self.folder}/vocab.txt"]
        self.run_verb("train", "--odir", f"{self.folder}/odir", "--out", f"{self.folder}/run", "--threads", "1")

    def run_verb(self, verb: str, *words: str) -> None:
        self.assertEqual(main([verb, *self.common, *words]), 0)

    def test_writes_the_average_in_the_reference_s_layout(self) -> None:
        self.run_verb("export", "--checkpoint", f"{self.folder}/run/latest.pt", "--out", f"{self.folder}/final.pt")
        run, final = read_checkpoint(self.folder / "run" / "latest.pt"), read_checkpoint(self.folder / "final.pt")
        self.assertEqual(run["state_dict"].keys(), final["state_dict"].keys())
        name = "visual.proj"
        self.assertTrue(torch.equal(final["state_dict"][f"module.{name}"], run["average"]["tensors"][f"model.{name}"]))
        self.assertFalse(torch.equal(final["state_dict"][f"module.{name}"], run["state_dict"][f"module.{name}"]))

    def test_evaluates_by_both_protocols_and_keeps_the_features(self) -> None:
        self.run_verb(
            "evaluate",
            "--checkpoint",
            f"{self.folder}/run/latest.pt",
            "--odir",
            f"{self.folder}/odir",
            "--out",
            f"{self.folder}/report.json",
            "--features",
            f"{self.folder}/features.npz",
            "--threads",
            "1",
            "--robustness",
        )
        report = json.loads((self.folder / "report.json").read_text())
        figure = report["odir"]["linear on frozen pair"]["C"]
        self.assertLessEqual(figure["interval"][0], figure["interval"][1])
        self.assertIsNone(report["odir"]["fine-tuned pair"]["G"]["value"], "no patient of the miniature has glaucoma")
        self.assertEqual(
            report["odir"]["groups"]["sex"]["female"]["patients"], report["odir"]["fine-tuned pair"]["C"]["count"]
        )
        changes = report["robustness"]
        self.assertEqual(changes["as it is"]["odir mean"], round(report["odir"]["fine-tuned pair"]["mean"]["value"], 4))
        self.assertGreater(len({json.dumps(figures) for figures in changes.values()}), 1)
        features = np.load(self.folder / "features.npz")
        self.assertEqual(features["train.visual_left"].shape[1], 16)
        self.assertFalse(set(features["train.group"]) & set(features["validation.group"]))

    def test_makes_a_model_card_of_the_figures(self) -> None:
        self.run_verb(
            "evaluate",
            "--checkpoint",
            f"{self.folder}/run/latest.pt",
            "--odir",
            f"{self.folder}/odir",
            "--out",
            f"{self.folder}/report.json",
            "--no-linear",
            "--threads",
            "1",
        )
        words = ["--written", str(CARD), "--figures", f"{self.folder}/report.json", "--effort", "a minute"]
        self.assertEqual(main(["card", *words, "--out", f"{self.folder}/card.json"]), 0)
        card = json.loads((self.folder / "card.json").read_text(encoding="utf-8"))
        self.assertEqual([data["use"] for data in card["data"]], ["training", "validation"])
        self.assertEqual(sum(data["patients"] for data in card["data"]), 40)
        names = {data["name"] for data in card["data"]}
        self.assertTrue(all(figure["data"] in names for figure in card["accuracy"]))
        cataract = [f for f in card["accuracy"] if f.get("label") == "cataract" and "group" not in f]
        self.assertEqual([figure["protocol"] for figure in cataract], ["fine-tuned pair", "fine-tuned worse eye"])
        self.assertFalse(any(figure.get("label") == "glaucoma" for figure in card["accuracy"]), "it was not measurable")
        written = [
            "--written",
            f"{self.folder}/missing.json",
            "--figures",
            f"{self.folder}/report.json",
            "--effort",
            "x",
        ]
        self.assertEqual(main(["card", *written, "--out", f"{self.folder}/card.json"]), 2)

    def test_ends_with_a_clear_error_for_another_configuration(self) -> None:
        geometry = {**small.configuration()["geometry"], "embedding": 24}
        (self.folder / "small.json").write_text(json.dumps(small.configuration(geometry=geometry)))
        words = ["--checkpoint", f"{self.folder}/run/latest.pt", "--out", f"{self.folder}/final.pt"]
        self.assertEqual(main(["export", *self.common, *words]), 3)
        self.assertFalse((self.folder / "final.pt").exists())


class Calibrating(unittest.TestCase):
    def test_platt_makes_the_mean_probability_the_prevalence(self) -> None:
        random = np.random.default_rng(2)
        labels = (random.random(500) < 0.2).astype(float)
        scores = labels * 1.5 + random.normal(size=500)
        slope, intercept = platt(scores, labels)
        probabilities = 1 / (1 + np.exp(-(slope * scores + intercept)))
        self.assertGreater(slope, 0)
        self.assertAlmostEqual(probabilities.mean(), labels.mean(), delta=0.01)

    def test_threshold_reaches_the_sensitivity_and_not_much_more(self) -> None:
        probabilities = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05])
        labels = np.array([1, 0, 1, 1, 0, 1, 0, 1, 0, 0])
        threshold = threshold_at(probabilities, labels, 0.8)
        self.assertEqual((probabilities[labels == 1] >= threshold).mean(), 0.8)
        self.assertAlmostEqual(threshold, 0.35)
        self.assertEqual(threshold_for(probabilities, labels, 0.8, 0.4), threshold)
        raised = threshold_for(probabilities, labels, 0.8, 0.75)
        self.assertEqual((probabilities[labels == 0] < raised).mean(), 0.8)


class Strata(unittest.TestCase):
    def test_divide_the_patients(self) -> None:
        exams = small.store(9).exams
        masks = strata_of(exams, small.store(9).left, small.store(9).right)
        self.assertEqual(sum(int(mask.sum()) for mask in masks["sharpness"].values()), 9)

    def test_sharpness_falls_with_blur(self) -> None:
        sharp = small.store(3).left
        blurred = torch.nn.functional.avg_pool2d(sharp.permute(0, 3, 1, 2).float(), 3, 1, 1).permute(0, 2, 3, 1).byte()
        self.assertTrue((sharpness(blurred) < sharpness(sharp)).all())
