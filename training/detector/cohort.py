"""Photographs with a known laterality: ODIR-5K and drawn cohorts, split by patient."""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

VALIDATION_SHARE = 0.15

# Keywords that say nothing else could be seen; such eyes are never trained on.
OPAQUE_KEYWORDS = frozenset({"low image quality", "refractive media opacity"})
# Keywords after which a photograph may be clear or not: it does not teach gradability.
DOUBTFUL_KEYWORDS = frozenset(
    {"lens dust", "cataract", "suspected cataract", "vitreous opacity", "vitreous degeneration"}
)


@dataclass(frozen=True)
class Eye:
    """One photograph: its file, the eye that its label names, and what its keywords say of its quality."""

    path: Path
    source: str
    group: str
    is_left: bool
    keywords: frozenset[str]

    @property
    def is_validation(self) -> bool:
        return in_validation(self.source, self.group)

    @property
    def is_opaque(self) -> bool:
        return bool(self.keywords & OPAQUE_KEYWORDS)

    @property
    def teaches_gradability(self) -> bool:
        return not self.keywords & (OPAQUE_KEYWORDS | DOUBTFUL_KEYWORDS)


def in_validation(source: str, group: str) -> bool:
    """Whether a patient is kept for validation, by the first byte of a SHA-256: the same in every run and order."""
    first_byte = hashlib.sha256(f"{source}:{group}".encode()).digest()[0]
    return first_byte < 256 * VALIDATION_SHARE


def keywords_of(text: str) -> frozenset[str]:
    return frozenset(word.strip().lower() for word in re.split("[,，]", text) if word.strip())


def read_odir(folder: Path) -> list[Eye]:
    """
    Reads ODIR-5K's table. Laterality is that of the column in which the file stands.

    @raises FileNotFoundError if `labels.csv` is missing
    """
    eyes = []
    with open(folder / "labels.csv", encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            for side in ("left", "right"):
                if row[f"{side}_image"]:
                    eyes.append(
                        Eye(
                            path=folder / "images" / row[f"{side}_image"],
                            source="odir",
                            group=row["group"],
                            is_left=side == "left",
                            keywords=keywords_of(row[f"{side}_keywords"]),
                        )
                    )
    return eyes


def read_drawn(folder: Path) -> list[Eye]:
    """Reads a cohort that `phantoms/make.ts` drew: the eyes that are gradable by its truth."""
    with open(folder / "truth.csv", encoding="utf-8", newline="") as table:
        return [
            Eye(
                path=folder / f"{row['patient']}_{row['eye']}.jpg",
                source=f"drawn-{folder.name}",
                group=row["patient"],
                is_left=row["eye"] == "left",
                keywords=frozenset(),
            )
            for row in csv.DictReader(table)
            if row["quality"] == "gradable"
        ]
