"""EyePACS pairs with a grade of retinopathy for each eye."""

from __future__ import annotations

import csv
from pathlib import Path

from ..errors import DataError
from .exam import Exam

#: The keyword that a grade (0 to 4, ICDR scale) is reported by. Grade 0 says nothing of other diseases.
GRADE_KEYWORDS = (
    "normal fundus",
    "mild nonproliferative retinopathy",
    "moderate non proliferative retinopathy",
    "severe nonproliferative retinopathy",
    "proliferative diabetic retinopathy",
)


def read_eyepacs(folder: Path) -> list[Exam]:
    """Raises DataError if the table is missing, has another header, or a grade is none from 0 to 4."""
    path = folder / "labels.csv"
    exams = []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), start=2):
                grades = (int(row["left_dr_grade"]), int(row["right_dr_grade"]))
                if not all(0 <= grade <= 4 for grade in grades):
                    raise DataError(f'Line {number} of "{path}" has the grades {grades}; each must be from 0 to 4.')
                exams.append(
                    Exam(
                        patient=row["patient"],
                        group=row["patient"],
                        source="eyepacs",
                        left=folder / "images" / row["left_image"],
                        right=folder / "images" / row["right_image"],
                        findings=((GRADE_KEYWORDS[grades[0]],), (GRADE_KEYWORDS[grades[1]],)),
                        grades=grades,
                    )
                )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise DataError(f'The table "{path}" cannot be read: {error!r}.') from error
    return exams
