"""What symgd promises of any input, tried on new random input in every state of the project: a right answer or an honest error.

`scripts/fuzz 30` tries the same, and all other random tests, for half an hour. A failure prints its input, and the command that runs it again.
"""

from __future__ import annotations

import faulthandler
import fractions
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from faults import hunt
from grids import examples
from hostile import broken, columns, formula_texts, mutated, real_formulas
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from symgd import Exercise, Problem, differentiate
from symgd.budget import Budget, shared
from symgd.cli.codes import EXITS
from symgd.data.columns import read_csv
from symgd.errors import CheckFailed, SymgdError
from symgd.parsing.formula import parse
from symgd.terms import BigSum
from symgd.writing.formats import FORMATS
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.text import text
from symgd.writing.words import words_in

# New input in every state of the project (conftest.py); what fails is told as it is, for looking for less of it may take minutes.
QUIET = settings(deadline=None, derandomize=False, database=None, print_blob=True, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck))  # fmt: skip
BUDGET = Budget(seconds=10, comparison=3)
FRENCH = Path(words_in.__code__.co_filename).parents[1] / "locale/fr/LC_MESSAGES/symgd.po"
DIGITS = 60
HANGS = 300  # seconds for one input, more than the budget of who asks for none (conftest.py)


def watched() -> None:
    """What hangs from now on ends the tests, with the place where it hung."""
    faulthandler.dump_traceback_later(HANGS, exit=True)


@pytest.fixture(autouse=True)
def _ended() -> Iterator[None]:
    """Each input has its own time: many that are slow, on a machine that does much else, do not hang."""
    watched()
    yield
    faulthandler.cancel_dump_traceback_later()


def printable(written: str) -> bool:
    """Whether a text holds nothing that acts on a terminal."""
    return not any(
        unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in written if c != "\n"
    )


def answered(work: Callable[[], Any]) -> Any:
    """What `work` answers, None for an honest error; a step of our own that is untrue is a fault."""
    watched()
    try:
        return work()
    except CheckFailed:
        raise
    except SymgdError as error:
        said = error.on_command_line
    assert said
    assert printable(said), said
    return None


def without_parentheses(written: str) -> str:
    return re.sub(r"[()]", "", written)


