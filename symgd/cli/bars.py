"""Progress bars: on standard error, where somebody watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

GLANCE = 1.0  # seconds


def film_bar(lesson: str) -> Callable[[int, int, Any], None]:
    """A bar that follows a film's beats; silent where nobody watches."""
    bar = _bar(lesson, True, item_show_func=lambda beat: beat.name if beat else None)

    def progress(done: int, total: int, beat: Any) -> None:
        bar.length = total
        bar.update(done - bar.pos, beat)
        if done == total:
            bar.render_finish()

    return progress


@contextmanager
def work_bar(label: str, shown: bool = True) -> Iterator[Callable[[int, int], None]]:
    """A bar for work that tells how much is done of how much, where it takes longer than a glance."""
    bar = _bar(label, shown, width=20, show_eta=False)
    begun = time.monotonic()

    def progress(done: int, total: int) -> None:
        if time.monotonic() - begun < GLANCE:
            return
        bar.length = max(total, 1)
        bar.update(max(done - bar.pos, 0))

    try:
        yield progress
    finally:
        if bar.pos:
            bar.render_finish()


def _bar(label: str, shown: bool, **more: Any) -> Any:
    hidden = not (shown and sys.stderr.isatty())
    return click.progressbar(length=1, label=label, file=sys.stderr, hidden=hidden, **more)
