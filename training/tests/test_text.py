"""Tokens, keywords and the reports written from them."""

import random
import unittest
from collections import Counter

from ..data.read_odir import LABELS
from ..errors import ConfigurationError
from ..reports.keywords import KEYWORDS, split_keywords
from ..reports.write_report import Findings, write_report
from ..text.tokenizer import Tokenizer

ENTRIES = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "左",
    "眼",
    "un",
    "##want",
    "##ed",
    '"',
    ",",
    "cafe",
    "a",
    "##a",
    "𠮷",
]


class Tokens(unittest.TestCase):
    def test_are_those_of_the_product_s_tokenizer(self) -> None:
        tokenizer = Tokenizer("\n".join(ENTRIES) + "\n")
        for text, expected in (
            ("", "[CLS] [SEP]"),
            ("左眼", "[CLS] 左 眼 [SEP]"),
            ("左a眼", "[CLS] 左 a 眼 [SEP]"),
            ("UNWANTED", "[CLS] un ##want ##ed [SEP]"),
            ("unwantedx", "[CLS] [UNK] [SEP]"),
            ("Café", "[CLS] cafe [SEP]"),
            ("“a”", '[CLS] " a " [SEP]'),
            ("aa,a", "[CLS] a ##a , a [SEP]"),
            ("a\u200ba\u0000", "[CLS] a ##a [SEP]"),
            ("a\u3000a\t\na", "[CLS] a a a [SEP]"),
            ("𠮷", "[CLS] 𠮷 [SEP]"),
            ("a" * 201, "[CLS] [UNK] [SEP]"),
        ):
            ids = tokenizer.encode(text, 20)
            self.assertEqual(" ".join(ENTRIES[i] for i in ids if i != 0), expected)
            self.assertEqual(len(ids), 20)

    def test_are_cut_before_the_end_mark(self) -> None:
        tokenizer = Tokenizer("\n".join(ENTRIES))
        self.assertEqual(tokenizer.encode("左眼左眼", 4), [2, 5, 6, 3])
        self.assertEqual(tokenizer.encode_all(["左", "左眼"], 100).tolist(), [[2, 5, 3, 0], [2, 5, 6, 3]])

    def test_need_the_special_entries(self) -> None:
        for entries in (ENTRIES[::-1], [e for e in ENTRIES if e != "[SEP]"], []):
            with self.assertRaises(ConfigurationError):
                Tokenizer("\n".join(entries))


class Keywords(unittest.TestCase):
    def test_have_a_label_a_grade_and_a_chinese_wording(self) -> None:
        self.assertGreaterEqual(len(KEYWORDS), 85)
        for keyword in KEYWORDS.values():
            self.assertIn(keyword.label, (*LABELS, ""), keyword.name)
            self.assertIn(keyword.grade, range(-1, 5), keyword.name)
            self.assertEqual(
                keyword.grade != -1,
                keyword.label == "N"
                or ("retinopathy" in keyword.name and keyword.label == "D" and keyword.name != "diabetic retinopathy"),
                keyword.name,
            )
            for text in keyword.chinese:
                self.assertRegex(text, r"^[\u4e00-\u9fff（）]+$", keyword.name)
        first = Counter(keyword.chinese[0] for keyword in KEYWORDS.values())
        self.assertEqual([text for text, count in first.items() if count > 1], [])

    def test_are_split_at_either_comma_once_each(self) -> None:
        self.assertEqual(split_keywords("Drusen，laser spot, drusen，"), ["drusen", "laser spot"])
        self.assertEqual(split_keywords(""), [])


class Reports(unittest.TestCase):
    def wordings(self, left: Findings, right: Findings, chinese: bool) -> set[str]:
        return {write_report(left, right, random.Random(seed), chinese) for seed in range(200)}

    def test_name_each_eye_in_either_language(self) -> None:
        self.assertIn("左眼白内障，右眼正常眼底", self.wordings(["cataract"], ["normal fundus"], True))
        self.assertIn(
            "left eye: cataract, right eye: normal fundus", self.wordings(["cataract"], ["normal fundus"], False)
        )
        self.assertIn("左眼玻璃膜疣、激光斑，右眼玻璃膜疣", self.wordings(["drusen", "laser spot"], ["drusen"], True))

    def test_say_both_eyes_where_both_are_alike_in_any_order(self) -> None:
        self.assertIn("双眼青光眼", self.wordings(["glaucoma"], ["glaucoma"], True))
        self.assertIn("glaucoma in both eyes", self.wordings(["suspected glaucoma"], ["suspected glaucoma"], False))
        self.assertTrue(
            any("双眼" in text for text in self.wordings(["drusen", "cataract"], ["cataract", "drusen"], True))
        )

    def test_say_nothing_of_an_eye_that_never_came(self) -> None:
        for text in self.wordings(None, ["cataract"], True):
            self.assertNotIn("左", text)
            self.assertIn("右眼", text)

    def test_are_the_same_for_the_same_draw(self) -> None:
        one, two = (write_report(["cataract"], ["drusen"], random.Random(4), True) for _ in range(2))
        self.assertEqual(one, two)