def strictly(written: str) -> Any:
    """JSON as the standard has it, which knows no NaN."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(written, parse_constant=refuse)


@pytest.mark.skipif(os.environ.get("SYMGD_EXPLORE") == "1", reason="new input is asked for")
def test_all_other_random_tests_try_the_same_input_in_every_run(
    request: pytest.FixtureRequest,
) -> None:
    """Whichever tests run beside them."""
    chosen = {
        item.nodeid: item.obj._hypothesis_internal_use_settings.derandomize
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item.obj, "hypothesis")
    }
    by_chance = {node.partition("::")[0] for node, is_same in chosen.items() if not is_same}
    assert by_chance <= {"tests/test_fuzz.py"}


@settings(QUIET, max_examples=examples(80, 150))
@given(st.one_of(formula_texts(), mutated(formula_texts()), st.text(max_size=40)))
def test_a_formula_is_read_or_refused(formula: str) -> None:
    term = answered(lambda: parse(formula))
    # A Σ is written as on paper, "sum_i (…)", which students' lines may hold, and formulas not.
    if term is not None and not any(isinstance(part, BigSum) for part in term.parts()):
        written = text(term, ascii=True)
        again = text(parse(written), ascii=True)
        # −((1/3)·x) is written -(1/3)*x, where the sign is read as the fraction's own.
        assert again == written or without_parentheses(again) == without_parentheses(written)
        assert text(parse(again), ascii=True) == again


def value_at(expression: sympy.Expr, point: dict[str, Any]) -> Any:
    """The real value of an expression in 60 digits, None where it or a part of it has none."""
    try:
        with mpmath.workdps(DIGITS):
            parts = [part.evalf(DIGITS, subs=point) for part in sympy.preorder_traversal(expression) if part.is_Function or part.is_Pow]  # fmt: skip
            if not all(part.is_real and part.is_finite for part in parts if part.is_number):
                return None
            found = expression.evalf(DIGITS, subs=point)
            return mpmath.mpf(str(found)) if found.is_real and found.is_finite else None
    except (
        TypeError,
        ValueError,
        ArithmeticError,
        NotImplementedError,
        AttributeError,
        RecursionError,
    ):
        return None


def slope_at(expression: sympy.Expr, point: dict[str, Any]) -> Any:
    """A slope in x from four values of the function, None where they do not settle on one."""
    found = []
    with mpmath.workdps(DIGITS):
        for step in (mpmath.mpf("1e-12"), mpmath.mpf("1e-14")):
            sides = [
                value_at(expression, {**point, "x": point["x"] + sign * step}) for sign in (1, -1)
            ]
            if None in sides:
                return None
            found.append((sides[0] - sides[1]) / (2 * step))
        settled = abs(found[0] - found[1]) <= mpmath.mpf("1e-12") * (1 + abs(found[0]))
    return found[1] if settled else None


@settings(QUIET, max_examples=examples(12, 25))
@given(real_formulas(), st.integers(0, 10**6))
def test_a_derivative_is_the_slope_at_real_points(formula: str, seed: int) -> None:
    derivation = answered(lambda: differentiate(formula, "x", budget=BUDGET))
    if derivation is None:
        return
    function, source = derivation.start.body.value, random.Random(seed)
    for _ in range(6):
        point = {name: mpmath.mpf(source.randint(-40000, 40000)) / 10007 for name in "xab"}
        slope, ours = slope_at(function, point), value_at(derivation.result, point)
        if slope is not None and ours is not None:
            assert abs(slope - ours) <= mpmath.mpf("1e-8") * (1 + abs(slope)), (point, slope, ours)


@settings(QUIET, max_examples=examples(12, 25))
@given(st.one_of(formula_texts(leaves=6), real_formulas()), st.sampled_from(("x", "a", "w[k]")))
def test_a_derivation_is_written_in_every_format(formula: str, name: str) -> None:
    derivation = answered(lambda: differentiate(formula, name, budget=BUDGET))
    if derivation is None:
        return
    for form in FORMATS.values():
        if not form.binary:
            written = str(derivation.written(form.name))
            assert printable(written), form.name
            if form.name == "json":
                strictly(written)


MODELS = ("m*x + b", "a*x^2 + b*x + c", "a*exp(-b*x)", "sigmoid(w*x + c)", "a*sin(b*x)", "x^a", "a/(x + b)", "sqrt(a*x)", "log(a*x + b)", "exp(a)*x")  # fmt: skip
LOSSES = ("mse", "mae", "huber", "log_cosh", "(prediction - target)^4")


@settings(QUIET, max_examples=examples(6, 12))
@given(st.one_of(st.sampled_from(MODELS), formula_texts(leaves=5), real_formulas(leaves=4)), st.sampled_from(LOSSES), columns())  # fmt: skip
def test_a_descent_ends_in_finite_numbers(
    model: str, loss: str, data: tuple[list[float], list[float]]
) -> None:
    def descended() -> Any:
        with shared(BUDGET):
            problem = Problem(model, loss=loss)
            names = (*problem.inputs, problem.target)
            return problem.descend(dict(zip(names, data, strict=False)), max_iter=50)

    run = answered(descended)
    if run is None:
        return
    strictly(run.json())
    assert printable(run.text())
    assert np.isfinite([*run.parameters.values(), run.cost]).all() or run.outcome.kind == "diverged"


@settings(QUIET, max_examples=examples(5, 10))
@given(st.one_of(st.sampled_from(MODELS), real_formulas(leaves=4)), st.sampled_from(LOSSES), st.integers(0, 999))  # fmt: skip
def test_generated_code_has_the_slopes_of_its_own_cost(model: str, loss: str, seed: int) -> None:
    def made() -> Any:
        with shared(BUDGET):
            problem = Problem(model, loss=loss)
            return problem, problem.source()

    found = answered(made)
    if found is None:
        return
    problem, module = found[0], {"__name__": "generated"}
    exec(compile(found[1], "generated", "exec"), module)
    source = random.Random(seed)
    data = [[source.uniform(0.2, 3) for _ in range(4)] for _ in (*problem.inputs, problem.target)]
    point = [source.uniform(0.2, 2) for _ in problem.parameters]
    try:
        cost, slopes = module["cost_and_gradient"](point, *data)  # type: ignore[operator]
        found = [differences(module["cost"], point, k, data) for k in range(len(point))]
    except FloatingPointError:  # said by the module: no finite cost at this point
        return
    for slope, (wide, near) in zip(slopes, found, strict=True):
        if abs(wide - near) <= 1e-5 * (1 + abs(near)):
            assert abs(near - slope) <= 1e-3 * (1 + abs(near) + abs(cost)), (point, near, slope)


def differences(cost: Any, point: list[float], k: int, data: Any) -> tuple[float, float]:
    """The slope by one parameter over a step of 10⁻⁶ and over half of it."""

    def over(step: float) -> float:
        ends = ([v + s * (n == k) for n, v in enumerate(point)] for s in (step, -step))
        above, below = (cost(end, *data) for end in ends)
        return float((above - below) / (2 * step))

    return over(1e-6), over(5e-7)


@settings(QUIET, max_examples=examples(3, 6))
@given(st.one_of(st.sampled_from(MODELS), real_formulas(leaves=4)), st.sampled_from(LOSSES))
def test_second_derivatives_normal_equations_and_rates_are_checked(model: str, loss: str) -> None:
    problem = answered(lambda: Problem(model, loss=loss))
    if problem is None:
        return

    def told(asked: Callable[[], Any]) -> Any:
        with shared(BUDGET):
            return asked().json()

    for asked in (problem.hessian, problem.stationary, problem.stable_rate):
        written = answered(partial(told, asked))
        if written is not None:
            strictly(written)


def exact_line(
    data: tuple[Sequence[float], Sequence[float]],
) -> tuple[fractions.Fraction, fractions.Fraction] | None:
    """Slope and intercept of the line of least squares in rational numbers."""
    x, y = ([fractions.Fraction(repr(value)) for value in column] for column in data)
    n, sx, sy = len(x), sum(x), sum(y)
    below = n * sum(v * v for v in x) - sx * sx
    if below == 0:
        return None
    slope = (n * sum(u * v for u, v in zip(x, y, strict=True)) - sx * sy) / below
    return slope, (sy - slope * sx) / n


@settings(QUIET, max_examples=examples(5, 10))
@given(columns())
def test_numbers_of_any_size_have_the_right_answer(data: tuple[list[float], list[float]]) -> None:
    problem, expected = Problem("m*x + b"), exact_line(data)
    point = answered(lambda: problem.stationary(*data))
    if expected is not None and point is not None and point.values is not None:
        assert tuple(point.values[name] for name in "mb") == expected
    rate = answered(lambda: problem.stable_rate(*data))
    if rate is not None and rate.largest is not None:
        assert rate.largest == pytest.approx(exact_rate(data[0]), rel=1e-9, abs=0)


def exact_rate(x: Sequence[float]) -> float:
    """2/λ_max of the cost of a line, by the quadratic formula in a thousand digits."""
    with mpmath.workdps(1000):
        values = [mpmath.mpf(repr(value)) for value in x]
        n = len(values)
        a, b, c = 2 * sum(v * v for v in values) / n, 2 * sum(values) / n, mpmath.mpf(2)
        return float(2 / ((a + c + mpmath.sqrt((a - c) ** 2 + 4 * b * b)) / 2))


PLAIN = (
    *("3*x^5", "(2*x + 1)^3", "x*exp(x)", "exp(-x/2)", "log(x)^2", "x^x", "x^2*y", "sigmoid(a*x)", "x/(x + 1)"),
    *("2^x", "log(x, 2)", "max(x, 0)", "|x|", "sec(x)", "x if x > 0 else 0", "sqrt(2*x)", "cos(x)/x", "x^(1/3)"),
)  # fmt: skip
RESIDUALS = ("prediction - target", "target - prediction")
MARKED = (*MODELS, "sum(w[j]*x[j], j, p) + b", "theta_0 + theta_1*x", "max(0, w*x + b)")
CLASSES = ("sigmoid(w*x + c)", "sigmoid(w*x)")


@cache
def asked(formula: str, loss: str, sign: str, others: tuple[tuple[str, str], ...]) -> Any:
    """An exercise, and what symgd itself derives for it; None where there is no such thing."""
    if formula in PLAIN:
        return Exercise.of_formula(formula, "x"), differentiate(formula, "x")

    def made() -> Any:
        problem = Problem(formula, loss=loss).written(residual_sign=sign, **dict(others))  # type: ignore[arg-type]
        return Exercise.of_problem(problem), problem.derive()

    return answered(made)


@st.composite
def exercises(draw: st.DrawFn) -> Any:
    """What is asked: any model and loss, both signs of the residual, any letters; or a plain formula."""
    if draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(PLAIN)), "", "", ()
    formula = draw(st.sampled_from((*MARKED, *CLASSES)))
    losses = ("mse", "mae", "huber", *(("binary_cross_entropy",) if formula in CLASSES else ()))
    letters = draw(st.sampled_from(((), (("residual", "e"),), (("prediction", "h"),), (("index", "k"),), (("constants", "inside"),), (("count", "n"),))))  # fmt: skip
    return formula, draw(st.sampled_from(losses)), draw(st.sampled_from(RESIDUALS)), letters


BASES = ("a", "k", "w", "theta", "Delta", "D", "T", "half")
PARTS = ("0", "12", "max", "i", "phi", "N", "log")
NAMES = st.tuples(st.sampled_from(BASES), st.lists(st.sampled_from(PARTS), max_size=3))


@st.composite
def named_lines(draw: st.DrawFn) -> str:
    """a*x + b with names that people give."""
    names = draw(st.lists(NAMES, min_size=2, max_size=2, unique_by=str))
    first, second = ("_".join((base, *parts)) for base, parts in names)
    return f"{first}*x + {second}"


# Of these whole documents are marked in a second or two.
QUICK = (*MODELS[:4], "theta_0 + theta_1*x")
WRITERS = (text, lambda term: text(term, ascii=True), latex)


@settings(QUIET, max_examples=examples(2, 3))
@given(exercises(), st.data())
def test_a_right_attempt_is_never_wrong(case: Any, data: st.DataObject) -> None:
    found = asked(*case)
    if found is None:
        return
    exercise, _ = found
    name = data.draw(st.sampled_from(sorted(exercise.derivations)))
    derivation = exercise.derivations[name]
    detail = data.draw(st.sampled_from(("brief", "standard", "full")))
    lines = derivation.outline(detail=detail).sections[0].lines
    write = data.draw(st.sampled_from(WRITERS))
    kept = [line.right for line in lines if data.draw(st.booleans())] or [derivation.last]
    left = write(exercise.left(name))
    attempt = "\n".join(f"{left} = {write(term.written_out())}" for term in kept)
    verdict = answered(lambda: exercise.check(attempt))
    assert verdict is None or verdict.kind != "wrong", attempt


@settings(QUIET, max_examples=examples(3, 5))
@given(
    st.one_of(st.sampled_from((*QUICK, *PLAIN)), named_lines()),
    st.sampled_from(RESIDUALS),
    st.data(),
)
def test_what_symgd_writes_is_read_back(formula: str, sign: str, data: st.DataObject) -> None:
    loss = data.draw(st.sampled_from(("mse", "mae", "huber")))
    found = asked(formula, loss, sign, ())
    if found is None:
        return
    exercise, told = found
    form = data.draw(st.sampled_from(("text", "ascii", "latex", "markdown")))
    reading = {
        "detail": data.draw(st.sampled_from(("brief", "standard", "full"))),
        "derivative_style": data.draw(st.sampled_from(("leibniz", "prime"))),
    }
    if form == "ascii":
        attempt = told.text(ascii=True, **reading)
    else:
        attempt = getattr(told, form)(**reading)
    # How long it takes is the watch's to judge, not a budget's on a machine that does much else.
    assert exercise.check(attempt, budget=Budget(seconds=HANGS)).kind == "right", attempt


@settings(QUIET, max_examples=examples(2, 3))
@given(exercises(), st.data())
def test_a_wrong_attempt_is_never_right(case: Any, data: st.DataObject) -> None:
    found = asked(*case)
    if found is None:
        return
    exercise, _ = found
    name = data.draw(st.sampled_from(sorted(exercise.derivations)))
    write = data.draw(st.sampled_from(WRITERS))
    left, last = write(exercise.left(name)), exercise.derivations[name].last.written_out()
    spoilt = data.draw(st.sampled_from(("2*({})", "-({})", "({}) + 1", "({})^2", "({})/3", "3*({})", "({}) - 1/2")))  # fmt: skip
    verdict = answered(lambda: exercise.check(f"{left} = {spoilt.format(write(last))}"))
    assert verdict is None or verdict.kind != "right"


EXERCISES = tuple(Exercise.of_problem(Problem(model)) for model in MODELS[:1])
LINES = "dJ/dm = 2/N * sum((m*x_i + b - y_i)*x_i)\n= 2/N sum_i x_i (m x_i + b - y_i)\nm := m - alpha*dJ/dm\n"
LATEX = r"\frac{\partial J}{\partial m} = \frac{2}{N} \sum_{i=1}^{N} x_i (m x_i + b - y_i)" + "\n"


@settings(QUIET, max_examples=examples(30, 60))
@given(
    st.one_of(mutated(st.sampled_from((LINES, LATEX))), formula_texts().map("dJ/dm = {}".format))
)
def test_an_attempt_is_marked_or_refused(attempt: str) -> None:
    verdict = answered(lambda: EXERCISES[0].check(attempt))
    if verdict is not None:
        assert printable(verdict.text())
        strictly(verdict.json())


CSV = b"minute,volume\n0,1.5\n1,2.25\n2,3e0\n3,-4\n"
SEMICOLONS = "\ufeffminute;volume\r\n0;1,5\r\n1;2,25\r\n".encode()


@settings(QUIET, max_examples=examples(30, 60))
@given(st.one_of(broken(CSV), broken(SEMICOLONS), st.binary(max_size=200)), st.booleans())
def test_a_table_is_read_or_refused(content: bytes, skip: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "data.csv")
        path.write_bytes(content)
        table = answered(lambda: read_csv(path, ("minute", "volume"), skip_bad_rows=skip))
        for name in () if table is None else ("minute", "volume"):
            assert np.isfinite(table[name]).all()


@settings(QUIET, max_examples=examples(10, 20))
@given(broken(FRENCH.read_bytes()[:20000]))
def test_a_catalogue_is_read_or_refused(content: bytes) -> None:
    derivation = differentiate("3*x^5 + sin(x)", "x")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "words.po")
        path.write_bytes(content)
        written = answered(lambda: derivation.text(language=str(path)))
        assert written is None or printable(written)


VERBS = (
    *(("diff", "FORMULA"), ("derive", "FORMULA"), ("hessian", "FORMULA"), ("solve", "FORMULA"), ("rate", "FORMULA")),
    *(("generate", "FORMULA"), ("matrix", "FORMULA"), ("check", "FORMULA", "lines.txt"), ("hint", "FORMULA"), ("hint", "FORMULA", "lines.txt")),
    *(("fit", "data.csv", "--model", "FORMULA"), ("descend", "data.csv", "--model", "FORMULA"), ("losses",), ("schema",)),
)  # fmt: skip
OPTIONS = (
    *(("--format", "json"), ("--format", "html"), ("--format", "latex"), ("--language", "fr"), ("--ascii",)),
    *(("--wrt", "x"), ("--wrt", "TEXT"), ("--known", "TEXT"), ("--at", "m=2,b=TEXT"), ("--data", "data.csv")),
    *(("--loss", "huber"), ("--loss", "TEXT"), ("--x", "minute"), ("--y", "TEXT"), ("--language", "TEXT")),
    *(("--max-seconds", "5"), ("--start", "m=TEXT"), ("--target", "TEXT"), ("--cost-name", "TEXT"), ("-o", "TEXT")),
)  # fmt: skip


@settings(QUIET, max_examples=examples(5, 10))
@given(st.data())
def test_a_command_ends_in_a_known_code_and_no_traceback(data: st.DataObject) -> None:
    hostile = st.one_of(
        st.sampled_from(MODELS), formula_texts(leaves=4), mutated(st.sampled_from(MODELS))
    )
    usable = hostile.filter(
        lambda word: ("\0" not in word and "/" not in word and word.isprintable()) or True
    )
    verb, options = (
        data.draw(st.sampled_from(VERBS)),
        data.draw(st.lists(st.sampled_from(OPTIONS), max_size=2)),
    )
    given = [data.draw(usable) if word == "FORMULA" else word for word in verb]
    given += [word.replace("TEXT", data.draw(usable)) for option in options for word in option]
    assume(not any("\0" in word for word in given))
    watched()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "data.csv").write_bytes(CSV)
        Path(folder, "lines.txt").write_text(
            data.draw(st.one_of(st.just(LINES), mutated(st.just(LINES)))), "utf-8"
        )
        done = subprocess.run([sys.executable, "-m", "symgd", *given], cwd=folder, capture_output=True, timeout=HANGS - 30, check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, stdin=subprocess.DEVNULL)  # fmt: skip
    out, err = done.stdout.decode(), done.stderr.decode()
    assert done.returncode in EXITS, (given, err)
    assert "a fault of symgd" not in err, (given, err)
    assert "Traceback" not in err, (given, err)
    assert "Warning" not in err, (given, err)
    assert printable(out), given
    assert printable(err), given
    if "json" in given and done.returncode == 0:
        strictly(out)


@settings(QUIET, max_examples=1)
@given(st.integers(0, 10**9))
def test_what_is_killed_leaves_no_half_file(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert not hunt(Path(folder), 1, seed)
