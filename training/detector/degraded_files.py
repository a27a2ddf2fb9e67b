"""
Writes the good photographs of validation patients, the same degraded in every way, and the opaque ones as PNG files, for
`node bench/gradability.ts`: `python -m training.detector.degraded_files --odir FOLDER --out FOLDER`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from .cohort import read_odir
from .degradations import TAUGHT, UNSEEN
from .photographs import read_square
from .pictures import degraded_square


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--odir", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--degrade", type=int, default=150, help="photographs that are degraded")
    arguments = parser.parse_args()
    eyes = read_odir(arguments.odir)
    good = [eye for eye in eyes if eye.is_validation and eye.teaches_gradability]

    def write(kind: str, name: str, square: np.ndarray) -> None:
        folder = arguments.out / kind
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(square).save(folder / f"{name}.png", compress_level=1)

    for eye in good:
        write("good", eye.path.stem, read_square(eye.path))
    for eye in eyes:
        if eye.is_opaque:
            write("keyword-opaque", eye.path.stem, read_square(eye.path))
    for kind, degradation in {**TAUGHT, **UNSEEN}.items():
        for eye in good[:: max(1, len(good) // arguments.degrade)]:
            write(f"degraded-{kind}", eye.path.stem, degraded_square(eye, kind, degradation))


if __name__ == "__main__":
    main()
