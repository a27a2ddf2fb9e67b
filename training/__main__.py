"""`python3 -m training VERB`: exit codes 0 done, 1 finished with images left out, 2 wrong use, 3 failed."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

import torch

from .data.image_store import ImageStore, load_images
from .data.sources import Sources, read_sources, split
from .errors import ConfigurationError
from .evaluation.embed import embed_cohort, save_features
from .evaluation.export_heads import export_heads
from .evaluation.full_report import full_report
from .evaluation.judge import judge
from .evaluation.linear_protocol import fit_linear_protocol
from .evaluation.model_card import count_cohorts, model_card
from .evaluation.robustness import robustness
from .exit_code import exit_code_of
from .model.retclip import RetClip
from .model.warm_start import warm_start_text, warm_start_vision
from .objective.diagnoses import DiagnosisHeads
from .pretrain.distribute import distributed_device
from .pretrain.export import export_checkpoint, load_judged
from .pretrain.gather import rank
from .pretrain.settings import read_settings
from .pretrain.trainer import Trainer, build_model
from .text.tokenizer import Tokenizer


def _add_sources(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--odir", type=Path, action="append", default=[], help="folder with labels.csv and images")
    parser.add_argument("--eyepacs", type=Path, action="append", default=[], help="folder with labels.csv and images")
    parser.add_argument("--phantoms", type=Path, action="append", default=[], help="folder that phantoms/make.ts wrote")
    parser.add_argument(
        "--pairs", type=Path, action="append", default=[], help="table .csv or .jsonl with patient, left, right, report"
    )
    parser.add_argument(
        "--reference",
        type=Path,
        action="append",
        default=[],
        help="RET-CLIP's TSV and JSONL folder, or its LMDB folder",
    )


def _sources(arguments: argparse.Namespace) -> Sources:
    return Sources(
        tuple(arguments.odir),
        tuple(arguments.eyepacs),
        tuple(arguments.phantoms),
        tuple(arguments.pairs),
        tuple(arguments.reference),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m training")
    verbs = parser.add_subparsers(dest="verb", required=True)
    train = verbs.add_parser("train", help="train, or go on with --resume")
    train.add_argument("--configuration", type=Path, required=True)
    train.add_argument("--vocabulary", type=Path, required=True)
    train.add_argument("--out", type=Path, required=True)
    _add_sources(train)
    train.add_argument("--vision-weights", type=Path, help="EfficientNet-Lite or CLIP weights to start from")
    train.add_argument("--text-weights", type=Path, help="BERT weights to start from")
    train.add_argument("--resume", action="store_true", help="go on from latest.pt in --out")
    train.add_argument("--set", action="append", default=[], metavar="NAME=JSON", help="replace a setting")
    train.add_argument(
        "--judge-every", type=int, default=1, metavar="EPOCHS", help="judge on the kept patients so often"
    )
    train.add_argument("--checkpoint-every", type=int, default=200, metavar="STEPS")
    train.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    export = verbs.add_parser("export", help="write the averaged model of a run as a checkpoint of its own")
    export.add_argument("--checkpoint", type=Path, required=True)
    export.add_argument("--out", type=Path, required=True)
    evaluate = verbs.add_parser("evaluate", help="every figure on the kept patients, with intervals, as JSON")
    evaluate.add_argument("--checkpoint", type=Path, required=True)
    evaluate.add_argument("--out", type=Path, required=True, help="the report, .json")
    evaluate.add_argument("--features", type=Path, help="keep the features of all patients here, .npz")
    evaluate.add_argument("--heads", type=Path, help="write the fine-tuned heads, calibrated, into this folder")
    evaluate.add_argument("--sensitivity", type=float, default=0.8, help="what the heads' thresholds are set for")
    evaluate.add_argument("--specificity", type=float, default=0.9, help="and what the patient's must not fall below")
    evaluate.add_argument("--eye-specificity", type=float, default=0.95, help="and those of each eye")
    evaluate.add_argument("--robustness", action="store_true", help="also judge photographs as of other cameras")
    evaluate.add_argument("--no-linear", action="store_true", help="leave the linear protocol out, which embeds all")
    evaluate.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    _add_sources(evaluate)
    card = verbs.add_parser("card", help="a model card from its written part and the figures of evaluate")
    card.add_argument("--written", type=Path, required=True, help="such as training/cards/default.json")
    card.add_argument("--figures", type=Path, required=True, help="what evaluate wrote")
    card.add_argument("--effort", required=True, help="what it ran on and for how long")
    card.add_argument("--out", type=Path, required=True)
    for verb in (export, evaluate):
        verb.add_argument("--configuration", type=Path, required=True)
        verb.add_argument("--vocabulary", type=Path, required=True)
    return parser


def _changes(pairs: list[str]) -> dict[str, object]:
    changes = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        try:
            changes[name] = json.loads(value)
        except ValueError as error:
            raise ConfigurationError(f'"--set {pair}" is no name=JSON: {error}.') from error
    return changes


def _train(arguments: argparse.Namespace) -> int:
    torch.set_num_threads(arguments.threads)
    settings = read_settings(arguments.configuration, _changes(arguments.set))
    tokenizer = Tokenizer.read(arguments.vocabulary)
    exams = read_sources(_sources(arguments))
    train, validation = split(exams)
    with distributed_device() as device:
        model, heads = build_model(settings, tokenizer)
        if arguments.vision_weights is not None:
            warm_start_vision(model, arguments.vision_weights)
        if arguments.text_weights is not None:
            warm_start_text(model, arguments.text_weights)
        store = load_images(train, settings.stored_size)
        kept = load_images(validation, model.geometry.vision.image_size) if rank() == 0 else None
        trainer = Trainer(settings, model.to(device), heads.to(device), store, tokenizer, device)
        if arguments.resume:
            trainer.resume(arguments.out / "latest.pt")
        elif (arguments.out / "latest.pt").exists():
            raise ConfigurationError(f'"{arguments.out}" holds a run already: go on with --resume, or name another.')
        started = time.time()
        if rank() == 0:
            print(f"{len(store.exams)} exams to train on, {trainer.batches.steps} steps an epoch", flush=True)

        def after_epoch(epoch: int, judged: RetClip, judged_heads: DiagnosisHeads) -> None:
            due = (epoch + 1) % arguments.judge_every == 0 or epoch + 1 == settings.epochs
            if kept is None or len(kept.exams) == 0 or not due:
                return
            figures = judge(judged, judged_heads, kept, tokenizer, settings.context_length)
            line = {"epoch": epoch, "minutes": round((time.time() - started) / 60, 1), **figures}
            print(json.dumps(line), flush=True)
            with (arguments.out / "validation.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")

        trainer.run(arguments.out, checkpoint_every=arguments.checkpoint_every, after_epoch=after_epoch)
    return 1 if store.refused or (kept is not None and kept.refused) else 0


def _export(arguments: argparse.Namespace) -> int:
    tokenizer = Tokenizer.read(arguments.vocabulary)
    export_checkpoint(arguments.checkpoint, arguments.out, read_settings(arguments.configuration), tokenizer)
    return 0


def _evaluate(arguments: argparse.Namespace) -> int:
    torch.set_num_threads(arguments.threads)
    settings, tokenizer = read_settings(arguments.configuration), Tokenizer.read(arguments.vocabulary)
    model, heads = load_judged(arguments.checkpoint, settings, tokenizer)
    train, validation = split(read_sources(_sources(arguments)))
    size = model.geometry.vision.image_size
    kept = load_images(validation, size)
    features = embed_cohort(model, kept)
    refused, linear = list(kept.refused), None
    cohorts = {"validation": (kept, features)}
    if not arguments.no_linear:
        seen = load_images(train, size)
        cohorts["train"] = (seen, embed_cohort(model, seen))
        refused += seen.refused
        linear = fit_linear_protocol(*cohorts["train"])
    if arguments.features is not None:
        save_features(arguments.features, cohorts)
    if arguments.heads is not None:
        arguments.heads.mkdir(parents=True, exist_ok=True)
        specificities = (arguments.specificity, arguments.eye_specificity)
        for head in export_heads(heads, kept, features, arguments.sensitivity, specificities):
            (arguments.heads / f"{head['name']}.json").write_text(json.dumps(head) + "\n", encoding="utf-8")
    report = {
        "cohorts": count_cohorts({"training": train, "validation": validation}),
        **full_report(model, heads, kept, features, linear, tokenizer, settings.context_length),
    }
    if arguments.robustness:
        real = [i for i, exam in enumerate(kept.exams) if exam.source != "phantoms"]
        chosen = ImageStore([kept.exams[i] for i in real], kept.left[real], kept.right[real], [])
        report["robustness"] = robustness(model, heads, chosen)
    arguments.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 1 if refused else 0


def _card(arguments: argparse.Namespace) -> int:
    try:
        written, figures = (
            json.loads(path.read_text(encoding="utf-8")) for path in (arguments.written, arguments.figures)
        )
        card = model_card(written, figures)
    except (OSError, ValueError, KeyError) as error:
        raise ConfigurationError(f"The card cannot be made: {error!r}.") from error
    card["training"]["effort"] = arguments.effort
    arguments.out.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


_VERBS = {"train": _train, "export": _export, "evaluate": _evaluate, "card": _card}


def main(arguments: list[str] | None = None) -> int:
    parsed = _parser().parse_args(arguments)
    return exit_code_of(lambda: _VERBS[parsed.verb](parsed))


if __name__ == "__main__":
    sys.exit(main())
