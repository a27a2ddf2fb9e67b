"""
Judges a trained detector on patients that it has not seen, and writes what ships:
`python -m training.detector.evaluate detector.pt --odir FOLDER --drawn FOLDER --out bundles/detector.safetensors`.
The figures go to a `.json` beside it, and to the terminal.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .cohort import Eye, read_drawn, read_odir
from .contact_sheet import write_contact_sheet
from .degradations import TAUGHT, UNSEEN
from .figures import Figure, area, share
from .laterality_figures import laterality_figures, threshold_of
from .network import Detector
from .pattern import pattern_picture
from .photographs import DETECTOR_SIZE, shrink
from .pictures import Pictures, degraded_square, read_pictures
from .safetensors_file import write_safetensors

# Of good photographs, so many may be called ungradable.
FALSE_ALARMS = 0.01


@torch.no_grad()
def probabilities(model: Detector, pixels: torch.Tensor) -> np.ndarray:
    """@returns float [photographs, 2]: of a left eye, and of a gradable one"""
    parts = [model(part).sigmoid() for part in pixels.split(64)]
    return torch.cat(parts).double().numpy()


def gradability_figures(
    model: Detector, good: Pictures, odir: Sequence[Eye], validation: Sequence[Eye]
) -> dict[str, dict[str, Figure]]:
    """Against the good photographs of validation patients: opaque ones, dusty ones, and degraded ones of each kind."""
    good_scores = probabilities(model, good.pixels)[:, 1]
    limit = float(np.quantile(good_scores, FALSE_ALARMS))
    cases = {
        "keyword: media opacity, low quality": [eye for eye in odir if eye.is_opaque],
        "keyword: lens dust": [eye for eye in validation if "lens dust" in eye.keywords],
        "keyword: cataract": [eye for eye in validation if "cataract" in eye.keywords],
    }
    pictures: dict[str, tuple[Sequence[Eye], Any]] = {
        name: (eyes, read_pictures(eyes).pixels) for name, eyes in cases.items()
    }
    for kind, degradation in {**TAUGHT, **UNSEEN}.items():
        squares = [shrink(degraded_square(eye, kind, degradation)) for eye in good.eyes[::3]]
        name = f"degraded: {kind}{'' if kind in TAUGHT else ' (never taught)'}"
        pictures[name] = (good.eyes[::3], torch.from_numpy(np.stack(squares)))
    figures = {}
    for name, (eyes, pixels) in pictures.items():
        scores = probabilities(model, pixels)[:, 1]
        groups = [eye.group for eye in [*good.eyes, *eyes]]
        is_good = np.arange(len(groups)) < len(good.eyes)
        figures[name] = {
            "auroc": area(np.concatenate([good_scores, scores]), is_good, groups),
            "belowLimit": share(scores < limit, [eye.group for eye in eyes]),
        }
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--odir", type=Path, required=True)
    parser.add_argument("--drawn", type=Path, required=True, help="the cohort that was trained on")
    parser.add_argument("--other-drawn", type=Path, help="a cohort of another seed")
    parser.add_argument("--sizes", type=int, nargs="*", default=[], help="other sizes of bundles' pictures")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--failures", type=Path, help="picture of the eyes that it contradicts")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    model = Detector(DETECTOR_SIZE)
    model.load_state_dict(torch.load(arguments.checkpoint, map_location="cpu"))
    model.eval()

    odir = read_odir(arguments.odir)
    validation = [eye for eye in odir if eye.is_validation]
    sets = {
        "odir validation": [eye for eye in validation if not eye.is_opaque],
        "drawn, held out": [eye for eye in read_drawn(arguments.drawn) if eye.is_validation],
    }
    if arguments.other_drawn:
        sets["drawn, another seed"] = read_drawn(arguments.other_drawn)
    laterality = {}
    threshold = None
    for name, eyes in sets.items():
        left = probabilities(model, read_pictures(eyes).pixels)[:, 0]
        confidence = np.maximum(left, 1 - left)
        if threshold is None:
            threshold = round(threshold_of(confidence), 4)
            if arguments.failures:
                write_contact_sheet(arguments.failures, eyes, left, threshold)
        laterality[name] = laterality_figures(eyes, left, threshold)
        for size in arguments.sizes:
            left = probabilities(model, read_pictures(eyes, size=size).pixels)[:, 0]
            laterality[f"{name}, at {size} px"] = laterality_figures(eyes, left, threshold)
    good = read_pictures([eye for eye in validation if eye.teaches_gradability])
    gradability = gradability_figures(model, good, odir, validation)

    with torch.no_grad():
        logits = model(torch.from_numpy(pattern_picture(DETECTOR_SIZE))[None])[0]
    write_safetensors(arguments.out, model.state_dict())
    as_json = {
        part: {name: {key: value.as_json() for key, value in row.items()} for name, row in figures.items()}
        for part, figures in (("laterality", laterality), ("gradability", gradability))
    }
    settings = {
        "format": 1,
        "lateralityThreshold": threshold,
        "reference": {"logits": [round(float(logit), 6) for logit in logits]},
        "accuracy": as_json,
    }
    arguments.out.with_suffix(".json").write_text(f"{json.dumps(settings, indent=2)}\n", encoding="utf-8")
    for part in (laterality, gradability):
        for name, row in part.items():
            print(name)
            for key, figure in row.items():
                print(f"  {key:20} {figure}")


if __name__ == "__main__":
    main()
