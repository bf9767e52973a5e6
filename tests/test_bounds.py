"""Hard inputs end in bounded time: derived, or refused with what was done and what to do."""

from __future__ import annotations

import contextlib
import sys
import threading
import time

import pytest
import sympy
from click.testing import CliRunner

from symgd import Problem, budget
from symgd import terms as nt
from symgd.budget import BestSoFar, Budget, TimeUp, shared, stopped_after
from symgd.cli import main
from symgd.derivation.checking.check import Checker
from symgd.derivation.engine import derive
from symgd.derivation.typed import differentiate
from symgd.errors import DerivationError, SymgdError
from symgd.parsing.formula import parse
from symgd.writing.steps import Check

HARD = {
    "200 terms": "+".join(f"{n + 1}*x^{n + 1}" for n in range(200)),
    "100 sines": "+".join(f"sin({n + 1}x)" for n in range(100)),
    "40 factors": "*".join(f"(x + {n + 1})" for n in range(40)),
    "sines 30 deep": "sin(" * 30 + "x" + ")" * 30,
    "squares 30 deep": "(" * 30 + "x" + "^2 + 1)" * 30,
    "quotients 20 deep": "1/(1 + " * 20 + "x" + ")" * 20,
    "roots 15 deep": "sqrt(x + " * 15 + "x" + ")" * 15,
    "a tower of five": "x^x^x^x^x",
    "exponentials 30 deep": "exp(" * 30 + "x" + ")" * 30,
    "absolute values 12 deep": "abs(" * 12 + "x" + " - 1)" * 12,
    "maxima 20 deep": "max(x, " * 20 + "x^2" + ")" * 20,
    "200 signs": "-" * 200 + "x",
    "large numbers": "123456789012345678901234567890*x^99999",
}


@pytest.mark.parametrize("name", HARD)
def test_hard_formulas_are_derived_soon(name: str) -> None:
    started = time.process_time()  # of this process alone, whatever else the machine does
    derivation = differentiate(HARD[name], "x", budget=Budget(seconds=3600))
    assert all(step.check.passed for step in derivation.steps)
    assert derivation.check.passed
    assert time.process_time() - started < 60


@pytest.mark.parametrize("formula", ["x^9^9^9", "x^1e300", "^".join("x" * 200), "(" * 99 + "x"])
def test_what_is_too_much_is_refused_with_a_remedy(formula: str) -> None:
    with pytest.raises(SymgdError, match="use|write|give|pass"):
        differentiate(formula, "x", budget=Budget(seconds=5))


def test_a_spent_budget_says_what_was_done() -> None:
    with pytest.raises(DerivationError, match="still to be taken: [1-9]"):
        differentiate(HARD["100 sines"], "x", budget=Budget(steps=100))
    with pytest.raises(DerivationError, match=r"not finished after \d+ steps|the time was up"):
        differentiate(HARD["200 terms"], "x", budget=Budget(seconds=1e-9))


class NeverReady(Checker):
    """SymPy does not come to an end, and takes up whatever is raised meanwhile but what ends the time."""

    def against_sympy(self, line: nt.Term, body: nt.Term, variable: nt.Variable) -> Check:
        while True:
            with contextlib.suppress(Exception):
                super().against_sympy(line, body, variable)


@pytest.mark.parametrize("seconds", [0.0, 0.2])
def test_when_sympy_takes_too_long_slopes_are_compared(seconds: float) -> None:
    budget = Budget(comparison=seconds)
    body = parse("(x^2 + 7)^2")
    check = derive(body, body, nt.Symbol("x"), checker=NeverReady(), budget=budget).check
    assert check.passed
    assert "sympy.diff had no answer" in check.note


def test_where_there_is_no_time_at_all_the_block_is_not_begun() -> None:
    begun = False
    with pytest.raises(TimeUp), stopped_after(0.0):
        begun = True
    assert not begun
    spent = pytest.raises(DerivationError, match="the time was up after 0 seconds")
    with spent, shared(Budget(seconds=0.0)):
        begun = True
    assert not begun


