"""Drawn patients (`phantoms/make.ts`) with their truth as findings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..errors import DataError
from .exam import Exam
from .read_eyepacs import GRADE_KEYWORDS
from .read_odir import LABELS

_LABELS = {
    "normal": "N",
    "diabetic-retinopathy": "D",
    "glaucoma": "G",
    "cataract": "C",
    "amd": "A",
    "hypertension": "H",
    "myopia": "M",
    "other": "O",
}
_KEYWORDS = {
    "normal": "normal fundus",
    "glaucoma": "glaucoma",
    "cataract": "cataract",
    "amd": "dry age-related macular degeneration",
    "hypertension": "hypertensive retinopathy",
    "myopia": "pathological myopia",
}
_OTHER = {
    "epiretinal-membrane": "epiretinal membrane",
    "laser-scars": "laser spot",
    "myelinated-nerve-fibres": "myelinated nerve fibers",
    "choroidal-naevus": "choroidal naevus",
    "asteroid-hyalosis": "asteroid hyalosis",
}


def _findings(eye: dict[str, Any]) -> tuple[str, ...]:
    found = []
    for label in eye["labels"]:
        if label == "diabetic-retinopathy":
            found.append(GRADE_KEYWORDS[eye["signs"].get("microaneurysms", 1)])
        elif label == "other":
            found += [keyword for sign, keyword in _OTHER.items() if sign in eye["signs"]]
        else:
            found.append(_KEYWORDS[label])
    return tuple(found)


def read_phantoms(folder: Path) -> list[Exam]:
    """Raises DataError if `truth.json` is missing or not as the generator writes it."""
    path = folder / "truth.json"
    exams = []
    try:
        truth = json.loads(path.read_text(encoding="utf-8"))
        for patient in truth["patients"]:
            eyes = {side: patient[side] for side in ("left", "right")}
            # An eye spoiled on purpose shows nothing to learn from.
            eyes = {side: eye for side, eye in eyes.items() if eye is not None and eye["quality"] == "gradable"}
            if not eyes:
                continue
            labels = {_LABELS[label] for eye in eyes.values() for label in eye["labels"]}
            if labels - {"N"}:
                labels.discard("N")
            findings = tuple(_findings(eyes[side]) if side in eyes else None for side in ("left", "right"))
            grades = tuple(
                None
                if side not in eyes
                else eyes[side]["signs"].get("microaneurysms", 1)
                if "diabetic-retinopathy" in eyes[side]["labels"]
                else 0
                for side in ("left", "right")
            )
            name = patient["patient"]
            exams.append(
                Exam(
                    patient=name,
                    group=f"{truth['seed']}/{name}",
                    source="phantoms",
                    left=folder / f"{name}_left.jpg" if "left" in eyes else None,
                    right=folder / f"{name}_right.jpg" if "right" in eyes else None,
                    findings=findings,  # type: ignore[arg-type]
                    flags=tuple(int(label in labels) for label in LABELS),
                    grades=grades,  # type: ignore[arg-type]
                    complete=True,
                )
            )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise DataError(f'The phantoms\' truth "{path}" cannot be read: {error!r}.') from error
    return exams
