"""How much a derivation, or a whole command, may cost, and how it is stopped when that is spent, even inside one slow step."""

from __future__ import annotations

import _thread
import collections
import contextlib
import ctypes
import math
import os
import queue
import sched
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TypeAlias

from symgd.errors import DerivationError, counted, either
from symgd.registry.options import names_options


@names_options
@dataclass(frozen=True)
class Budget:
    """How much may be spent before a derivation, or what several are needed for, is given up.

    Parameters
    ----------
    steps : int
        Steps at most by one name.
    seconds : float
        Seconds at most for all of it: reading, deriving by each name, and checking.
    comparison : float
        Seconds at most for the comparison with `sympy.diff`; after them the result is compared with slopes instead.

    Examples
    --------
    >>> from symgd import differentiate
    >>> differentiate("x^2*sin(x)", "x", budget=Budget(steps=2))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    symgd.errors.DerivationError: ...
    """

    steps: int = 2000
    seconds: float = 60.0
    comparison: float = 20.0


USUAL = Budget()

Hook: TypeAlias = "Callable[[sys.UnraisableHookArgs], object]"


class TimeUp(BaseException):
    """Raised where the work is, so that no `except Exception` on the way keeps it."""


class BestSoFar(KeyboardInterrupt):
    """Raised in a search shortly before its time is up: it answers the best that it has, as it does to Ctrl+C."""


_LAST = 0.1  # the share of the time that is left to a search for its answer
_FOREVER = 1e9  # seconds; a thread cannot wait as long as a float can say
_UNSEEN = 1000  # watches at most that nobody looks at, most of them long over
_AGAIN = 0.5  # seconds until a TimeUp that got lost, in a destructor for one, is raised once more


@contextmanager
def stopped_after(seconds: float, error: type[TimeUp | BestSoFar] = TimeUp) -> Iterator[_Watch]:
    """Raise TimeUp inside the block when its time is up, in whatever Python code it is then; works in any thread.

    Where there is no time at all the block is not begun.
    """
    if seconds <= 0:
        raise error
    watch = _Watch(seconds, error)
    before = sys.unraisablehook
    hook = _without_time_up(before)
    try:
        sys.unraisablehook = hook
        _WATCHMAN.watch(watch)
        yield watch
    finally:
        while not watch.ended:
            try:
                watch.end()
            except error:  # it came just now: the block has ended anyway
                continue
        if sys.unraisablehook is hook:
            sys.unraisablehook = before


def _without_time_up(before: Hook) -> Hook:
    """The hook for what Python cannot raise, in a destructor for one; a TimeUp there is raised again, so it is no news."""

    def hook(lost: sys.UnraisableHookArgs) -> None:
        if not issubclass(lost.exc_type, TimeUp | BestSoFar):
            before(lost)

    return hook


@dataclass
class Spending:
    """What is being spent of a budget, and the work that it is spent on."""

    budget: Budget
    started: float
    deadline: float
    work: str = "reading the formula"
    watch: _Watch | None = None

    def error(self) -> DerivationError:
        """The error when the time is up outside of any derivation's steps."""
        seconds = counted(round(time.monotonic() - self.started), "second")
        return DerivationError(
            f"the time was up after {seconds}, while {self.work}",
            f"pass {either('a larger budget', 'more with --max-seconds')}, or use a smaller formula",
        )


_SPENDING: ContextVar[Spending | None] = ContextVar("spending", default=None)


def current() -> Budget:
    """The budget that is being spent; the usual one where none is."""
    spending = _SPENDING.get()
    return USUAL if spending is None else spending.budget


def is_usual() -> bool:
    """Whether it is the usual budget that is being spent: nobody set one."""
    return current() == USUAL


def started() -> float:
    """When the work began that is being done, as `time.monotonic` counts."""
    spending = _SPENDING.get()
    return time.monotonic() if spending is None else spending.started


def deadline_of(budget: Budget, since: float) -> float:
    """When the time of a budget is up, or that of all the work which this is a part of."""
    own, spending = since + budget.seconds, _SPENDING.get()
    return own if spending is None else min(own, spending.deadline)


@contextmanager
def shared(budget: Budget | None = None) -> Iterator[None]:
    """One budget for all that is done inside, however many derivations; DerivationError when its time is up.

    Without any, that of the work which this is a part of, or the usual one.

    Examples
    --------
    >>> from symgd import differentiate
    >>> with shared(Budget(seconds=30)):
    ...     print(differentiate("x^2", "x").result, differentiate("x^3", "x").result)
    2*x 3*x**2
    """
    outer = _SPENDING.get()
    if outer is not None and budget in (None, outer.budget):
        yield
        return
    own, now = budget or USUAL, time.monotonic()
    spending = Spending(own, now, deadline_of(own, now))
    before = _SPENDING.set(spending)
    try:
        with stopped_after(spending.deadline - now) as spending.watch:
            yield
    except TimeUp:
        raise spending.error() from None
    finally:
        _SPENDING.reset(before)


@contextmanager
def portion(share: float) -> Iterator[None]:
    """A share of the time that is left, for one of several pieces of work; DerivationError when it is up."""
    spending = _SPENDING.get()
    if spending is None:
        yield
        return
    left = max(spending.deadline - time.monotonic(), 0.0)
    with shared(replace(spending.budget, seconds=share * left)):
        yield


