"""The run log, `run.log` in the shop's folder: one JSON object a line for each run, for whoever has to help.

It says what ran, when, how long each stage took, how many lines and customers there were, and how it ended. It holds no
personal data: of an error only its key, no names, no values, no file names, no settings. It never lies within a study,
which must not know the time.
"""

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from regulars import __version__
from regulars.errors import RegularsError

_MOST = 1_000_000  # bytes; then the log moves to run.log.1 and begins anew


class RunLog:
    """One run while it goes on."""

    def __init__(self, command: str, tell: Callable[[str], None]) -> None:
        self.counts: dict[str, int] = {}  # what the run wants noted: lines, customers
        self._command = command
        self._tell = tell
        self._marks = [("start", time.perf_counter())]

    def __call__(self, stage: str) -> None:
        """Notes that a stage begins, and tells whoever shows the progress."""
        self._marks.append((stage, time.perf_counter()))
        self._tell(stage)

    def line(self, outcome: str) -> str:
        """The run so far as one line of JSON, without its end of line."""
        ends = [*(at for _, at in self._marks[1:]), time.perf_counter()]
        stages: dict[str, float] = {}
        for (stage, began), ended in zip(self._marks, ends, strict=True):
            stages[stage] = round(stages.get(stage, 0) + ended - began, 3)
        return json.dumps(
            {
                "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "command": self._command,
                "regulars": __version__,
                "python": platform.python_version(),
                "system": f"{sys.platform} {platform.machine()}",
                "outcome": outcome,
                "cpu_seconds": round(time.process_time(), 3),
                "stages": stages,
                **self.counts,
            }
        )


@contextmanager
def logged(folder: Path, command: str, tell: Callable[[str], None]) -> Iterator[RunLog]:
    """Log one run into the shop's folder, however it ends; a log that cannot be written stops nothing.

    A folder that the run has not made is not made for the log.
    """
    log = RunLog(command, tell)
    outcome = "done"
    try:
        yield log
    except RegularsError as error:
        outcome = error.message.key
        raise
    except BaseException as error:
        outcome = type(error).__name__
        raise
    finally:
        with suppress(OSError):
            _append(folder / "run.log", f"{log.line(outcome)}\n")


def _append(file: Path, line: str) -> None:
    if file.is_file() and file.stat().st_size > _MOST:
        file.replace(file.with_name(f"{file.name}.1"))
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        os.write(handle, line.encode())  # one write: lines of two runs do not mix
    finally:
        os.close(handle)
