"""How much a derivation may cost, and how it is stopped when that is spent, even inside one slow step."""

from __future__ import annotations

import _thread
import contextlib
import ctypes
import os
import queue
import sched
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from symgd.registry.options import names_options


@names_options
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

Hook: TypeAlias = "Callable[[sys.UnraisableHookArgs], object]"


class TimeUp(BaseException):
    """Raised where the work is, so that no `except Exception` on the way keeps it."""


_AGAIN = 0.5  # seconds until a TimeUp that got lost, in a destructor for one, is raised once more


@contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
    """Raise TimeUp inside the block when its time is up, in whatever Python code it is then; works in any thread."""
    watch = _Watch(seconds)
    before = sys.unraisablehook
    hook = _without_time_up(before)
    try:
        sys.unraisablehook = hook
        if _WATCHMAN.wake():
            _WATCHMAN.watches.put(watch)
        yield
    finally:
        while not watch.ended:
            try:
                watch.end()
            except TimeUp:  # it came just now: the block has ended anyway
                continue
        if sys.unraisablehook is hook:
            sys.unraisablehook = before


def _without_time_up(before: Hook) -> Hook:
    """The hook for what Python cannot raise, in a destructor for one; a TimeUp there is raised again, so it is no news."""

    def hook(lost: sys.UnraisableHookArgs) -> None:
        if not issubclass(lost.exc_type, TimeUp):
            before(lost)

    return hook


class _Watch:
    """Interrupts the thread that made it, when its time is up and it has not ended."""

    def __init__(self, seconds: float) -> None:
        self.deadline = time.monotonic() + seconds
        self.thread = ctypes.c_ulong(threading.get_ident())
        self.done = False
        self.lock = threading.Lock()
        self.ended = False

    def fire(self) -> bool:
        """Interrupt the thread, unless the watch is over; answers whether it goes on."""
        with self.lock:
            if not self.done:
                _interrupt(self.thread)
            return not self.done

    def end(self) -> None:
        """Nothing is raised after this: what is on its way comes while the loop turns."""
        self.done = True
        with self.lock:
            pass
        for _ in range(100):
            pass
        self.ended = True


class _Watchman:
    """The one thread that looks after all watches.

    There is one, not one a watch: while a thread is being started it counts as the thread that starts it, and would
    be interrupted in its place.
    """

    def __init__(self) -> None:
        self.watches: queue.SimpleQueue[_Watch] = queue.SimpleQueue()
        self.awake = False
        self.lock = threading.Lock()

    def wake(self) -> bool:
        """Start the thread where it does not run yet; answers whether it does.

        Where none can be started, in a browser for one, the time is looked at between steps alone.
        """
        if not self.awake:
            with self.lock, contextlib.suppress(RuntimeError):
                if not self.awake:
                    _thread.start_new_thread(self.look_after, ())
                    self.awake = True
        return self.awake

    def look_after(self) -> None:
        schedule = sched.scheduler()

        def fire(watch: _Watch) -> None:
            if watch.fire():
                schedule.enter(_AGAIN, 0, fire, (watch,))

        while True:
            with contextlib.suppress(queue.Empty):
                watch = self.watches.get(timeout=schedule.run(blocking=False))
                schedule.enterabs(watch.deadline, 0, fire, (watch,))


_WATCHMAN = _Watchman()


def _after_fork() -> None:
    """A forked process has none of its parent's threads."""
    global _WATCHMAN
    _WATCHMAN = _Watchman()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _interrupt(thread: ctypes.c_ulong) -> None:
    """Have the thread raise TimeUp next.

    It is never taken back: CPython would then look for it at every step from there on.
    """
    api = getattr(ctypes, "pythonapi", None)
    if api is not None:  # CPython; elsewhere the time is looked at between steps alone
        api.PyThreadState_SetAsyncExc(thread, ctypes.py_object(TimeUp))
