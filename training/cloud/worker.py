"""One process of a run in the cloud, as torchrun starts it: `python3 -m training train`, with one difference.

Photographs that could not be read are named, and are no reason for the others to be ended: torchrun takes every exit code
but 0 for a fault of the whole run.
"""

from __future__ import annotations

import sys

from ..__main__ import main

if __name__ == "__main__":
    code = main(["train", *sys.argv[1:]])
    sys.exit(0 if code == 1 else code)
