"""What is read, and how bad input is refused."""

import base64
import io
import json
import pickle
import tempfile
import unittest
from pathlib import Path

import numpy as np
from PIL import Image

from ..data.exam import Exam
from ..data.image_store import decode, load_images
from ..data.read_eyepacs import read_eyepacs
from ..data.read_odir import read_odir
from ..data.read_pairs import read_pairs
from ..data.read_phantoms import read_phantoms
from ..data.read_reference import _plain, read_reference_lmdb, read_reference_tsv
from ..data.split import is_validation
from ..errors import DataError
from . import small


def jpeg(value: int = 90) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.full((20, 24, 3), value, dtype=np.uint8)).save(buffer, "JPEG")
    return buffer.getvalue()


class Reading(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def test_odir(self) -> None:
        small.write_odir(self.folder / "odir", 4)
        exams = read_odir(self.folder / "odir")
        self.assertEqual(len(exams), 4)
        self.assertEqual(exams[0].findings, (("cataract",), ("cataract", "lens dust")))
        self.assertEqual(exams[0].flags, (0, 0, 0, 1, 0, 0, 0, 0))
        self.assertEqual(exams[0].grades, (0, 0))
        self.assertEqual(exams[0].attributes, {"age": "60", "sex": "Female"})

    def test_odir_takes_the_labels_of_a_single_eye_from_its_own_keywords(self) -> None:
        small.write_odir(self.folder / "odir", 1)
        table = self.folder / "odir" / "labels.csv"
        table.write_text(table.read_text().replace("0_right.jpg", "").replace("0,0,0,1,0,0,0,0", "0,1,0,1,0,0,0,0"))
        (exam,) = read_odir(self.folder / "odir")
        self.assertIsNone(exam.right)
        self.assertEqual(exam.flags, (0, 0, 0, 1, 0, 0, 0, 0))

    def test_odir_refuses_an_unknown_keyword_naming_the_line(self) -> None:
        small.write_odir(self.folder / "odir", 2)
        table = self.folder / "odir" / "labels.csv"
        table.write_text(table.read_text().replace("normal fundus,", "abnormal fundus,"))
        with self.assertRaisesRegex(DataError, 'Line 3 .*"abnormal fundus"'):
            read_odir(self.folder / "odir")

    def test_eyepacs(self) -> None:
        (self.folder / "images").mkdir()
        header = "patient,left_image,right_image,left_dr_grade,right_dr_grade\n"
        self.write("labels.csv", f"{header}7,7_left.jpeg,7_right.jpeg,0,3\n")
        (exam,) = read_eyepacs(self.folder)
        self.assertEqual(exam.findings, (("normal fundus",), ("severe nonproliferative retinopathy",)))
        for bad in ("7,a,b,0,9\n", "7,a,b,,1\n", "7\n"):
            self.write("labels.csv", header + bad)
            with self.assertRaises(DataError):
                read_eyepacs(self.folder)

    def test_phantoms_without_the_eyes_that_were_spoiled_on_purpose(self) -> None:
        eye = {"labels": ["diabetic-retinopathy", "other"], "signs": {"microaneurysms": 3, "laser-scars": 1}}
        patient = {
            "patient": "phantom-000001",
            "labels": ["diabetic-retinopathy", "other"],
            "left": {**eye, "quality": "gradable"},
            "right": {**eye, "quality": "too-dark"},
        }
        self.write("truth.json", json.dumps({"seed": "x", "patients": [patient, {**patient, "left": None}]}))
        (exam,) = read_phantoms(self.folder)
        self.assertEqual(exam.findings, (("severe nonproliferative retinopathy", "laser spot"), None))
        self.assertEqual(exam.flags, (0, 1, 0, 0, 0, 0, 0, 1))

    def test_tables_of_pairs(self) -> None:
        rows = [
            {"patient": "1", "left": "a.jpg", "right": "b.jpg", "report": "左眼白内障"},
            {"patient": "2", "left": "c.jpg", "right": "", "report": "x, y", "group": "family"},
        ]
        table = 'patient,left,right,report,group\n1,a.jpg,b.jpg,左眼白内障,\n2,c.jpg,,"x, y",family\n'
        for path in (self.write("p.csv", table), self.write("p.jsonl", "\n".join(json.dumps(row) for row in rows))):
            first, second = read_pairs(path)
            self.assertEqual((first.report, first.group, first.left), ("左眼白内障", "1", self.folder / "a.jpg"))
            self.assertEqual((second.report, second.group, second.right), ("x, y", "family", None))

    def test_tables_that_are_wrong(self) -> None:
        for name, text, message in (
            ("a.csv", "patient,left,right,report\n1,a,b,\n", "Line 2"),
            ("b.csv", "patient,left,right,report\n1,a,b,x\n1,c,d,y\n", "repeats the patient 1 of line 2"),
            ("c.csv", "id,l,r,text\n1,a,b,x\n", "columns are id, l, r, text"),
            ("d.csv", "", "no exam"),
            ("e.jsonl", "{\n", "cannot be read"),
            ("f.jsonl", "[1]\n", "no JSON object"),
        ):
            with self.assertRaisesRegex(DataError, message):
                read_pairs(self.write(name, text))

    def test_the_reference_s_tsv_and_jsonl(self) -> None:
        image = base64.urlsafe_b64encode(jpeg()).decode()
        self.write("train_imgs.tsv", f"p1\t{image}\t{image}\np2\t{image}\t{image}\n")
        texts = [{"text_id": 0, "text": "双眼青光眼", "image_ids": ["p1", "p2"]}]
        self.write("train_texts.jsonl", "\n".join(json.dumps(text) for text in texts))
        exams = read_reference_tsv(self.folder)
        self.assertEqual([(exam.patient, exam.report) for exam in exams], [("p1", "双眼青光眼"), ("p2", "双眼青光眼")])
        self.assertEqual(load_images(exams, 16).left.shape, (2, 16, 16, 3))
        self.write("train_texts.jsonl", json.dumps({"text_id": 0, "text": "x", "image_ids": ["p9"]}))
        with self.assertRaisesRegex(DataError, 'patient "p9"'):
            read_reference_tsv(self.folder)
        self.write("train_imgs.tsv", "p1\tonly one\n")
        with self.assertRaisesRegex(DataError, "Line 1 .* 2 fields"):
            read_reference_tsv(self.folder)

    def test_the_reference_s_data_base(self) -> None:
        try:
            import lmdb
        except ImportError:
            with self.assertRaisesRegex(DataError, "python3-lmdb"):
                read_reference_lmdb(self.folder)
            return
        image = base64.urlsafe_b64encode(jpeg())
        for name, values in (
            ("pairs", {b"num_samples": b"1", b"0": pickle.dumps(("p1", 5, "双眼青光眼"))}),
            ("imgs", {b"num_images": b"1", b"p1": pickle.dumps((image.decode(), image.decode()))}),
        ):
            with lmdb.open(str(self.folder / name), map_size=2**22) as base, base.begin(write=True) as transaction:
                for key, value in values.items():
                    transaction.put(key, value)
        (exam,) = read_reference_lmdb(self.folder)
        self.assertEqual((exam.patient, exam.report), ("p1", "双眼青光眼"))

    def test_a_pickle_in_the_data_base_executes_nothing(self) -> None:
        with self.assertRaisesRegex(DataError, "posix.system|nt.system"):
            _plain(b"cposix\nsystem\n(S'true'\ntR.")

    def test_unreadable_photographs_are_named_and_left_out(self) -> None:
        good = self.folder / "good.jpg"
        good.write_bytes(jpeg())
        (self.folder / "cut.jpg").write_bytes(jpeg()[:60])
        (self.folder / "text.jpg").write_text("no photograph")
        exams = [
            Exam(name, name, "test", left=self.folder / f"{name}.jpg", right=good, report="x")
            for name in ("good", "cut", "text", "missing")
        ]
        store = load_images([*exams, Exam("none", "none", "test", None, None, report="x")], 8)
        self.assertEqual([exam.patient for exam in store.exams], ["good"])
        self.assertEqual(len(store.refused), 4)
        for name, line in zip(("cut", "text", "missing", "neither eye"), store.refused, strict=True):
            self.assertIn(name, line)

    def test_a_missing_eye_is_stood_in_for_by_the_other(self) -> None:
        good = self.folder / "good.jpg"
        good.write_bytes(jpeg(30))
        store = load_images([Exam("1", "1", "test", None, good, report="x")], 8)
        self.assertTrue((store.left == store.right).all())

    def test_pictures_are_squashed_by_pil_s_bicubic(self) -> None:
        pixels = np.random.default_rng(1).integers(0, 255, (30, 50, 3), dtype=np.uint8)
        path = self.folder / "a.png"
        Image.fromarray(pixels).save(path)
        expected = np.asarray(Image.fromarray(pixels).resize((12, 12), Image.Resampling.BICUBIC))
        self.assertTrue((decode(path, 12) == expected).all())


class Split(unittest.TestCase):
    def test_is_a_rule_that_never_changes(self) -> None:
        kept = [group for group in range(40) if is_validation("odir", str(group))]
        self.assertEqual(kept, KEPT_OF_THE_FIRST_FORTY)
        share = sum(is_validation("eyepacs", str(group)) for group in range(5000)) / 5000
        self.assertAlmostEqual(share, 0.20, delta=0.02)


KEPT_OF_THE_FIRST_FORTY = [5, 11, 19, 20, 24]
