"""The model that ships out of a run: the average of its weights, in the reference's layout."""

from __future__ import annotations

from pathlib import Path

from ..errors import CheckpointError
from ..model.retclip import RetClip
from ..objective.diagnoses import DiagnosisHeads
from ..text.tokenizer import Tokenizer
from .average import Average
from .checkpoint import read_checkpoint, with_module_prefix, without_module_prefix, write_checkpoint
from .settings import Settings
from .trainer import build_model


def load_judged(path: Path, settings: Settings, tokenizer: Tokenizer) -> tuple[RetClip, DiagnosisHeads]:
    """The averaged model and heads of a checkpoint (the last step's, where a run keeps no average), to evaluate.

    Raises CheckpointError if it belongs to another geometry.
    """
    value = read_checkpoint(path)
    model, heads = build_model(settings, tokenizer)
    state, head_state = without_module_prefix(value["state_dict"]), value.get("heads")
    if value.get("average") is not None:
        average = Average(0.0)
        average.load_state_dict(value["average"])
        state, head_state = average.of("model"), average.of("heads")
    try:
        model.load_state_dict(state)
        if head_state is not None:
            heads.load_state_dict(head_state)
    except RuntimeError as error:
        raise CheckpointError(f'The checkpoint "{path}" belongs to another configuration: {error}') from error
    return model.eval(), heads.eval()


def export_checkpoint(source: Path, target: Path, settings: Settings, tokenizer: Tokenizer) -> None:
    """Writes the averaged model as a checkpoint of its own; the optimizer's state stays behind."""
    value = read_checkpoint(source)
    model, heads = load_judged(source, settings, tokenizer)
    write_checkpoint(
        target,
        {
            "epoch": value["epoch"],
            "step": value["step"],
            "name": value["name"],
            "state_dict": with_module_prefix(model.state_dict()),
            "optimizer": {},
            "heads": heads.state_dict(),
        },
    )
