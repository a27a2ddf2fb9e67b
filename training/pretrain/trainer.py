"""The training loop: from any step on, exactly as if it had never stopped."""

from __future__ import annotations

import contextlib
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ..data.image_store import ImageStore
from ..errors import CheckpointError, ConfigurationError
from ..model.geometry import parse_geometry
from ..model.retclip import RetClip
from ..objective.diagnoses import DiagnosisHeads, positive_weights
from ..text.tokenizer import Tokenizer
from .average import Average
from .batches import Batches
from .checkpoint import read_checkpoint, with_module_prefix, without_module_prefix, write_checkpoint
from .gather import average_gradients, rank, rank_count
from .objective import Objective
from .optimizer import make_optimizer
from .schedule import cosine_factor
from .settings import Settings
from .step import backward

#: Called after each epoch with its number and the model and heads to judge.
AfterEpoch = Callable[[int, RetClip, DiagnosisHeads], None]


@dataclass
class Progress:
    epoch: int = 0
    step: int = 0
    """Steps of the whole run that are done."""


def build_model(settings: Settings, tokenizer: Tokenizer) -> tuple[RetClip, DiagnosisHeads]:
    torch.manual_seed(settings.seed)
    geometry = parse_geometry(settings.geometry, tokenizer.size)
    if settings.context_length > geometry.text.positions:
        raise ConfigurationError(
            f"The context length {settings.context_length} exceeds the text tower's {geometry.text.positions} positions."
        )
    return RetClip(geometry, settings.initial_scale), DiagnosisHeads(geometry.embedding)


def _scaler(enabled: bool) -> Any:
    newer = getattr(torch.amp, "GradScaler", None)  # torch.cuda.amp's is deprecated where this one exists
    return torch.cuda.amp.GradScaler(enabled=enabled) if newer is None else newer("cuda", enabled=enabled)


