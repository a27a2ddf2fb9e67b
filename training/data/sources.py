"""The cohorts that the command line can name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import DataError
from .exam import Exam
from .read_eyepacs import read_eyepacs
from .read_odir import read_odir
from .read_pairs import read_pairs
from .read_phantoms import read_phantoms
from .read_reference import read_reference_lmdb, read_reference_tsv
from .split import is_validation


@dataclass(frozen=True)
class Sources:
    odir: tuple[Path, ...] = ()
    eyepacs: tuple[Path, ...] = ()
    phantoms: tuple[Path, ...] = ()
    pairs: tuple[Path, ...] = ()
    reference: tuple[Path, ...] = ()


def _read_reference(folder: Path) -> list[Exam]:
    return read_reference_lmdb(folder) if (folder / "pairs").is_dir() else read_reference_tsv(folder)


def read_sources(sources: Sources) -> list[Exam]:
    """Raises DataError if nothing is named or a cohort cannot be read."""
    exams: list[Exam] = []
    for folders, read in (
        (sources.odir, read_odir),
        (sources.eyepacs, read_eyepacs),
        (sources.phantoms, read_phantoms),
        (sources.pairs, read_pairs),
        (sources.reference, _read_reference),
    ):
        for folder in folders:
            exams += read(folder)
    if not exams:
        raise DataError("No exams were found: name at least one cohort.")
    return exams


def split(exams: list[Exam]) -> tuple[list[Exam], list[Exam]]:
    """Training and validation exams, by the rule of `split.py`."""
    train = [exam for exam in exams if not is_validation(exam.source, exam.group)]
    return train, [exam for exam in exams if is_validation(exam.source, exam.group)]
