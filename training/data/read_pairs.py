"""A folder of photographs with a table of reports, CSV or JSONL: `patient,left,right,report` and, if known, `group`."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import DataError
from .exam import Exam


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if path.suffix == ".csv":
                yield from enumerate(csv.DictReader(file), start=2)
                return
            for number, line in enumerate(file, start=1):
                if line.strip():
                    value = json.loads(line)
                    if not isinstance(value, dict):
                        raise DataError(f'Line {number} of "{path}" is no JSON object.')
                    yield number, value
    except (OSError, ValueError) as error:
        raise DataError(f'The table "{path}" cannot be read: {error}.') from error


def _image(row: dict[str, Any], side: str, folder: Path) -> Path | None:
    name = row.get(side)
    return folder / str(name) if name else None


def read_pairs(path: Path) -> list[Exam]:
    """Exams of a table; paths of images are relative to the table's folder.

    Raises DataError naming the line that has no patient, no report or no image, or that repeats a patient.
    """
    exams: list[Exam] = []
    seen: dict[str, int] = {}
    for number, row in _rows(path):
        patient, report = str(row.get("patient") or "").strip(), str(row.get("report") or "").strip()
        left, right = _image(row, "left", path.parent), _image(row, "right", path.parent)
        if not patient or not report or (left is None and right is None):
            raise DataError(
                f'Line {number} of "{path}" needs a patient, a report and at least one of left and right; its columns '
                f"are {', '.join(str(name) for name in row)}."
            )
        if patient in seen:
            raise DataError(f'Line {number} of "{path}" repeats the patient {patient} of line {seen[patient]}.')
        seen[patient] = number
        group = str(row.get("group") or patient)
        exams.append(Exam(patient, group, path.stem, left, right, report=report))
    if not exams:
        raise DataError(f'The table "{path}" has no exam.')
    return exams
