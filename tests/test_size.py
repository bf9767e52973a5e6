"""Numbers are bounded by what they will be, whatever hides them: a formula is derived or refused, soon and in little memory."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable

import pytest

from symgd import Problem
from symgd.derivation.typed import differentiate
from symgd.errors import FormulaError, GenerationError, OutputError, SymgdError
from symgd.matrix.form import matrix_form
from symgd.parsing.formula import parse
from symgd.problem.notation import Notation

BYTES = 2 * 1024**3
EACH = 60  # seconds of the processor for one formula

# What hides a number from who reads a formula, but not from SymPy.
HIDDEN = (
    *("|{0}|", "max({0}, 1)", "min({0}, 10^300)", "relu({0})", "sqrt(({0})^2)", "-(-({0}))"),
    *("exp(log({0}))", "({0})*cos(0)", "{0} + x - x", "({0})*x/x", "sin(asin({0}))", "({0})^x^0"),
    *("tan(atan({0}))", "({0} if 2 > 1 else 0)", "log(exp({0}))", "({0})*sign(7)", "sum({0}, j, 2)"),
)  # fmt: skip
# What makes large numbers of two others.
GROWING = (
    *("({1})^({0})", "({1}*x)^({0})", "gamma({0})", "factorial({0})", "exp(({0})*log({1}))"),
    *("(1/({1}))^({0})", "sigmoid(({0})*log({1}))", "cbrt({1})^({0})", "softplus(({0})*log({1}))"),
    *("polygamma(2, {0})", "digamma({0})", "({1})^(x + {0})/({1})^x", "mish(({0})*log({1}))"),
    *("max(exp(exp(exp({0}))), {1})", "max(({1})^(({1})^(({1})^sqrt({0}))), x)", "pow({1}, {0})"),
)  # fmt: skip
NUMBERS = ("2", "3", "1/3", "10", "10^9", "1000000", "10^300", "50", "999", "10^5")


def formulas(seed: int, count: int) -> list[str]:
    """Formulas whose numbers grow behind functions, cases and names that cancel."""
    draw = random.Random(seed)

    def number() -> str:
        inner = draw.choice(NUMBERS)
        for _ in range(draw.randint(0, 2)):
            inner = draw.choice(HIDDEN).format(inner)
        return inner

    def whole() -> str:
        grown = draw.choice(GROWING).format(number(), number())
        if draw.random() < 0.3:
            grown = draw.choice(GROWING).format(draw.choice(HIDDEN).format(grown), number())
        return draw.choice(("{}*x", "{} + x", "x if {} > 3 else 1", "sin(x)/({})")).format(grown)

    return [whole() for _ in range(count)]


def _derived(formula: str) -> str:
    """What becomes of one formula."""
    try:
        differentiate(formula, "x")
    except SymgdError:
        return "refused"
    return "derived"


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))


def run_all(found: list[str]) -> tuple[list[str], str]:
    """What became of each formula in a process with a limit of time for each and of memory for all."""
    script = (
        "import sys, signal; from tests.test_size import _derived, EACH\n"
        "for line in sys.stdin:\n"
        "    signal.setitimer(signal.ITIMER_VIRTUAL, EACH)\n"
        "    print(_derived(line.strip()), line.strip(), flush=True)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input="\n".join(found),
        capture_output=True,
        text=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # each takes up memory, used or not
        preexec_fn=_limit,
    )
    return done.stdout.splitlines(), done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of memory there")
def test_numbers_that_grow_are_derived_or_refused_soon(chance: random.Random) -> None:
    seed = chance.randrange(10**6)
    found = formulas(seed, 25)
    lines, failure = run_all(found)
    missed = found[len(lines)] if len(lines) < len(found) else ""
    assert not missed, f"seed {seed}: {missed}\n{failure[-2000:]}"


@pytest.mark.parametrize(
    ("formula", "place"),
    [
        ("gamma(|10^7|)*x", 0),
        ("x + (10^300)^max(10^6,1)", 4),
        ("2^|10^9|*x", 0),
        ("x*factorial(relu(1000000))", 2),
        ("(2*x)^(10^9)", 0),
        ("x + 2^sin(asin(10^9))", 4),
        ("2^(x - x + 10^9)", 0),
        ("2^(10^9+x)/2^x", 0),
        ("x*sigmoid(10^9*log(2))", 2),
        ("x*mish(10^9*log(7))", 2),
        ("x*50^(10^9/(10^9+1))", 2),
        ("x*softplus(999*log(10^6))", 2),
        ("max(exp(exp(exp(50))), 1)*x", 4),
        ("x if 2^|10^9| > 3 else 1", 5),
        ("x*max(sum(2^(10^9*j), j, 2), 1)", 2),
        ("x*50^sum(10^300, j, 2)", 2),
        ("x*2^max(exp(exp(exp(3))), 5)", 2),
        ("x*max(exp(exp(exp(sum(10*j, j, 2)))), 50)", 6),
        ("x + sin(x)/999^(1/10^18)", 4),
        ("x + 1 + exp(exp(exp(exp(3))))", 8),
        ("log(x + exp(exp(exp(exp(3)))))", 8),
        ("1 + x*exp(exp(exp(exp(3))))", 6),
        ("x*(1/999)^(1/10^300)", 2),
        ("exp(exp(exp(exp(9))))/(x - x)", 0),
        ("log(x^2*exp(exp(exp(exp(3)))))*sin(x)", 8),
        ("x if gamma(((999)^(x + exp(log(50)))/(999)^x)*x/x) > 3 else 1", 5),
        ("x*factorial(9^(x + 50)/9^x)", 2),
        ("x/(1 + exp(exp(exp(exp(3)))))", 7),
        ("x*softplus(10^300/(10^300 + 1)*log(999))", 2),
        ("x*sin(2/999^(1/10^18))", 6),
        ("x*log(1 + exp(exp(exp(exp(3)))))", 10),
        ("x*sigmoid(exp(exp(exp(3))))", 2),
        ("x*softplus(exp(exp(exp(3)))*log(6))", 2),
        ("x*cos(exp(exp(exp(3))))", 2),
        ("x*cosh(exp(exp(exp(3))))", 2),
        ("x + (10^5)^((10^5)^((10^5)^sqrt(999^(x + 10)/999^x)))", 12),
        ("x*mish(10^(5*x + 9)/10^(5*x)*log(7))", 2),
        ("x + max(exp(exp(exp(9^(x + 9)/9^x))), 1)", 12),
        ("sum((m if w[j]!=m else 1e309)!, j, 3)!", 4),
        ("sum(2^(m if w[j]!=m else 10^9), j, 3)", 4),
    ],
)
def test_a_number_that_is_too_large_is_shown_with_its_place(formula: str, place: int) -> None:
    with pytest.raises(FormulaError, match="too large|more than|larger than") as failure:
        parse(formula)
    assert failure.value.position == place


@pytest.mark.parametrize(
    "formula",
    [
        *("2^(10^9*x)", "(3*x)^20000", "x^(10^9)", "exp(10^400)*x", "sin(10^9*log(2))*x"),
        *(
            "digamma(|999|)*x",
            "gamma(|2000|)*x",
            "(1+x)^(10^6)",
            "x if exp(exp(9)) > 3 else 1",
            "erf(|10^9|)*x",
            "9.81^0.6543217*x",
            "tanh(exp(exp(exp(3))))*x",
            "polygamma(2, exp(exp(exp(3))))*x",
            "polygamma(1, 10^9*x)",
            "digamma(10^-27*|x|/|x|)*x",
        ),
    ],
)
def test_what_is_large_and_is_not_made_is_derived(formula: str) -> None:
    derivation = differentiate(formula, "x")
    assert derivation.check.passed
    assert repr(derivation).startswith("Derivation(by x: ")


@pytest.mark.parametrize(
    "formula",
    [
        "log(1 + x*tanh(exp(exp(exp(3)))))*sin(x)",
        "1 + x*digamma(exp(exp(exp(3))))",
        "sqrt(x + 1 + loggamma(exp(exp(exp(3)))))",
    ],
)
def test_functions_of_towers_that_are_soon_worked_out_are_written(formula: str) -> None:
    assert '"passed": true' in differentiate(formula, "x").json()


def test_sums_that_count_into_exponents_are_not_multiplied_out() -> None:
    assert differentiate("sum(2^(10^9*j)*w[j]*x, j, K)", "x").check.passed


@pytest.mark.parametrize(
    "call",
    [
        lambda name: parse(f"{name}*x"),
        lambda name: Notation(cost=name),
        lambda name: Notation(residual=name),
        lambda name: matrix_form("mse", name=name),
    ],
)
def test_names_are_as_long_as_lines_can_bear(call: Callable[[str], object]) -> None:
    call("n" * 200)
    with pytest.raises(FormulaError, match="has 100000 characters|has 201 characters"):
        call("n" * 201)


@pytest.mark.parametrize(
    "formula", ["gamma(10^7)*norm(X@w - y)^2", "norm(X@w - y)^2*(2*lambda)^999999"]
)
def test_numbers_among_matrices_are_bounded_too(formula: str) -> None:
    with pytest.raises(FormulaError, match="more than|larger than"):
        matrix_form(formula)


def test_numbers_that_python_does_not_write_are_refused_in_a_word() -> None:
    with pytest.raises(OutputError, match="more than 4300 digits"):
        differentiate("(3*x)^20000", "x").json()
    with pytest.raises(GenerationError, match="does not fit a floating-point number"):
        Problem("(2*m)^20000*x").descend([1, 2], [2, 3], learning_rate=0.1)


def test_a_tower_with_names_in_it_is_no_number() -> None:
    written = Problem("exp(a)*x", loss="huber").stable_rate().json()
    assert '"passed": true' in written
    assert '"passed": false' not in written