@contextmanager
def at_work(work: str) -> Iterator[None]:
    """Say what is being done, for when the time is up: "writing LaTeX"."""
    spending = _SPENDING.get()
    if spending is None:
        yield
        return
    before, spending.work = spending.work, work
    yield
    spending.work = before


@contextmanager
def answered_early(work: str) -> Iterator[Callable[[], bool]]:
    """Raise BestSoFar once, shortly before the time is up; what is given says whether it was. DerivationError if nobody answers it."""
    spending = _SPENDING.get()
    if spending is None:
        yield lambda: False
        return
    seconds = (spending.deadline - time.monotonic()) * (1 - _LAST)
    with at_work(work):
        try:
            with stopped_after(seconds, BestSoFar) as watch:
                yield lambda: watch.fired
        except BestSoFar:
            raise spending.error() from None


@contextmanager
def uncounted() -> Iterator[None]:
    """Time that is not counted: somebody types the data, reads a page at a time, or watches a descent."""
    spending = _SPENDING.get()
    if spending is None or spending.watch is None:
        yield
        return
    began = time.monotonic()
    spending.watch.pause()
    try:
        yield
    finally:
        waited = time.monotonic() - began
        spending.started += waited
        spending.deadline += waited
        spending.watch.go_on(spending.deadline)


class _Watch:
    """Interrupts the thread that made it, when its time is up and it has not ended."""

    def __init__(self, seconds: float, error: type[TimeUp | BestSoFar] = TimeUp) -> None:
        self.error = error
        self.fired = False
        self.deadline = time.monotonic() + min(seconds, _FOREVER)
        self.thread = ctypes.c_ulong(threading.get_ident())
        self.done = False
        self.paused = False
        self.lock = threading.Lock()
        self.ended = False

    def fire(self) -> bool:
        """Interrupt the thread, unless the watch is over or has been given time; answers whether it goes on."""
        with self.lock:
            early = self.paused or time.monotonic() < self.deadline
            if not (self.done or early):
                self.fired = True
                _interrupt(self.thread, self.error)
            return not (self.done or (self.fired and self.error is BestSoFar))

    def end(self) -> None:
        """Nothing is raised after this."""
        self.done = True
        self.settle()
        self.ended = True

    def pause(self) -> None:
        """Nothing is raised until the deadline is moved."""
        self.paused = True
        self.settle()

    def settle(self) -> None:
        """What is on its way is raised while the loop turns."""
        with self.lock:
            pass
        for _ in range(100):
            pass

    def go_on(self, deadline: float) -> None:
        """Go on with another deadline."""
        with self.lock:
            self.deadline = deadline
            self.paused = False


class _Watchman:
    """The one thread that looks after all watches.

    There is one, not one a watch: while a thread is being started it counts as the thread that starts it, and would
    be interrupted in its place.
    """

    def __init__(self) -> None:
        self.watches: collections.deque[_Watch] = collections.deque()  # that were not seen yet
        self.alarm: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.wakes = -math.inf  # the time at which the thread looks at them, unless it is woken
        self.awake = False
        self.lock = threading.Lock()

    def watch(self, watch: _Watch) -> None:
        """Look after a watch; most have as long as those before, and then nobody need be woken, which takes time.

        Where no thread can be started, in a browser for one, the time is looked at between steps alone.
        """
        if not self.awake:
            with self.lock, contextlib.suppress(RuntimeError):
                if not self.awake:
                    _thread.start_new_thread(self.look_after, ())
                    self.awake = True
        if self.awake:
            self.watches.append(watch)
            # `wakes` is read after the append: see look_after
            if watch.deadline < self.wakes or len(self.watches) > _UNSEEN:
                self.alarm.put(None)

    def look_after(self) -> None:
        schedule = sched.scheduler()

        def fire(watch: _Watch) -> None:
            if watch.fire():
                schedule.enter(_AGAIN, 0, fire, (watch,))

        while True:
            wait = schedule.run(blocking=False)
            self.wakes = math.inf if wait is None else time.monotonic() + wait
            if self.watches:  # come before `wakes` was written; who comes later reads it
                self.wakes = -math.inf
            while self.watches:
                watch = self.watches.popleft()
                if not watch.done:
                    schedule.enterabs(watch.deadline, 0, fire, (watch,))
            if self.wakes > 0:
                with contextlib.suppress(queue.Empty):
                    self.alarm.get(timeout=wait)
                self.wakes = -math.inf


_WATCHMAN = _Watchman()


def _after_fork() -> None:
    """A forked process has none of its parent's threads."""
    global _WATCHMAN
    _WATCHMAN = _Watchman()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _interrupt(thread: ctypes.c_ulong, error: type[BaseException]) -> None:
    """Have the thread raise an error next.

    It is never taken back: CPython would then look for it at every step from there on.
    """
    api = getattr(ctypes, "pythonapi", None)
    if api is not None:  # CPython; elsewhere the time is looked at between steps alone
        api.PyThreadState_SetAsyncExc(thread, ctypes.py_object(error))
