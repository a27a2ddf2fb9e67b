"""
What makes a fundus photograph ungradable, done to good ones: uint8 [224, 224, 3] to the same.

Kinds in `TAUGHT` train the gradability output; those in `UNSEEN` only judge it.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

Degradation = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def _bytes(values: np.ndarray) -> np.ndarray:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


def _blurred(square: np.ndarray, radius: float) -> np.ndarray:
    return np.asarray(Image.fromarray(square).filter(ImageFilter.GaussianBlur(radius)))


def field_of(square: np.ndarray) -> np.ndarray:
    """The camera's lit field, roughly: bool [224, 224, 1]."""
    return (_blurred(square, 2).max(axis=2, keepdims=True) > 20).astype(bool)


def _grid(square: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates from -1 to 1."""
    height, width = square.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width]
    return rows / (height - 1) * 2 - 1, columns / (width - 1) * 2 - 1


def defocus(square: np.ndarray, random: np.random.Generator) -> np.ndarray:
    field = field_of(square)
    return np.where(field, _blurred(square, random.uniform(5, 11)), square)


def motion(square: np.ndarray, random: np.random.Generator) -> np.ndarray:
    length = int(random.integers(24, 50))
    angle = random.uniform(0, np.pi)
    total = np.zeros(square.shape, dtype=np.float32)
    for step in np.linspace(-length / 2, length / 2, 16):
        shift = (round(step * np.sin(angle)), round(step * np.cos(angle)))
        total += np.roll(square, shift, axis=(0, 1))
    return _bytes(total / 16)


def haze(square: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A veil over a blurred retina, as through a dense cataract."""
    veil = np.array([random.uniform(110, 190), random.uniform(70, 140), random.uniform(30, 110)])
    share = random.uniform(0.5, 0.92)
    clouded = (1 - share) * _blurred(square, random.uniform(2, 4)).astype(np.float32) + share * veil
    return _bytes(np.where(field_of(square), clouded, square))


def underexposure(square: np.ndarray, random: np.random.Generator) -> np.ndarray:
    gain = random.uniform(0.06, 0.2)
    return _bytes(square * gain + random.normal(0, 3, square.shape))


def overexposure(square: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return _bytes(np.where(field_of(square), square * random.uniform(2.5, 5) + 30, square))


def missing_field(square: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A lid, lashes or the iris over most of the field: dark or flesh-coloured, with a soft edge."""
    rows, columns = _grid(square)
    angle = random.uniform(0, 2 * np.pi)
    distance = rows * np.sin(angle) + columns * np.cos(angle)
    covered = 1 / (1 + np.exp(-(distance - random.uniform(-0.5, -0.1)) / random.uniform(0.02, 0.12)))
    tone = np.array([60.0, 30.0, 20.0]) * random.uniform(0, 1.5)
    cover = np.where(field_of(square), tone, square)
    return _bytes(square * (1 - covered[..., None]) + cover * covered[..., None])


def jpeg_ruin(square: np.ndarray, random: np.random.Generator) -> np.ndarray:
    encoded = io.BytesIO()
    side = int(random.integers(72, 145))
    small = Image.fromarray(square).resize((side, side), Image.Resampling.BILINEAR)
    small.save(encoded, "JPEG", quality=int(random.integers(2, 11)))
    return np.asarray(Image.open(encoded).resize(square.shape[1::-1], Image.Resampling.BILINEAR))


def noise(square: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return _bytes(square + random.normal(0, random.uniform(60, 110), square.shape) * field_of(square))


def glare(square: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A reflex of the flash over most of the field."""
    rows, columns = _grid(square)
    centre = random.uniform(-0.35, 0.35, 2)
    radius = random.uniform(0.5, 0.8)
    light = np.exp(-(((rows - centre[0]) ** 2 + (columns - centre[1]) ** 2) / radius**2))
    return _bytes(np.where(field_of(square), square + 330 * light[..., None], square))


TAUGHT: dict[str, Degradation] = {
    "defocus": defocus,
    "motion": motion,
    "haze": haze,
    "underexposure": underexposure,
    "overexposure": overexposure,
    "missing-field": missing_field,
    "jpeg-ruin": jpeg_ruin,
}
UNSEEN: dict[str, Degradation] = {"noise": noise, "glare": glare}
