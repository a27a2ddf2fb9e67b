"""A configuration file: geometry, warm start, objective, schedule, augmentation."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..augmentation.augment import Augmentation
from ..errors import ConfigurationError
from .objective import ObjectiveSettings


@dataclass(frozen=True)
class Phase:
    """So many epochs with pictures of this size. The learning rate's schedule runs over all phases."""

    epochs: int
    image_size: int


@dataclass(frozen=True)
class Settings:
    """`vision_rate` is the vision tower's share of the learning rate, for a tower that starts from trained weights.

    `batch_size` counts exams over all ranks; `parts` splits it for memory's sake. `frozen` counts the vision tower's
    first parts that are not trained. `stored_size` is the size of the pictures in memory.
    """

    name: str
    geometry: dict[str, Any]
    phases: tuple[Phase, ...]
    learning_rate: float = 3e-5
    vision_rate: float = 1.0
    weight_decay: float = 1e-3
    warmup_steps: int = 100
    batch_size: int = 256
    parts: int = 1
    context_length: int = 100
    initial_scale: float = 90.0
    largest_scale: float = 100.0
    frozen: int = 0
    stored_size: int = 224
    average_decay: float = 0.0
    clip_gradient: float = 0.0
    mixed_precision: bool = False
    seed: int = 1
    shares: dict[str, float] = field(default_factory=dict)
    objective: ObjectiveSettings = ObjectiveSettings()
    augmentation: Augmentation = Augmentation()

    @property
    def epochs(self) -> int:
        return sum(phase.epochs for phase in self.phases)

    def size_of(self, epoch: int) -> int:
        for phase in self.phases:
            if epoch < phase.epochs:
                return phase.image_size
            epoch -= phase.epochs
        return self.phases[-1].image_size


def _augmentation(value: Any) -> Augmentation:
    if value == "reference":
        return Augmentation.reference()
    if value == "none":
        return Augmentation.none()
    return Augmentation(**value)


def parse_settings(value: dict[str, Any], where: str) -> Settings:
    """Raises ConfigurationError naming what is wrong."""
    try:
        rest = dict(value)
        phases = tuple(Phase(**phase) for phase in rest.pop("phases"))
        objective = rest.pop("objective", {})
        if "levels" in objective:
            objective = {**objective, "levels": tuple(objective["levels"])}
        settings = Settings(
            phases=phases,
            objective=ObjectiveSettings(**objective),
            augmentation=_augmentation(rest.pop("augmentation", {})),
            **rest,
        )
    except (KeyError, TypeError) as error:
        raise ConfigurationError(f'The configuration "{where}" cannot be used: {error}.') from error
    unknown = set(settings.objective.levels) - {"patient", "left", "right"}
    if unknown or settings.objective.positives not in ("diagonal", "equal-reports"):
        raise ConfigurationError(
            f'The configuration "{where}" must name levels among patient, left, right, and positives as diagonal or '
            "equal-reports."
        )
    if settings.batch_size < 2 or settings.parts < 1 or settings.batch_size < settings.parts or settings.epochs < 1:
        raise ConfigurationError(f'The configuration "{where}" needs a batch of at least 2 exams and one epoch.')
    return settings


def read_settings(path: Path, changes: dict[str, Any] | None = None) -> Settings:
    """`changes` replace settings of the file by name."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f'The configuration "{path}" cannot be read: {error}.') from error
    return parse_settings({**value, **(changes or {})}, str(path))
