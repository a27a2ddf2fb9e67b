"""RET-CLIP's own layouts: `<split>_imgs.tsv` with `<split>_texts.jsonl`, and the LMDB that its script makes of them."""

from __future__ import annotations

import base64
import binascii
import io
import json
import pickle
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import DataError
from .exam import Exam


def _decode(value: Any, where: str) -> bytes:
    try:
        data = value if isinstance(value, bytes) else str(value).encode("ascii")
        return base64.urlsafe_b64decode(data.replace(b"+", b"-").replace(b"/", b"_"))
    except (UnicodeEncodeError, binascii.Error) as error:
        raise DataError(f"{where} is no base64 image: {error}.") from error


def _exams(
    reports: Iterable[tuple[str, str]], images: dict[str, tuple[Any, Any]], source: str, where: str
) -> list[Exam]:
    exams = []
    for patient, report in reports:
        if patient not in images:
            raise DataError(f'{where} has a report of patient "{patient}" and no images of that patient.')
        left, right = (_decode(image, f"{where}, patient {patient}") for image in images[patient])
        exams.append(Exam(patient, patient, source, left, right, report=report))
    return exams


def read_reference_tsv(folder: Path, split: str = "train") -> list[Exam]:
    """Raises DataError naming the line that is not as the reference's script wants it."""
    images: dict[str, tuple[Any, Any]] = {}
    reports: list[tuple[str, str]] = []
    table, texts = folder / f"{split}_imgs.tsv", folder / f"{split}_texts.jsonl"
    try:
        with table.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                parts = line.strip().split("\t")
                if len(parts) != 3:
                    raise DataError(f'Line {number} of "{table}" has {len(parts)} fields instead of 3.')
                images[parts[0]] = (parts[1], parts[2])
        with texts.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                try:
                    value = json.loads(line)
                    reports += [(str(patient), str(value["text"])) for patient in value["image_ids"]]
                except (ValueError, KeyError, TypeError) as error:
                    raise DataError(
                        f'Line {number} of "{texts}" needs text_id, text and image_ids: {error!r}.'
                    ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f'The data in "{folder}" cannot be read: {error}.') from error
    return _exams(reports, images, f"reference/{split}", f'"{folder}"')


class _PlainValues(pickle.Unpickler):
    """Tuples, strings, bytes and numbers only: nothing in a data base is executed."""

    def find_class(self, module: str, name: str) -> Any:
        raise DataError(f'The data base holds an object of "{module}.{name}" where the reference has plain values.')


def _plain(value: bytes) -> Any:
    return _PlainValues(io.BytesIO(value)).load()


def read_reference_lmdb(folder: Path) -> list[Exam]:
    """`folder` holds `pairs` and `imgs`. Needs the package `lmdb`.

    Raises DataError if the package is missing or the data base is not as the reference's script writes it.
    """
    try:
        import lmdb
    except ImportError as error:
        raise DataError(
            "To read LMDB, install python3-lmdb (Debian) or lmdb (PyPI), or name the TSV folder."
        ) from error
    reports: list[tuple[str, str]] = []
    images: dict[str, tuple[Any, Any]] = {}
    try:
        with (
            lmdb.open(str(folder / "pairs"), readonly=True, lock=False, create=False) as pairs,
            pairs.begin() as transaction,
        ):
            for number in range(int(transaction.get(b"num_samples"))):
                patient, _, text = _plain(transaction.get(str(number).encode()))
                reports.append((str(patient), str(text)))
        with (
            lmdb.open(str(folder / "imgs"), readonly=True, lock=False, create=False) as pictures,
            pictures.begin() as transaction,
        ):
            for patient, _ in reports:
                value = transaction.get(patient.encode())
                if value is not None:
                    images[patient] = _plain(value)
    except (lmdb.Error, TypeError, ValueError, pickle.UnpicklingError) as error:
        raise DataError(f'The data base in "{folder}" is not as the reference writes it: {error!r}.') from error
    return _exams(reports, images, f"reference/{folder.name}", f'"{folder}"')
