"""ODIR-5K from its `labels.csv` and `images` folder."""

from __future__ import annotations

import csv
from pathlib import Path

from ..errors import DataError
from ..reports.keywords import KEYWORDS, split_keywords
from .exam import Exam

#: The order of the patient's flags.
LABELS = ("N", "D", "G", "C", "A", "H", "M", "O")


def _grade(findings: tuple[str, ...]) -> int | None:
    grades = [KEYWORDS[name].grade for name in findings if KEYWORDS[name].label in ("N", "D")]
    if not grades:
        return 0
    return None if -1 in grades and max(grades) < 1 else max(grades)


def _findings(cell: str, where: str) -> tuple[str, ...]:
    names = split_keywords(cell)
    unknown = [name for name in names if name not in KEYWORDS]
    if unknown:
        raise DataError(
            f'{where} has the unknown keyword "{unknown[0]}": add it to training/reports/odir-keywords.txt.'
        )
    return tuple(names)


def _flags(findings: tuple[str, ...]) -> tuple[int, ...]:
    found = {KEYWORDS[name].label for name in findings} - {""}
    if found - {"N"}:
        found.discard("N")
    return tuple(int(label in found) for label in LABELS)


def read_odir(folder: Path) -> list[Exam]:
    """Every patient of whom at least one eye was photographed.

    The flags of a patient with one photograph are taken from that eye's keywords: the table's also cover the other eye.
    Raises DataError if the table is missing, has another header, or a keyword is unknown.
    """
    path = folder / "labels.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f'The table "{path}" cannot be read: {error}.') from error
    exams = []
    for number, row in enumerate(rows, start=2):
        where = f'Line {number} of "{path}"'
        try:
            images = [row["left_image"], row["right_image"]]
            cells = [row["left_keywords"], row["right_keywords"]]
            flags = tuple(int(row[label]) for label in LABELS)
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(f"{where} is not as ODIR's table should be: {error!r}.") from error
        findings = tuple(_findings(cell, where) if image else None for image, cell in zip(images, cells, strict=True))
        seen = [found for found in findings if found is not None]
        if not seen:
            continue
        exams.append(
            Exam(
                patient=row["id"],
                group=row["group"],
                source="odir",
                left=folder / "images" / images[0] if images[0] else None,
                right=folder / "images" / images[1] if images[1] else None,
                findings=(findings[0], findings[1]),
                flags=flags if len(seen) == 2 else _flags(seen[0]),
                grades=tuple(None if found is None else _grade(found) for found in findings),  # type: ignore[arg-type]
                complete=True,
                attributes={"age": row.get("age", ""), "sex": row.get("sex", "")},
            )
        )
    return exams
