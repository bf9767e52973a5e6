"""The process that a command line is: its signals, its streams, and how it ends when something ends it.

Laws
----
- a signal ends it at once, with no traceback, whatever it is doing; nothing unfinished stays, and 128 + signal is the code
- what is written to standard output is written whole, or an exception says that it is not
- a file never takes the number of a standard stream that is closed
"""

from __future__ import annotations

import io
import os
import signal
import sys

TYPE_CHECKING = (
    False  # the module typing is not loaded before the signals are in hand, nor is contextlib
)
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

_SAID = {"SIGINT": "interrupted", "SIGTERM": "ended by SIGTERM", "SIGHUP": "ended by SIGHUP"}
_AFTER_BAR = (
    b"\r\033[K\033[?25h"  # the end of a line with a progress bar, and the cursor that it has hidden
)

_begun = False
_keeping = False


class StandardOutputFailed(Exception):
    """Standard output could not be written whole."""


class ReaderGone(Exception):
    """Nobody reads standard output any more."""


def begin() -> None:
    """Take the process over, once: it is a command line's own, and no library's."""
    global _begun
    if not _begun:
        _begun = True
        _take_signals()
        _fill_closed_streams()
        _take_streams()


class keeping:
    """Inside this block, Ctrl-C is an exception for the work that keeps what it has; a second one ends the process."""

    def __enter__(self) -> None:
        global _keeping
        _keeping = True

    def __exit__(self, *raised: object) -> None:
        global _keeping
        _keeping = False


# ---------------------------------------------------------------------------------------------
# Signals


def _take_signals() -> None:
    """Signals end the process; one that is ignored, by nohup for one, goes on being ignored."""
    for name in _SAID:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _signalled)


def _signalled(number: int, frame: FrameType | None) -> None:
    """End here and now, without unwinding: no library is in the way, which may swallow an exception or break on it."""
    global _keeping
    if _keeping and number == signal.SIGINT and not _importing(frame):
        _keeping = False
        raise KeyboardInterrupt
    try:
        if "symgd.unfinished" in sys.modules:
            sys.modules["symgd.unfinished"].discard_unfinished()
        said = f"symgd: {_SAID[signal.Signals(number).name]}\n".encode()
        os.write(2, (_AFTER_BAR if os.isatty(2) else b"") + said)
    finally:  # whatever happened above
        os._exit(128 + number)


def _importing(frame: FrameType | None) -> bool:
    """Whether a module is being loaded: packages in C tell an exception there as an error of their own, or abort."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


# ---------------------------------------------------------------------------------------------
# Streams


class _Output(io.FileIO):
    """Standard output's bytes: whole, or StandardOutputFailed or ReaderGone, once; after that they go nowhere."""

    lost = False

    def write(self, data: Any) -> int:
        while not self.lost:
            try:
                written = super().write(data)
            except BrokenPipeError:
                self.lost = True
                raise ReaderGone from None
            except OSError as error:
                self.lost = True
                raise StandardOutputFailed(error.strerror or str(error)) from None
            if written is not None:
                return written
            _wait_for(self)
        return len(memoryview(data).cast("B"))


class _Remarks(io.FileIO):
    """Standard error's bytes; what cannot be said there changes nothing."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data) or 0
        except OSError:
            return len(memoryview(data).cast("B"))


def _wait_for(stream: io.FileIO) -> None:
    """Wait until a stream that does not block takes more."""
    import select

    select.select([], [stream], [])


def _fill_closed_streams() -> None:
    """Open nothing at the numbers of closed streams: reading or writing there stays an error."""
    for number, way in enumerate((os.O_WRONLY, os.O_RDONLY, os.O_RDONLY)):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, way)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)


def _take_streams() -> None:
    """Standard output and error of our own; a Windows console has signs that go by no bytes, and stays."""
    if os.name != "nt":
        sys.stdout = _text(_Output(1, "w", closefd=False), sys.stdout)
        sys.stderr = _text(_Remarks(2, "w", closefd=False), sys.stderr)


def _text(raw: io.FileIO, before: Any) -> io.TextIOWrapper:
    """A stream of text in the encoding that there was; a sign that it has not is written as an escape, never as "?"."""
    at_once = raw.fileno() == 2 or raw.isatty() or getattr(before, "write_through", False)
    encoding = getattr(before, "encoding", None) or "utf-8"
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding, "backslashreplace", line_buffering=at_once
    )
