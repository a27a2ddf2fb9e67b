"""Sends a run's checkpoints to the bucket while it goes on."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from ..errors import StorageError
from .object_store import ObjectStore

CHECKPOINT = "latest.pt"
#: What a run appends to.
LOGS = ("log.jsonl", "validation.jsonl")


class CheckpointUpload:
    """Looks at `folder` every `seconds` and sends a checkpoint that is new, with the logs so far.

    An upload that fails is tried again with the next look; `close` sends what is left and raises StorageError if it
    cannot.
    """

    def __init__(self, store: ObjectStore, folder: Path, prefix: str, seconds: float) -> None:
        self._store, self._folder, self._prefix, self._seconds = store, folder, prefix, seconds
        self._sent = self._stamp()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="checkpoint-upload", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        # What the last epoch was judged to be stands in the logs only after its checkpoint.
        self._send(ended=True)

    def _stamp(self) -> int:
        """Changes with each checkpoint; 0 where there is none."""
        path = self._folder / CHECKPOINT
        return path.stat().st_mtime_ns if path.exists() else 0

    def _watch(self) -> None:
        while not self._ended.wait(self._seconds):
            try:
                self._send()
            except StorageError as error:
                print(f"{error} It will be tried again.", file=sys.stderr, flush=True)

    def _send(self, ended: bool = False) -> None:
        stamp = self._stamp()
        if stamp == self._sent and not ended:
            return
        # The checkpoint last: it says how far the run is.
        for name in LOGS if stamp == self._sent else (*LOGS, CHECKPOINT):
            if (self._folder / name).exists():
                self._store.upload(self._folder / name, self._prefix + name)
        self._sent = stamp
