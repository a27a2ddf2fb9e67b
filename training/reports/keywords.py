"""ODIR-5K's diagnostic keywords: their Chinese and English wording and the ODIR label that each stands for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Keyword:
    """`label` is one of ODIR's eight letters, or empty where the keyword is not a diagnosis (lens dust, a bad picture).

    `grade` is the retinopathy's grade from 0 to 4 (ICDR scale), or -1 where the keyword does not tell it.
    The first wording of each language is the literal one.
    """

    name: str
    label: str
    grade: int
    chinese: tuple[str, ...]
    english: tuple[str, ...]


#: What a label is called when the report does not go into more detail.
GENERAL_WORDING: dict[str, tuple[str, str]] = {
    "N": ("正常眼底", "normal fundus"),
    "D": ("糖尿病视网膜病变", "diabetic retinopathy"),
    "G": ("青光眼", "glaucoma"),
    "C": ("白内障", "cataract"),
    "A": ("年龄相关性黄斑变性", "age-related macular degeneration"),
    "H": ("高血压性视网膜病变", "hypertensive retinopathy"),
    "M": ("病理性近视", "pathological myopia"),
}


def _read(path: Path) -> dict[str, Keyword]:
    keywords = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        name, label, grade, chinese, english = (part.strip() for part in line.split("|"))
        wording = tuple(text.strip() for text in english.split(";") if text.strip())
        keywords[name] = Keyword(
            name, label, int(grade or -1), tuple(text.strip() for text in chinese.split(";")), wording or (name,)
        )
    return keywords


KEYWORDS: dict[str, Keyword] = _read(Path(__file__).with_name("odir-keywords.txt"))


def split_keywords(cell: str) -> list[str]:
    """A cell such as `drusen，laser spot` to its keywords, each once, in order. Both commas separate."""
    found = (part.strip().lower() for part in cell.replace("，", ",").split(","))
    return list(dict.fromkeys(part for part in found if part))
