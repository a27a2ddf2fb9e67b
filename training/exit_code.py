"""How a command of the training ends: exit codes 2 for wrong use, 3 for what failed, else what the work returns."""

from __future__ import annotations

import sys
from collections.abc import Callable

from .errors import ConfigurationError, TrainingError


def exit_code_of(work: Callable[[], int]) -> int:
    """Runs the work; an error of the training is told on the error output in one line, anything else is raised."""
    try:
        return work()
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 2
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 3
