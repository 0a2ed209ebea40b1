"""Peak memory of a piece of work, in a process of its own.

The kernel's `ru_maxrss` will not do: a child begins with the peak of the process that started it, and in the process of
the tests an earlier test may have reached more. `VmHWM` is the peak of the program itself.
"""

import subprocess
import sys
from pathlib import Path

import pytest

STATUS = Path("/proc/self/status")
_PROGRAM = """
import sys
from pathlib import Path
def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
{before}
at_first = peak()
{work}
print((peak() - at_first) // 1024)
"""


def growth(before: str, work: str, *arguments: str) -> int:
    """By how many MB the peak of a new Python grows when it does `work` after `before`; both see `sys.argv[1:]`."""
    if not STATUS.exists():
        pytest.skip("the peak memory of a program is read from Linux's /proc")
    program = [sys.executable, "-c", _PROGRAM.format(before=before, work=work), *arguments]
    return int(subprocess.run(program, capture_output=True, text=True, check=True).stdout.split()[-1])
