"""What is begun and not yet finished: files and folders that come to their place, or go, even after a kill.

Laws
----
- each is known to this process before it is there, so `discard_unfinished` forgets none
- each is locked as long as its process lives, so `sweep` removes what was left behind, and nothing else
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

UNFINISHED = re.compile(r"\.symgd-unfinished-[0-9a-f]{16}(\..*)?")
_DAY = 86400.0  # what cannot be locked is left behind when nobody has written to it for so many seconds
_NO_LOCK = -1

# What this process has not finished, each with the open file that holds its lock.
_under_way: dict[Path, int] = {}


def begun(folder: Path, suffix: str, make: Callable[[Path], None] | None = None) -> Path:
    """A new file, or what `make` makes, locked by this process; it is known before it is there, so none is forgotten."""
    ending = suffix if len(os.fsencode(suffix)) <= 40 else ""
    while True:
        path = folder / f".symgd-unfinished-{os.urandom(8).hex()}{ending}"
        _under_way[path] = _NO_LOCK
        try:
            (make or _new_file)(path)
            lock = _lock(path)
        except OSError:
            given_up(path)
            raise
        if lock is not None:
            _under_way[path] = lock
            return path
        given_up(path)  # another process took it for left behind, between making and locking


def _new_file(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def given_up(path: Path) -> None:
    """Remove what was begun, if it has not come to its place."""
    for _ in range(50):  # threads that draw a film may go on writing into its folder
        _removed(path)
        if not os.path.lexists(path):
            break
        time.sleep(0.01)
    lock = _under_way.pop(path, _NO_LOCK)
    if lock != _NO_LOCK:
        os.close(lock)


def _removed(path: Path) -> None:
    if path.is_dir():
        import shutil

        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def discard_unfinished() -> None:
    """Remove what this process has not finished: it is about to end, wherever it is."""
    for path in [*_under_way]:
        with suppress(OSError):
            given_up(path)


def sweep(folder: Path) -> None:
    """Remove what processes that were killed have left: what has our names and is locked by nobody."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if UNFINISHED.fullmatch(entry.name) and not entry.is_symlink():
                _remove_left(Path(entry.path))


def _remove_left(path: Path) -> None:
    with suppress(OSError):
        lock = _lock(path)
        if lock is None or (lock == _NO_LOCK and time.time() - path.stat().st_mtime < _DAY):
            return
        _removed(path)
        if lock != _NO_LOCK:
            os.close(lock)


def _lock(path: Path) -> int | None:
    """An open file with the lock on `path`; _NO_LOCK where there are no locks, None where another process has it."""
    if sys.platform == "win32":
        return _NO_LOCK
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(file), os.lstat(path)):
            return file
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError:
        os.close(file)
        return _NO_LOCK
    os.close(file)
    return None
