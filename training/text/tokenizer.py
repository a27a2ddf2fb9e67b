"""BERT WordPiece as the reference uses it; the same ids as model/tokenizer gives in the product."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import torch
from torch import Tensor

from ..errors import ConfigurationError

_IDEOGRAPHS = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)
_LONGEST_WORD = 200


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character).startswith("P") or character in "$+<=>^`|~"


def _split_words(text: str) -> list[str]:
    words: list[str] = []
    word = ""

    def close() -> None:
        nonlocal word
        if word:
            words.append(word)
        word = ""

    cleaned = ""
    for character in text:
        category = unicodedata.category(character)
        if character in "\t\n\r" or category == "Zs":
            cleaned += " "
        elif character not in "\0\ufffd" and category not in ("Cc", "Cf"):
            cleaned += character
    folded = "".join(c for c in unicodedata.normalize("NFD", cleaned.lower()) if unicodedata.category(c) != "Mn")
    for character in folded:
        if character.isspace():
            close()
        elif _is_punctuation(character) or any(a <= ord(character) <= b for a, b in _IDEOGRAPHS):
            close()
            words.append(character)
        else:
            word += character
    close()
    return words


class Tokenizer:
    """`vocabulary` holds one entry a line; the line's number from 0 is its id.

    Raises ConfigurationError if a special entry is missing.
    """

    def __init__(self, vocabulary: str) -> None:
        entries = [line.strip() for line in vocabulary.split("\n")]
        while entries and entries[-1] == "":
            entries.pop()
        self.size = len(entries)
        self._ids = {entry: number for number, entry in enumerate(entries)}
        for entry in ("[PAD]", "[UNK]", "[CLS]", "[SEP]"):
            if entry not in self._ids:
                raise ConfigurationError(f'The vocabulary has no entry "{entry}": it is no BERT vocabulary.')
        if entries[0] != "[PAD]":
            raise ConfigurationError('The vocabulary\'s first entry must be "[PAD]": the model masks token 0.')
        self.unknown = self._ids["[UNK]"]

    @staticmethod
    def read(path: Path) -> Tokenizer:
        try:
            return Tokenizer(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f'The vocabulary "{path}" cannot be read: {error}.') from error

    def _pieces(self, word: str) -> list[int]:
        if len(word) > _LONGEST_WORD:
            return [self.unknown]
        ids, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                found = self._ids.get(("##" if start else "") + word[start:end])
                if found is not None:
                    ids.append(found)
                    start = end
                    break
            else:
                return [self.unknown]
        return ids

    def encode(self, text: str, length: int) -> list[int]:
        """`[CLS] … [SEP]`, cut before `[SEP]` and padded with 0 to `length`."""
        plain = text.lower().replace("“", '"').replace("”", '"')
        pieces = [piece for word in _split_words(plain) for piece in self._pieces(word)][: length - 2]
        ids = [self._ids["[CLS]"], *pieces, self._ids["[SEP]"]]
        return ids + [0] * (length - len(ids))

    def encode_all(self, texts: list[str], length: int) -> Tensor:
        """int64 [N, L]; L is the longest text's, at most `length`: what follows would be padding, which is masked."""
        rows = [self.encode(text, length) for text in texts]
        longest = max((sum(1 for token in row if token != 0) for row in rows), default=2)
        return torch.tensor([row[:longest] for row in rows], dtype=torch.int64).reshape(len(rows), longest)
