"""Crew: processes that draw beats, as many as there are cores, and the one that they come from waits for them."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from queue import Queue
from typing import IO, Any

from symgd.animations.making.footage import Footage
from symgd.animations.making.production import Script
from symgd.animations.making.shooting import Claims, draw
from symgd.animations.staging.beats import Progress
from symgd.errors import OutputError, SymgdError

WORTH = 1.2e8  # pixels: what is less is drawn before another process has begun
_BEGIN = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from symgd.animations.making.crew import work; work()"
)


def drawn(
    scripts: Sequence[Script],
    footage: Footage,
    folder: Path,
    done: Callable[[int, int], None],
    processes: int | None = None,
) -> None:
    """Draw all chosen beats that there are no takes of; `done` is told each script and beat.

    Parameters
    ----------
    scripts : sequence of Script
    footage : Footage
        Where takes are, and come to.
    folder : path
        Where the processes agree who draws what.
    processes : int, optional
        Without it, one for each core where there is enough to do.
    """
    lacking = 0
    for number, script in enumerate(scripts):
        for beat in script.chosen:
            if footage.get(script.keys[beat]) is None:
                lacking += 1
            else:
                done(number, beat)
    if not lacking:
        return
    worth = sum(script.work for script in scripts) > WORTH
    count = min(processes or (cores() if worth else 1), lacking)
    luggage = _packed(scripts) if count > 1 else None
    if luggage is None:
        claims = Claims(folder)
        for number, script in enumerate(scripts):
            draw(number, script, footage, claims, done)
    else:
        _together(luggage, count, footage.folder, folder, done)


def make(
    scripts: Sequence[Script],
    footage: Footage,
    folder: Path,
    progress: Progress | None = None,
    processes: int | None = None,
) -> None:
    """Draw what is lacking, and tell how many beats are done of all."""
    total, done = sum(len(script.chosen) for script in scripts), 0

    def beat_done(number: int, beat: int) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total, scripts[number].beats[beat])

    drawn(scripts, footage, folder, beat_done, processes)


def cores() -> int:
    """How many processes may run at a time."""
    with suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _packed(scripts: Sequence[Script]) -> bytes | None:
    """The scripts for another process; None where it could not read them, as of a scene that was typed into a notebook."""
    if any(script.production.scene.__module__ == "__main__" for script in scripts):
        return None
    bare = [Script(s.production, [_unshown(b) for b in s.beats], s.keys, s.chosen) for s in scripts]
    try:
        return pickle.dumps(bare)
    except (pickle.PicklingError, TypeError, AttributeError):
        return None


def _unshown(beat: Any) -> Any:
    from dataclasses import replace

    return replace(beat, show=None)


def _together(
    luggage: bytes, count: int, store: Path, folder: Path, done: Callable[[int, int], None]
) -> None:
    heard: Queue[tuple[int, str | None]] = Queue()
    with _processes(count) as crew:
        for number, process in enumerate(crew):
            threading.Thread(target=_listen, args=(number, process, heard), daemon=True).start()
            with suppress(BrokenPipeError):
                assert process.stdin is not None
                process.stdin.write(pickle.dumps(sys.path))
                process.stdin.write(pickle.dumps((luggage, number, str(store), str(folder))))
                process.stdin.flush()  # it stays open: when it closes, the process ends
        running = count
        while running:
            number, said = heard.get()
            if said is None:
                running -= 1
                _expect_well(crew[number])
                continue
            kind, *rest = json.loads(said)
            if kind == "failed":
                raise _failure(rest[0])
            done(*rest)


def _listen(number: int, process: subprocess.Popen[bytes], heard: Queue[Any]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        heard.put((number, line.decode()))
    heard.put((number, None))


@contextmanager
def _processes(count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many processes, which end with the block, whatever ends it."""
    crew: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(count):
            crew.append(
                subprocess.Popen(
                    [sys.executable, "-c", _BEGIN],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
            )
        yield crew
    finally:
        for process in crew:
            process.kill()
        for process in crew:
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(BrokenPipeError):
                    if pipe is not None:
                        pipe.close()


def _expect_well(process: subprocess.Popen[bytes]) -> None:
    code = process.wait()
    if code:
        cause = f"a process that drew the film ended with code {code}"
        raise OutputError(cause, "make room in memory, or take a lower quality; then run it again")


def _failure(packed: str) -> Exception:
    error: Exception = pickle.loads(b64decode(packed))
    return error


# ---------------------------------------------------------------------------------------------
# In the other process


def work() -> None:
    """Draw what another process asks for, until it is done or that process is gone."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asked
    source = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    luggage, number, store, folder = pickle.load(source)
    threading.Thread(target=_end_with, args=(source,), daemon=True).start()

    def say(*said: Any) -> None:
        answers.write(json.dumps(said) + "\n")
        answers.flush()

    try:
        scripts: list[Script] = pickle.loads(luggage)
        footage, claims = Footage(Path(store)), Claims(Path(folder))
        own = range(len(scripts))
        films = (*own[number:], *own[:number])  # each begins with another film
        # A film that two draw is passed over by both: what nobody has begun comes first.
        for film in chain(filter(claims.begin, films), films):
            draw(film, scripts[film], footage, claims, lambda n, beat: say("done", n, beat))
    except Exception as error:
        say("failed", b64encode(_pickled(error)).decode())
    answers.flush()
    os._exit(0)


def _end_with(source: IO[bytes]) -> None:
    """The process that asked is gone, or wants no more."""
    while source.read(1):
        pass
    os._exit(1)


def _pickled(error: Exception) -> bytes:
    import traceback

    try:
        packed = pickle.dumps(error)
        pickle.loads(packed)
        if isinstance(error, SymgdError):
            return packed
    except Exception:
        pass
    said = "".join(traceback.format_exception(error))
    return pickle.dumps(RuntimeError(said))
