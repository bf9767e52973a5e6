"""One budget for a whole command: reading, deriving by each name, checking, marking and writing."""

from __future__ import annotations

import io
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import pytest
from click.testing import CliRunner
from clocks import Clock

from symgd import Budget, DerivationError, Problem, differentiate
from symgd.budget import TimeUp, at_work, current, shared, stopped_after, uncounted
from symgd.cli import main

SINES = "+".join(f"a{n}*sin(b{n}*x)" for n in range(120))
PRODUCT = "*".join(f"sin({n + 1}*x)" for n in range(30))
DERIVING = ("diff", "derive", "hessian", "solve", "rate", "matrix", "generate", "check", "hint")
DESCENDING = ("fit", "descend", "animate")


def busy(seconds: float = math.inf) -> None:
    """Work that nothing but the time ends."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(1000))


@contextmanager
def ends_within(seconds: float) -> Iterator[None]:
    """The block takes no longer of the processor."""
    started = time.process_time()
    yield
    assert time.process_time() - started < seconds


def test_each_verb_that_derives_has_the_same_options() -> None:
    def told(verb: str, name: str) -> tuple[object, ...]:
        (option,) = [o for o in main.commands[verb].params if o.name == name]
        assert isinstance(option, click.Option)
        return option.help, option.metavar, type(option.type)

    assert len({told(verb, "max_seconds") for verb in (*DERIVING, *DESCENDING)}) == 1
    assert len({told(verb, "max_steps") for verb in DERIVING}) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("diff", PRODUCT, "--wrt", "x", "--format", "html"),
        ("derive", SINES),
        ("derive", "+".join(f"a{n}*x^{n}" for n in range(60)), "--matrix"),
        ("hessian", SINES),
        ("solve", SINES),
        ("rate", SINES),
        ("generate", SINES),
        ("hint", SINES),
        ("check", SINES, "-"),
    ],
    ids=lambda words: words[0],
)
def test_a_command_ends_when_its_time_is_up(words: tuple[str, ...]) -> None:
    limits = ("--max-seconds", "0.4")
    with ends_within(20):
        result = CliRunner().invoke(main, [*words, *limits], input="dJ/da1 = 0\n")
    assert result.exit_code == 2, result.output[:300]
    (line,) = result.stderr.splitlines()
    assert "--max-seconds" in line
    assert "second" in line
    assert " while " in line or " by " in line


@pytest.mark.parametrize("verb", ["hessian", "solve", "rate", "generate", "hint"])
def test_steps_are_bounded_in_every_verb(verb: str) -> None:
    result = CliRunner().invoke(main, [verb, "m*x + b", "--max-steps", "2"])
    assert result.exit_code == 2
    assert "not finished after 2 steps" in result.stderr


def test_all_parameters_share_one_budget() -> None:
    with ends_within(20), pytest.raises(DerivationError, match="second"):
        Problem(SINES).derive(budget=Budget(seconds=1))
    problem = Problem(SINES)
    with ends_within(20), pytest.raises(DerivationError, match="second"):
        problem.hessian(budget=Budget(seconds=1))


@pytest.mark.parametrize(
    "call",
    [
        lambda problem, budget: problem.derive(budget=budget),
        lambda problem, budget: problem.hessian(budget=budget),
        lambda problem, budget: problem.stationary(budget=budget),
        lambda problem, budget: problem.stable_rate(budget=budget),
        lambda problem, budget: problem.source(budget=budget),
        lambda problem, budget: problem.matrix(budget=budget),
        lambda problem, budget: problem.check("dJ/dm = 0", budget=budget),
        lambda problem, budget: problem.hint(budget=budget),
    ],
)
def test_each_method_that_derives_takes_a_budget(call: object) -> None:
    assert callable(call)
    with pytest.raises(DerivationError, match="not finished after 2 steps"):
        call(Problem("m*x + b"), Budget(steps=2))
    call(Problem("m*x + b"), Budget(steps=2000))


def test_writing_is_within_the_budget_of_the_block() -> None:
    derivation = differentiate(PRODUCT, "x")
    with (
        ends_within(6),
        pytest.raises(DerivationError, match="while writing HTML"),
        shared(Budget(seconds=0.2)),
    ):
        derivation.written("html")


def test_the_error_says_what_was_at_work_and_the_inner_work_ends_with_the_outer() -> None:
    with (
        pytest.raises(DerivationError, match="while marking the lines; pass a larger budget"),
        shared(Budget(seconds=0.1)),
        at_work("marking the lines"),
    ):
        busy()
    with (
        pytest.raises(DerivationError, match="the time was up"),
        shared(Budget(seconds=0.1)),
        shared(Budget(seconds=50)),
    ):
        busy()


def test_what_is_spent_inside_is_known_and_ends_with_the_block() -> None:
    own = Budget(steps=7)
    with shared(own):
        assert current() is own
        with shared():
            assert current() is own
    assert current() == Budget()


def test_time_that_somebody_takes_is_not_counted(clock: Clock) -> None:
    def waits_and_works(seconds: float) -> None:
        with shared(Budget(seconds=1)):
            with uncounted():
                clock.move(100)
            clock.move(seconds)

    waits_and_works(0.9)
    with pytest.raises(DerivationError, match="the time was up after 1 second"):
        waits_and_works(1.1)


def test_a_watch_that_waited_for_somebody_goes_on() -> None:
    def waits_and_works() -> None:
        with shared(Budget(seconds=0.5)):
            with uncounted():
                busy(0.7)
            busy()

    with pytest.raises(DerivationError, match="the time was up"):
        waits_and_works()


def test_lines_that_are_typed_slowly_are_waited_for(clock: Clock) -> None:
    class Typed(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            clock.move(100)
            return super().read(size)

        read1 = read

    command = ["check", "m*x", "-", "--max-seconds", "4"]
    lines: Any = Typed(b"dJ/dm = 2/N sum((m*x_i - y_i)*x_i)\n")
    answer = CliRunner().invoke(main, command, input=lines)
    assert answer.exit_code == 0, answer.output
    assert clock.now > 1100


def test_a_watch_without_end_leaves_the_next_one_watched() -> None:
    def turn() -> None:
        with stopped_after(0.05):
            busy()

    with stopped_after(math.inf):
        time.sleep(0.05)
    with pytest.raises(TimeUp):
        turn()
