"""Reports of an exam from the findings of its eyes, in Chinese and in English."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeAlias

from .keywords import GENERAL_WORDING, KEYWORDS

#: Findings of one eye, as names of keywords; None for an eye that never came.
Findings: TypeAlias = Sequence[str] | None

#: How often a keyword is written as its label alone ("diabetic retinopathy" for any grade of it).
GENERAL_SHARE = 0.25


def _wording(name: str, chinese: bool, choose: random.Random) -> str:
    keyword = KEYWORDS[name]
    if keyword.label in GENERAL_WORDING and choose.random() < GENERAL_SHARE:
        return GENERAL_WORDING[keyword.label][0 if chinese else 1]
    wordings = keyword.chinese if chinese else keyword.english
    return wordings[0] if choose.random() < 0.5 else choose.choice(wordings)


def _eye(findings: Sequence[str], chinese: bool, choose: random.Random) -> str:
    texts = list(dict.fromkeys(_wording(name, chinese, choose) for name in findings))
    return ("、" if chinese else ", ").join(texts)


def write_report(left: Findings, right: Findings, choose: random.Random, chinese: bool) -> str:
    """One of the ways to say what was found, chosen by `choose`: `左眼白内障，右眼正常眼底`, `cataract in both eyes`."""
    if left is not None and right is not None and sorted(left) == sorted(right):
        both = _eye(left, chinese, choose)
        form = choose.random()
        if form < 0.6:
            return f"双眼{both}" if chinese else choose.choice([f"{both} in both eyes", f"both eyes: {both}"])
        if form < 0.75:
            return both
        return f"左眼{both}，右眼{both}" if chinese else f"left eye: {both}, right eye: {both}"
    parts = []
    for findings, name in ((left, ("左眼", "left eye: ")), (right, ("右眼", "right eye: "))):
        if findings is not None:
            parts.append((name[0] if chinese else name[1]) + _eye(findings, chinese, choose))
    return ("，" if chinese else ", ").join(parts)