@pytest.mark.parametrize("where", ["main", "another"])
def test_a_slow_call_is_stopped_in_any_thread(where: str) -> None:
    ended: list[float] = []

    def slow() -> None:
        started = time.monotonic()
        try:
            with stopped_after(0.1):
                while True:
                    with contextlib.suppress(Exception):  # what a library might write
                        sum(range(1000))
        except TimeUp:
            ended.append(time.monotonic() - started)

    if where == "main":
        slow()
    else:
        thread = threading.Thread(target=slow)
        thread.start()
        thread.join()
    assert ended
    assert ended[0] >= 0.1


def was_stopped_after(seconds: float) -> bool:
    """Whether work without an end was, and by nothing else."""
    try:
        with stopped_after(seconds):
            while True:
                sum(range(1000))
    except TimeUp:
        return True


@pytest.mark.parametrize("before", [60.0, 0.3])
def test_a_short_time_is_kept_after_longer_ones_and_beside_them(before: float) -> None:
    for _ in range(3):
        with stopped_after(before):
            pass
    with stopped_after(60.0, BestSoFar):
        assert was_stopped_after(0.1)  # and not by the longer one


def test_watches_that_are_over_are_not_kept() -> None:
    for _ in range(5 * budget._UNSEEN):
        with stopped_after(60.0):
            pass
    end = time.monotonic() + 30
    while len(budget._WATCHMAN.watches) > budget._UNSEEN and time.monotonic() < end:
        time.sleep(0.01)
    assert len(budget._WATCHMAN.watches) <= budget._UNSEEN


def test_nothing_is_raised_after_the_block() -> None:
    for _ in range(200):
        with contextlib.suppress(TimeUp), stopped_after(0.001):
            time.sleep(0.001)
    sum(range(100_000))


class SlowToGo:
    """Its destructor works for a fifth of a second."""

    def __del__(self) -> None:
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            pass


def work_for_ever() -> None:
    SlowToGo()
    while True:
        pass


def test_time_that_is_up_inside_a_destructor_is_raised_again_and_not_reported(
    capfd: pytest.CaptureFixture[str],
) -> None:
    before = sys.unraisablehook
    with pytest.raises(TimeUp), stopped_after(0.05):
        work_for_ever()
    assert "TimeUp" not in capfd.readouterr().err
    assert sys.unraisablehook is before


def test_the_budget_is_a_problems_and_the_command_lines_too() -> None:
    with pytest.raises(DerivationError, match="is not finished after"):
        Problem("m*x + b").derive(budget=Budget(steps=2))
    assert Problem("m*x + b").derive("b", budget=Budget(seconds=30)).check.passed
    result = CliRunner().invoke(main, ["diff", "x^2*sin(x)", "--wrt", "x", "--max-steps", "2"])
    assert result.exit_code == 2
    assert "is not finished after" in result.stderr


def test_where_no_thread_can_be_started_a_derivation_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(*_: object) -> int:
        raise RuntimeError("can't start new thread")

    watchman = budget._Watchman()
    monkeypatch.setattr(budget, "_WATCHMAN", watchman)
    monkeypatch.setattr(budget._thread, "start_new_thread", refused)
    assert differentiate("3*x^5", "x").result == sympy.sympify("15*x**4")
    assert not watchman.watches
    with pytest.raises(DerivationError, match="is not finished"):
        differentiate("sin(cos(x^2))^3", "x", budget=Budget(seconds=1e-9))


@pytest.mark.parametrize("name", ["a", "b", "x"])
def test_cases_that_sympy_rewrites_for_ever_have_a_value(name: str) -> None:
    derivation = differentiate("max(a - b, x - a)^2", name)
    assert derivation.check.passed
    slope = derivation.result.subs({"a": 3, "b": 1, "x": 4})
    assert slope == {"a": 4, "b": -4, "x": 0}[name]
