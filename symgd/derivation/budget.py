"""How much a derivation may cost, and how it is stopped when that is spent, even inside one slow step."""

from __future__ import annotations

import _thread
import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """How much a derivation may cost before it is given up.

    Parameters
    ----------
    steps : int
        Steps at most.
    seconds : float
        Seconds at most for the steps.
    comparison : float
        Seconds at most for the comparison with `sympy.diff`; after them the result is compared with slopes instead.
    """

    steps: int = 2000
    seconds: float = 60.0
    comparison: float = 20.0


USUAL = Budget()


class TimeUp(BaseException):
    """Raised where the work is, so that no `except Exception` on the way keeps it."""


_AGAIN = 0.5  # seconds until a TimeUp that got lost, in a destructor for one, is raised once more


@contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
    """Raise TimeUp inside the block when its time is up, in whatever Python code it is then; works in any thread.

    Examples
    --------
    >>> try:
    ...     with stopped_after(0.01):
    ...         while True:
    ...             pass
    ... except TimeUp:
    ...     print("stopped")
    stopped
    """
    watch = _Watch(seconds)
    try:
        watch.start()
        yield
    finally:
        while not watch.ended:
            try:
                watch.end()
            except TimeUp:  # it came just now: the block has ended anyway
                continue


class _Watch:
    """A thread that waits, and then interrupts the one that made it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.thread = ctypes.c_ulong(threading.get_ident())
        self.done = threading.Event()
        self.lock = threading.Lock()
        self.ended = False

    def start(self) -> None:
        # A Thread object would wait until it runs; this does not.
        _thread.start_new_thread(self.wait, ())

    def wait(self) -> None:
        left = self.seconds
        while not self.done.wait(left):
            with self.lock:
                if not self.done.is_set():
                    _interrupt(self.thread)
            left = _AGAIN

    def end(self) -> None:
        """Nothing is raised after this: what is on its way comes while the loop turns."""
        self.done.set()
        with self.lock:
            pass
        for _ in range(100):
            pass
        self.ended = True


def _interrupt(thread: ctypes.c_ulong) -> None:
    """Have the thread raise TimeUp next.

    It is never taken back: CPython would then look for it at every step from there on.
    """
    api = getattr(ctypes, "pythonapi", None)
    if api is not None:  # CPython; elsewhere the time is looked at between steps alone
        api.PyThreadState_SetAsyncExc(thread, ctypes.py_object(TimeUp))
