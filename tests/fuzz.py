"""Tries every promise that the tests make of random input, on new input for so many minutes, on all cores.

A worker that hangs, or is killed for its memory, counts as a fault: the input that it had at last is told.
"""

from __future__ import annotations

import argparse
import collections
import faulthandler
import functools
import importlib
import multiprocessing
import os
import queue
import random
import resource
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import hypothesis
import pytest
from test_fuzz import HANGS

import conftest

TESTS = Path(conftest.__file__).parent
MEMORY = 6 * 2**30  # bytes for one worker

# A promise, a seed, how many inputs were tried, and what fell.
Report: TypeAlias = tuple[str, int, int, str]

# New input, and no looking for less of what fell, which may take minutes.
hypothesis.settings.register_profile(
    "fuzz",
    hypothesis.settings.get_profile("symgd"),
    derandomize=False,
    database=None,
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
)


def promises(word: str) -> Mapping[str, Any]:
    """The tests of Hypothesis with `word` in their names or their files' names, as file::test."""
    found = {}
    for path in sorted(TESTS.glob("test_*.py")):
        if "@given(" in path.read_text("utf-8"):
            try:
                module = importlib.import_module(path.stem)
            except pytest.skip.Exception:  # what it needs is not installed
                continue
            for name, test in vars(module).items():
                if hasattr(test, "hypothesis") and test.__module__ == path.stem:
                    found[f"{path.name}::{name}"] = test
    return {name: test for name, test in found.items() if word in name}


class Trial:
    """One promise at as many inputs of a seed as it has among the tests."""

    def __init__(self, test: Any, seed: int, log: Path) -> None:
        self.test, self.seed, self.log = test, seed, log
        self.inputs = 0

    def run(self) -> str:
        """What fell, or nothing."""
        inner = self.test.hypothesis.inner_test

        @functools.wraps(inner)
        def tried(*given: Any, **named: Any) -> None:
            self.inputs += 1
            self.log.write_text(f"{given or named}", "utf-8", "replace")
            faulthandler.dump_traceback_later(HANGS, exit=True)
            inner(*given, **named)

        self.test.hypothesis.inner_test = tried
        try:
            hypothesis.seed(self.seed)(self.test)()
        except BaseException as fault:
            return "".join(traceback.format_exception(fault))
        finally:
            self.test.hypothesis.inner_test = inner
        return ""


def work(word: str, until: float, log: Path, reports: Any) -> None:
    """Try one promise after the other until time is up."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    hypothesis.settings.load_profile("fuzz")  # here alone: pytest imports this file as well
    known, source = promises(word), random.SystemRandom()
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", "Generating overly large repr")  # of deep formulas; it is
    while time.time() < until:
        name, seed = source.choice([*known]), source.randrange(10**9)
        reports.put((name, seed, 0, ""))
        trial = Trial(known[name], seed, log)
        told = trial.run()
        reports.put((name, seed, trial.inputs, told))
    faulthandler.cancel_dump_traceback_later()


class Workers:
    """So many processes; one that dies is told with its last input, and another takes its place."""

    def __init__(self, word: str, until: float, many: int, folder: Path) -> None:
        self.word, self.until, self.folder = word, until, folder
        self.context = multiprocessing.get_context("spawn")
        self.reports = [self.context.Queue() for _ in range(many)]
        self.running = [self.start(number) for number in range(many)]
        self.last: list[Report] = [("", 0, 0, "")] * many

    def start(self, number: int) -> Any:
        given = (self.word, self.until, self.folder / str(number), self.reports[number])
        process = self.context.Process(target=work, args=given)
        process.start()
        return process

    def next_reports(self) -> list[Report]:
        """What was finished, or fell, since this was last asked."""
        found = []
        for number, process in enumerate(self.running):
            ended = process.exitcode  # asked first: what it said before is in the queue by then
            while True:
                try:
                    self.last[number] = self.reports[number].get(timeout=0.2)
                except queue.Empty:
                    break
                if self.last[number][2]:
                    found.append(self.last[number])
            if ended:
                name, seed, *_ = self.last[number]
                given = (self.folder / str(number)).read_text("utf-8")
                found.append((name, seed, 1, f"the worker ended with {ended} at {given}"))
                if time.time() < self.until:
                    self.running[number] = self.start(number)
        return found

    @property
    def busy(self) -> bool:
        return any(process.exitcode is None for process in self.running)


def main() -> int:
    """Try for so long, tell every fault once, and what was tried; 1 where something fell."""
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=10.0)
    parser.add_argument(
        "-k",
        default="",
        metavar="WORD",
        help="only tests with this in their files' names or their own",
    )
    parser.add_argument(
        "-n", type=int, default=os.cpu_count(), metavar="N", help="on so many processes"
    )
    asked = parser.parse_args()
    if not promises(asked.k):
        parser.error(f"no promise has {asked.k!r} in its name")
    inputs, faults, known = collections.Counter[str](), collections.Counter[str](), set[str]()
    with tempfile.TemporaryDirectory() as folder:
        workers = Workers(asked.k, time.time() + 60 * asked.minutes, asked.n, Path(folder))
        busy = True
        while busy:
            busy = workers.busy  # asked first: what fell at the very end is told as well
            for name, seed, tried, told in workers.next_reports():
                inputs[name] += tried
                faults[name] += bool(told)
                kind = f"{name} {_kind(told)}"
                if told and kind not in known:
                    known.add(kind)
                    again = f"SYMGD_EXPLORE=1 ./scripts/test tests/{name} --hypothesis-seed={seed}"
                    print(f"== {name} fell; once more: {again}\n{told}", flush=True)
    for name, tried in sorted(inputs.items()):
        print(f"{tried:8} inputs, {faults[name]} faults: {name}")
    print(f"{inputs.total():8} inputs, {faults.total()} faults in all")
    return 1 if faults.total() else 0


def _kind(told: str) -> str:
    """Faults of one kind are told once: by where they were raised, and as what."""
    lines = [line for line in told.splitlines() if line.strip()]
    places = [
        line.strip() for line in lines if line.strip().startswith("File ") and "symgd" in line
    ]
    error = next((line for line in reversed(lines) if not line.startswith(" ")), "")
    return f"{places[-1:]} {error.partition(':')[0]}"


if __name__ == "__main__":
    sys.exit(main())
