"""Faults as they happen to a command: killed at a random call, by any signal. `hunt` is the long run.

After each, a target file is the old one or the new one, whole; nothing unfinished is there, after a kill -9 once the
next command has written in the folder; and no traceback was told.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from symgd.unfinished import UNFINISHED

OLD = "the old file\n"
POINTS = "x,y\n1,2\n2,3.1\n3,5.2\n"
RIGHT = "dJ/dm = 2/N * sum_i (m x_i + b - y_i) x_i\n"
# How each target starts and ends when it is whole, which test_faults holds of what commands write.
ENDS = {
    "t.csv": ("step,", "\n"),
    "o.html": ("<!DOCTYPE", "</html>\n"),
    "p.svg": ("<?xml", "</svg>\n"),
    "o.py": ('"""Gradient descent for y = m x + b', '; {REMOVE}")\n'),
    "demo/derivation.tex": ("\\documentclass", "\\end{document}\n"),
    "demo/trace.csv": ("step,", "\n"),
}
LINE = ("--model", "m*x + b")
ENDLESS = (
    "--learning-rate",
    "1e-9",
    "--tolerance",
    "0",
    "--max-iter",
    "900000000",
    "--log-every",
    "1",
)
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "descend": ("descend", "d.csv", *LINE, "--plot", "p.svg", "--trace", "t.csv"),
    "long": ("descend", "d.csv", *LINE, *ENDLESS, "--plot", "p.svg", "--trace", "t.csv"),
    "derive": ("derive", "m*x + b", "-o", "o.html"),
    "generate": ("generate", "m*x + b", "-o", "o.py"),
    "check": ("check", "m*x + b", "lines.txt"),
    "demo": ("demo", "--no-films", "--replace", "-o", "demo"),
}
# The targets of those that end by themselves and write.
WRITES: Mapping[str, set[str]] = {
    "descend": {"p.svg", "t.csv"},
    "derive": {"o.html"},
    "generate": {"o.py"},
    "demo": {"demo/derivation.tex", "demo/trace.csv"},
}
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGKILL")
# The program that sends itself a signal when so many functions were called or left: the same moment on any machine,
# and not before Python has started, for until then it is Python that answers a signal.
COUNTED = """
import os, sys
from symgd.__main__ import run
left, number = int(sys.argv.pop()), int(sys.argv.pop())
def count(*event):
    global left
    left -= 1
    if left == 0:
        sys.setprofile(None)
        os.kill(os.getpid(), number)
sys.setprofile(count)
run()
"""
# Logarithms of how many calls are waited for: a long command has some millions.
FIRST, LAST = 3.0, 6.8


def command(*arguments: str) -> list[str]:
    """A command line of symgd as a process."""
    return [sys.executable, "-m", "symgd", *arguments]


def heeding() -> None:
    """Let a process to come heed its signals, which nohup and the background of a shell have it ignore."""
    for name in SIGNALS[:3]:
        signal.signal(signal.Signals[name], signal.SIG_DFL)


def prepared(folder: Path) -> None:
    """Data, and old files where new ones are to come."""
    (folder / "d.csv").write_text(POINTS)
    (folder / "lines.txt").write_text(RIGHT)
    (folder / "demo").mkdir(exist_ok=True)
    for name in ENDS:
        (folder / name).write_text(OLD)


def unfinished(folder: Path) -> list[str]:
    """What was left behind."""
    return [path.name for path in folder.rglob("*") if UNFINISHED.fullmatch(path.name)]


def faults_after(folder: Path, arguments: tuple[str, ...], name: str, calls: int) -> list[str]:
    """What is wrong after a command was sent the signal called `name` at a call; nothing, as it should be."""
    number = signal.Signals[name]
    with subprocess.Popen(
        [sys.executable, "-c", COUNTED, *arguments, str(int(number)), str(calls)],
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=heeding,
    ) as process:
        _, said = process.communicate(timeout=600)
    killed = number == signal.SIGKILL
    # Before the first line of symgd, and after its last, Python answers a signal by ending of it.
    codes = {0, -number} if killed else {0, 128 + number, -number}
    wrong = [] if process.returncode in codes else [f"exit code {process.returncode}"]
    if b"Traceback" in said and b"symgd/cli" in said:
        wrong.append(said.decode())
    if not killed:
        wrong += unfinished(folder)
    return wrong + torn(folder)


def torn(folder: Path) -> list[str]:
    """Which targets are neither the old file nor a new one."""
    wrong = []
    for target, (start, end) in ENDS.items():
        text = (folder / target).read_text()
        if text != OLD and not (text.startswith(start) and text.endswith(end)):
            wrong.append(f"{target} is neither old nor new: {text[:40]!r} … {text[-40:]!r}")
    return wrong


def hunt(folder: Path, tries: int, seed: int) -> list[str]:
    """Kill so many commands at random calls; what went wrong, each with what finds it again."""
    found, chance = [], random.Random(seed)
    prepared(folder)
    for number in range(tries):
        name, sent = chance.choice([*COMMANDS]), chance.choice(SIGNALS)
        calls = int(10 ** chance.uniform(FIRST, LAST))
        wrong = faults_after(folder, COMMANDS[name], sent, calls)
        found += [
            f"seed {seed}, try {number}: {name}, {sent} at call {calls}: {it}" for it in wrong
        ]
    for place in (".", "demo"):
        last = command("diff", "x^2", "--wrt", "x", "-o", f"{place}/o.html")
        subprocess.run(last, cwd=folder, check=True, capture_output=True)
    return found + [f"seed {seed}: {name} is left" for name in unfinished(folder)]
