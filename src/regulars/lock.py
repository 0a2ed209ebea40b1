"""One writer at a time: a lock that the operating system lets go when its owner dies, however it dies.

The file stays where it is and is never deleted (deleting a lock file is how two owners come to hold it). What says
"taken" is the system's lock on it, not that it exists; what it holds only names the owner. So a file left by a killed
run, or by a process number that meanwhile belongs to somebody else, is free by itself.
"""

import errno
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from regulars.errors import LockedError, StoreError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_BUSY = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold the lock `file` for the length of a `with`; LockedError names the owner where another process holds it."""
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise StoreError("cannot_write", path=str(file.parent), why=error.strerror) from error
    try:
        _take(handle, file)
        _sign(handle, file)
        yield
    finally:
        os.close(handle)  # lets the lock go


def held(file: Path) -> bool:
    """Whether a process holds the lock `file` now; asking disturbs nobody who holds it."""
    try:
        handle = os.open(file, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        if sys.platform == "win32":
            os.lseek(handle, 1 << 30, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in _BUSY
    else:
        return False
    finally:
        os.close(handle)


def _take(handle: int, file: Path) -> None:
    try:
        if sys.platform == "win32":
            os.lseek(handle, 1 << 30, os.SEEK_SET)  # beyond the text, which others must be able to read
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in _BUSY:
            raise StoreError("cannot_lock", path=str(file.parent), why=error.strerror) from error
        pid, _, host = file.read_text(encoding="utf-8", errors="replace").strip().partition(" ")
        raise LockedError("shop_locked", path=str(file.parent), pid=pid or None, host=host or None) from error


def _sign(handle: int, file: Path) -> None:
    try:
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, f"{os.getpid()} {socket.gethostname()}\n".encode())
    except OSError as error:
        raise StoreError("cannot_write", path=str(file.parent), why=error.strerror) from error
