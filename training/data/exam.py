"""One exam as training sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

#: A file, or the bytes of an encoded image.
ImageSource: TypeAlias = Path | bytes


@dataclass(frozen=True)
class Exam:
    """A pair of photographs with what is known of them.

    `group` never crosses a split. An eye that never came is None and the other one stands in, as in the reference.
    `findings` are names of keywords per eye, where the report is to be written from them; else `report` is its text.
    `flags` are ODIR's eight labels of the patient; `grades` the retinopathy's grade per eye (0 to 4, None if unknown).
    `complete` says whether the findings name everything that is wrong (a grade of retinopathy alone does not).
    """

    patient: str
    group: str
    source: str
    left: ImageSource | None
    right: ImageSource | None
    report: str | None = None
    findings: tuple[tuple[str, ...] | None, tuple[str, ...] | None] = (None, None)
    flags: tuple[int, ...] | None = None
    grades: tuple[int | None, int | None] = (None, None)
    complete: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
