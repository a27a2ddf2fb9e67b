import tempfile
import unittest
from pathlib import Path

from .cohort import in_validation, keywords_of, read_drawn, read_odir


class CohortTest(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)

    def test_reads_laterality_from_the_column_and_leaves_absent_eyes_out(self) -> None:
        table = "id,group,left_image,right_image,left_keywords,right_keywords\n"
        table += "7,3,7_left.jpg,7_right.jpg,lens dust，drusen,Low image quality\n8,3,,8_right.jpg,,normal fundus\n"
        (self.folder / "labels.csv").write_text(table, encoding="utf-8")
        left, right, other = read_odir(self.folder)
        self.assertTrue(left.is_left)
        self.assertEqual(left.keywords, {"lens dust", "drusen"})
        self.assertFalse(left.teaches_gradability or left.is_opaque)
        self.assertTrue(right.is_opaque and not right.is_left)
        self.assertEqual(other.path, self.folder / "images" / "8_right.jpg")
        self.assertTrue(other.teaches_gradability)
        self.assertEqual(left.is_validation, other.is_validation)

    def test_keeps_about_the_wanted_share_for_validation_and_the_same_one_always(self) -> None:
        kept = [group for group in range(2000) if in_validation("odir", str(group))]
        self.assertAlmostEqual(len(kept) / 2000, 0.15, delta=0.03)
        self.assertEqual(kept, [group for group in range(2000) if in_validation("odir", str(group))])

    def test_takes_the_gradable_eyes_of_a_drawn_cohort(self) -> None:
        rows = "patient,eye,labels,signs,quality\np-1,left,,,gradable\np-1,right,,,too-dark\n"
        (self.folder / "truth.csv").write_text(rows, encoding="utf-8")
        (only,) = read_drawn(self.folder)
        self.assertEqual(only.path.name, "p-1_left.jpg")

    def test_separates_keywords_by_commas_of_both_scripts(self) -> None:
        self.assertEqual(keywords_of(" Drusen, lens dust，"), {"drusen", "lens dust"})
