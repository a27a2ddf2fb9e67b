"""Which patients are kept for validation: a rule, so that no list of patients is needed."""

from __future__ import annotations

import hashlib

#: Share of the groups of each source that are never trained on.
VALIDATION_SHARES = {"odir": 0.15, "eyepacs": 0.20, "phantoms": 0.10}
USUAL_SHARE = 0.15
SEED = "retclip-validation-1"


def position(source: str, group: str) -> float:
    """From 0 to 1, the same for ever for a group of a source: SHA-256 of `seed/source/group`, its first 8 bytes."""
    digest = hashlib.sha256(f"{SEED}/{source}/{group}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def is_validation(source: str, group: str) -> bool:
    return position(source, group) < VALIDATION_SHARES.get(source, USUAL_SHARE)