class Trainer:
    """Owns everything that a checkpoint holds. `device` is where the model already is."""

    def __init__(
        self,
        settings: Settings,
        model: RetClip,
        heads: DiagnosisHeads,
        store: ImageStore,
        tokenizer: Tokenizer,
        device: str = "cpu",
    ) -> None:
        if settings.batch_size % rank_count() != 0:
            raise ConfigurationError(f"A batch of {settings.batch_size} cannot be divided among {rank_count()} ranks.")
        self.settings = settings
        self.modules: dict[str, nn.Module] = {"model": model, "heads": heads}
        self.model, self.heads, self.device = model, heads, device
        if settings.frozen > 0:
            model.visual.freeze(settings.frozen)
        self.batches = Batches(
            store,
            tokenizer,
            settings.augmentation,
            batch_size=settings.batch_size,
            seed=settings.seed,
            context_length=settings.context_length,
            shares=settings.shares,
        )
        if self.batches.steps < 1:
            raise ConfigurationError(
                f"{len(store.exams)} exams make no batch of {settings.batch_size}: give more, or a smaller batch."
            )
        targets = self.batches.targets
        weights = {
            "eye": positive_weights(torch.cat([targets["left"], targets["right"]])).to(device),
            "patient": positive_weights(targets["patient"]).to(device),
        }
        self.objective = Objective(model, heads, settings.objective, weights)
        self.optimizer = make_optimizer(self.modules, settings)
        self.average = Average(settings.average_decay) if settings.average_decay > 0 else None
        self.scaler = _scaler(enabled=settings.mixed_precision and device.startswith("cuda"))
        self.progress = Progress()

    @property
    def total_steps(self) -> int:
        return self.batches.steps * self.settings.epochs

    def _autocast(self) -> contextlib.AbstractContextManager[None]:
        if not self.settings.mixed_precision:
            return contextlib.nullcontext()
        kind = "cuda" if self.device.startswith("cuda") else "cpu"
        return torch.autocast(kind, dtype=torch.float16 if kind == "cuda" else torch.bfloat16)

    def step(self, order: list[int], number: int, epoch: int) -> dict[str, float]:
        """One step of the optimizer. `number` counts the epoch's steps from 0."""
        settings = self.settings
        factor = cosine_factor(self.progress.step, settings.warmup_steps, self.total_steps)
        for group in self.optimizer.param_groups:
            group["lr"] = settings.learning_rate * group["factor"] * factor
        size = settings.size_of(epoch)
        batch = self.batches.batch(order, number, epoch, size, (rank(), rank_count())).to(self.device)
        self.optimizer.zero_grad(set_to_none=True)
        seed = 1_000_003 * self.progress.step + settings.seed
        losses = backward(self.objective, batch, settings.parts, seed, self._autocast, self.scaler.scale)
        if not math.isfinite(losses["total"]):
            raise ConfigurationError(
                f"The loss is {losses['total']} at step {self.progress.step}: lower the learning rate and resume."
            )
        parameters = [p for module in self.modules.values() for p in module.parameters()]
        average_gradients(parameters)
        self.scaler.unscale_(self.optimizer)
        if settings.clip_gradient > 0:
            nn.utils.clip_grad_norm_([p for p in parameters if p.grad is not None], settings.clip_gradient)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        with torch.no_grad():
            for name in ("logit_scale", "logit_scale_left", "logit_scale_right"):
                getattr(self.model, name).clamp_(0.0, math.log(settings.largest_scale))
        if self.average is not None:
            self.average.update(self.modules)
        self.progress.step += 1
        return losses

    def run(
        self,
        out: Path,
        *,
        checkpoint_every: int = 200,
        after_epoch: AfterEpoch | None = None,
        stop_after: int | None = None,
    ) -> None:
        """Trains to the end, or for `stop_after` more steps. Rank 0 writes `latest.pt` and a line a step to `log.jsonl`.

        Raises CheckpointError if the disk is full; the last checkpoint is then still whole.
        """
        per_epoch = self.batches.steps
        done = 0
        while self.progress.epoch < self.settings.epochs:
            epoch = self.progress.epoch
            order = self.batches.order(epoch)
            for module in self.modules.values():
                module.train()
            for number in range(self.progress.step - epoch * per_epoch, per_epoch):
                started = time.perf_counter()
                losses = self.step(order, number, epoch)
                self._log(
                    out,
                    {
                        "epoch": epoch,
                        "step": self.progress.step,
                        **losses,
                        "seconds": round(time.perf_counter() - started, 3),
                    },
                )
                done += 1
                if number + 1 < per_epoch and self.progress.step % checkpoint_every == 0:
                    self.save(out / "latest.pt")
                if done == stop_after:
                    self.save(out / "latest.pt")
                    return
            self.progress.epoch += 1
            self.save(out / "latest.pt")
            if after_epoch is not None and rank() == 0:
                after_epoch(epoch, *self.judged())

    def judged(self) -> tuple[RetClip, DiagnosisHeads]:
        """The model and heads to judge and to ship: the average where there is one, in evaluation mode."""
        model = RetClip(self.model.geometry)
        heads = DiagnosisHeads(self.model.geometry.embedding)
        source = self.average if self.average is not None and self.average.steps > 0 else None
        model.load_state_dict(source.of("model") if source else self.model.state_dict())
        heads.load_state_dict(source.of("heads") if source else self.heads.state_dict())
        return model.to(self.device).eval(), heads.to(self.device).eval()

    def _log(self, out: Path, line: dict[str, Any]) -> None:
        if rank() != 0:
            return
        try:
            out.mkdir(parents=True, exist_ok=True)
            with (out / "log.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        except OSError as error:
            raise CheckpointError(f'The log in "{out}" cannot be written: {error}. Make room and resume.') from error

    def save(self, path: Path) -> None:
        if rank() != 0:
            return
        write_checkpoint(
            path,
            {
                "epoch": self.progress.epoch,
                "step": self.progress.step,
                "name": self.settings.name,
                "state_dict": with_module_prefix(self.model.state_dict()),
                "optimizer": self.optimizer.state_dict(),
                "heads": self.heads.state_dict(),
                "average": None if self.average is None else self.average.state_dict(),
                "scaler": self.scaler.state_dict(),
                "seed": self.settings.seed,
            },
        )

    def resume(self, path: Path) -> None:
        """Continues from a checkpoint of a run with the same settings.

        Raises CheckpointError if it belongs to another geometry or seed.
        """
        value = read_checkpoint(path)
        if value.get("seed") != self.settings.seed:
            raise CheckpointError(f'The checkpoint "{path}" is from a run with the seed {value.get("seed")}.')
        try:
            self.model.load_state_dict(without_module_prefix(value["state_dict"]))
            self.heads.load_state_dict(value["heads"])
            self.optimizer.load_state_dict(value["optimizer"])
        except (KeyError, RuntimeError, ValueError) as error:
            raise CheckpointError(f'The checkpoint "{path}" belongs to another configuration: {error}') from error
        if self.average is not None and value.get("average") is not None:
            self.average.load_state_dict(value["average"])
        self.scaler.load_state_dict(value.get("scaler", {})) if value.get("scaler") else None
        self.progress = replace(self.progress, epoch=value["epoch"], step=value["step"])
