"""The model card (`model/bundle/model-card.ts`) from the written part and the measured figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..data.exam import Exam
from .export_heads import NAMES

_LABELS = dict(zip(("N", "D", "G", "C", "A", "H", "M", "O"), NAMES, strict=True))
_SETS = {"odir": "ODIR-5K", "eyepacs": "EyePACS", "phantoms": "Phantoms"}


def count_cohorts(splits: dict[str, list[Exam]]) -> dict[str, dict[str, dict[str, int]]]:
    """Groups and photographs of each source in each split."""
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for split, exams in splits.items():
        for source in sorted({exam.source for exam in exams}):
            members = [exam for exam in exams if exam.source == source]
            images = sum((exam.left is not None) + (exam.right is not None) for exam in members)
            counts.setdefault(source, {})[split] = {"patients": len({exam.group for exam in members}), "images": images}
    return counts


def _name(source: str, split: str) -> str:
    return f"{_SETS[source]}, {'kept' if split == 'validation' else split} patients"


def _figure(measured: dict[str, Any], **rest: Any) -> Iterator[dict[str, Any]]:
    value = measured["value"]
    if value is None:
        return
    figure = {**rest, "value": value}
    low, high = measured.get("interval", (None, None))
    if low is not None and low <= value <= high:
        figure["interval"] = {"low": low, "high": high, "confidence": 0.95}
    if "positive" in measured:
        figure["positive"] = measured["positive"]
    yield figure


def _areas(areas: dict[str, Any], units: int, **rest: Any) -> Iterator[dict[str, Any]]:
    for name, measured in areas.items():
        if name in _LABELS:
            yield from _figure(measured, task="label", label=_LABELS[name], metric="auroc", units=units, **rest)
        elif name == "mean":
            yield from _figure(measured, task="label", metric="mean-auroc", units=units, **rest)


def figures(report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every figure of an evaluation's report, as the card wants it."""
    for source in ("odir", "phantoms"):
        for protocol, areas in report.get(source, {}).items():
            if protocol != "groups":
                units = areas["N"]["count"]
                yield from _areas(areas, units, data=_name(source, "validation"), protocol=protocol)
    for by, strata in report.get("odir", {}).get("groups", {}).items():
        for value, areas in strata.items():
            yield from _areas(
                areas,
                areas["patients"],
                data=_name("odir", "validation"),
                protocol="fine-tuned pair",
                group={"by": by, "value": value},
            )
    for name, measured in report.get("eyepacs", {}).items():
        yield from _figure(
            measured,
            data=_name("eyepacs", "validation"),
            task="grade",
            label="diabetic-retinopathy",
            metric="auroc",
            protocol=f"fine-tuned, {name}",
            units=measured["count"],
        )
    for name, measured in report.get("retrieval among 100", {}).items():
        yield from _figure(
            measured,
            data=_name("odir", "validation"),
            task="retrieval",
            metric="recall-at-1",
            protocol=f"{name}, among 100; chance {measured['chance']}",
            units=report["odir"]["fine-tuned pair"]["N"]["count"],
        )


def model_card(written: dict[str, Any], report: dict[str, Any]) -> dict[str, Any]:
    """`written` has everything but `data` and `accuracy`, and `sources`: publisher and licence of each cohort."""
    rest = dict(written)
    sources = rest.pop("sources")
    data = [
        {
            "name": _name(source, split),
            "use": "training" if split == "training" else "validation",
            **counts,
            "source": sources[source],
        }
        for source, splits in report["cohorts"].items()
        for split, counts in splits.items()
    ]
    return {"summary": rest.pop("summary"), "data": data, **rest, "accuracy": list(figures(report))}
