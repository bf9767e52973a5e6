"""Generated modules and in-memory evaluators: run for real, and held against the lesson, mpmath and each other."""

from __future__ import annotations

import ast
import inspect
import math
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mpmath
import numpy as np
import pytest
from grids import examples, in_turn
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from symgd import GenerationError, Notation, Problem
from symgd import terms as nt
from symgd.codegen.evaluators.evaluator import compile_array
from symgd.codegen.expressions import layout
from symgd.codegen.expressions.context import LONGEST, RESERVED, Names
from symgd.codegen.modules import numpy_module
from symgd.codegen.program.lower import lower
from symgd.codegen.program.program import Total
from symgd.data.columns import columns_from
from symgd.writing.formulas.text import text

from strategies import formulas

X, Y = [1.0, 2.0, 3.0], [1.2, 1.8, 3.4]
LESSON_003 = Notation(cost="f", residual_sign="target - prediction", constants="inside")
NOTATIONS = [
    None,
    LESSON_003,
    Notation(residual="e"),
    Notation(constants="inside", residual="Error"),
]
FORBIDDEN = ("sympy", "symgd", "mpmath", "scipy", "pandas")


def loaded(problem: Problem) -> SimpleNamespace:
    """A problem's generated module, run."""
    names: dict[str, object] = {"__name__": "optimizer"}
    exec(compile(problem.source(), "optimizer.py", "exec"), names)
    return SimpleNamespace(**names)


def by_mpmath(term: nt.Term, at: dict[str, mpmath.mpf]) -> mpmath.mpf:
    """A formula's value, by a way that shares nothing with the code generator."""
    values = [by_mpmath(child, at) for child in term.children]
    match term:
        case nt.Number():
            return mpmath.mpf(term.number.numerator) / term.number.denominator
        case nt.Constant():
            return mpmath.pi
        case nt.Symbol():
            return at[term.name]
        case nt.Negative():
            return -values[0]
        case nt.Sum():
            return mpmath.fsum(values)
        case nt.Product():
            return mpmath.fprod(values)
        case nt.Fraction():
            return values[0] / values[1]
        case nt.Power():
            return values[0] ** values[1]
        case nt.Call():
            known = {"abs": mpmath.fabs, "sign": mpmath.sign}
            return known.get(term.function, getattr(mpmath, term.function, None))(values[0])
    raise AssertionError(term)


def cost_by_mpmath(
    problem: Problem, columns: dict[str, Sequence[float]], reduction: str
) -> Callable[..., mpmath.mpf]:
    def cost(*point: mpmath.mpf) -> mpmath.mpf:
        total = mpmath.mpf(0)
        rows = len(columns[problem.target])
        for row in range(rows):
            at = dict(zip(problem.parameters, map(mpmath.mpf, point), strict=True))
            at |= {name: mpmath.mpf(column[row]) for name, column in columns.items()}
            total += (by_mpmath(problem.prediction, at) - at[problem.target]) ** 2
        return total / {"mse": rows, "sse": 1, "half_mse": 2 * rows}[reduction]

    return cost


def reference(
    problem: Problem,
    columns: dict[str, Sequence[float]],
    point: Sequence[float],
    reduction: str = "mse",
) -> tuple[float, list[float]]:
    """Cost and gradient at 40 digits, the gradient by numeric differentiation."""
    with mpmath.workdps(40):
        cost = cost_by_mpmath(problem, columns, reduction)
        orders = [tuple(int(k == n) for k in range(len(point))) for n in range(len(point))]
        slopes = [mpmath.diff(cost, tuple(map(mpmath.mpf, point)), order) for order in orders]
        return float(cost(*point)), [float(slope) for slope in slopes]


# ---------------------------------------------------------------------------------------------
# Golden files


GOLDEN = {
    "optimizer_line.py": Problem("m*x + b"),
    "optimizer_lesson_003.py": Problem("m*x + b", notation=LESSON_003),
    "optimizer_decay.py": Problem("a*exp(-b*x) + c"),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_modules(name: str, golden: Callable[[str, str], None]) -> None:
    golden(name, GOLDEN[name].source())


def test_the_line_reads_as_it_is_written() -> None:
    written = Problem("m*x + b").source()
    for line in (
        "        residual = m * x + b - y",
        "        slope_m = 2 * _total(x * residual) / n",
        "        slope_b = 2 * _total(residual) / n",
    ):
        assert line in written.split("\n")
    assert "J = (1/N) Σᵢ (m xᵢ + b − yᵢ)²" in written


CLEAN = [
    *GOLDEN.values(),
    Problem("a*b*x + c"),
    Problem("a/(1 + exp(-(b*x + c)))", loss="half_mse"),
    Problem(" + ".join(f"w{k}*x{k}" for k in range(20)), loss="sse"),
    Problem("m*x + b", loss="exp(prediction) - target*prediction"),
    Problem(" + ".join(f"a{k}*sin(b{k}*exp(c{k}*x)/(1 + d{k}^2))^3" for k in range(4))),
    Problem(f"{'long' * 30}*x + {'wide' * 30}"),
]


def test_modules_are_clean(tmp_path: Path) -> None:
    """Formatted, without lint, and typed, as a module that somebody wrote."""
    for number, (problem, script) in enumerate(in_turn(CLEAN, [False, True], of=2)):
        path = tmp_path / f"optimizer_{number}.py"
        path.write_text(problem.source(script=script), encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    for command in (
        ["format", "--isolated", "--line-length=100", "--diff", str(tmp_path)],
        ["check", "--isolated", "--line-length=100", "--select=E,F,I,UP,B,W", str(tmp_path)],
    ):
        done = subprocess.run([*ruff, *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


# ---------------------------------------------------------------------------------------------
# Numbers


def update_weights(m, b, X, Y, learning_rate):  # type: ignore[no-untyped-def]
    """Lesson 003's function, as the article has it."""
    m_deriv = 0
    b_deriv = 0
    N = len(X)
    for i in range(N):
        # Calculate partial derivatives
        # -2x(y - (mx + b))
        m_deriv += -2 * X[i] * (Y[i] - (m * X[i] + b))

        # -2(y - (mx + b))
        b_deriv += -2 * (Y[i] - (m * X[i] + b))

    # We subtract because the derivatives point in direction of steepest ascent
    m -= (m_deriv / float(N)) * learning_rate
    b -= (b_deriv / float(N)) * learning_rate

    return m, b


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("model", ["m*x + b", "b + m*x", "b + x*m"])
def test_update_is_lesson_003s_bit_for_bit(model: str, notation: Notation | None) -> None:
    module = loaded(Problem(model, parameters=["m", "b"], notation=notation))
    generator = np.random.default_rng(3)
    for rows in (3, 4, 9, 100, 333, 1000):
        x = generator.normal(size=rows) * 10 ** generator.uniform(-3, 3)
        y = generator.normal(size=rows) + 3 * x
        m, b, rate = (float(value) for value in generator.normal(size=3))
        expected = update_weights(m, b, x.tolist(), y.tolist(), abs(rate))
        assert module.update((m, b), x, y, abs(rate)) == expected


def test_updates_give_the_log_of_lesson_003(request: pytest.FixtureRequest) -> None:
    """Thirty-one updates in a row, on data like the lesson's, are the lesson's function's own."""
    generator = np.random.default_rng(200)
    radio = generator.uniform(0, 50, 200)
    sales = 9.3 + 0.2 * radio + generator.normal(size=200)
    module, here = loaded(Problem("m*x + b", notation=LESSON_003)), (0.0, 0.0)
    there = here
    for _ in range(31):
        here = module.update(here, radio, sales, 5e-5)
        there = update_weights(*there, radio.tolist(), sales.tolist(), 5e-5)
        assert here == there


def test_descend_gives_lesson_004s_table() -> None:
    module = loaded(Problem("a*x + b"))
    run = module.descend(X, Y, start=(0.2, 0.5), learning_rate=0.06, max_iter=10)
    rows = {
        0: (0.2, 0.5, 2.116667),
        1: (0.568, 0.648, 0.366272),
        2: (0.6944, 0.68992, 0.168212),
        3: (0.739955, 0.696474, 0.143830),
        4: (0.758427, 0.691308, 0.138936),
        5: (0.767794, 0.682328, 0.136284),
        10: (0.793182, 0.630777, 0.125337),
    }
    for step, row in rows.items():
        assert run.trace[step] == pytest.approx(row, abs=5e-7)
    assert (run.steps, run.converged, len(run.trace)) == (10, False, 11)
    assert module.gradient((0.2, 0.5), X, Y) == pytest.approx((-6.133333, -2.466667), abs=5e-7)


def test_the_best_rate_comes_from_the_curvature() -> None:
    run = loaded(Problem("a*x + b")).descend(X, Y)
    assert run.learning_rate == pytest.approx(3 / 17, rel=1e-12)
    assert run.converged
    assert run.parameters == pytest.approx((1.1, -1 / 15), abs=1e-7)
    assert run.cost == pytest.approx(1 / 18, rel=1e-12)


MODELS: list[tuple[str, dict[str, object], tuple[float, ...]]] = [
    ("m*x + b", {}, (0.3, -0.2)),
    ("a*exp(-b*x) + c", {}, (2.0, 0.5, 0.1)),
    ("a/(1 + exp(-(b*x + c)))", {}, (2.0, 0.5, 0.1)),
    ("a*exp(b*x)/(1 + exp(b*x))", {}, (2.0, 0.5)),
    ("a*sin(w*x) + b*sin(v*x)", {}, (1.0, 2.0, 0.5, 0.7)),
    ("a*x^3 + b*x^4", {}, (0.1, 0.2)),
    ("a*x^b", {}, (1.0, 0.5)),
    ("(m*x + b)^2", {}, (0.5, 0.3)),
    ("(x - a)^3*b", {}, (0.3, 0.5)),
    ("a*b*x + c", {}, (1.0, 2.0, 3.0)),
    ("sqrt(a)*x + 2^b + a^2.5", {}, (2.0, 0.5)),
    ("a*sin(x + p)", {}, (0.3, 0.5)),
    ("m*abs(x - b) + pi", {}, (0.3, 0.5)),
    ("m*x/3 - 0.1*b - 1/3", {}, (0.3, 0.5)),
    ("log(a*x) - atan(b)/tanh(x)", {}, (0.3, 0.5)),
    ("a*x1 + b*x2*x_3 + c", {}, (1.0, 2.0, 3.0)),
    ("m*x", {}, (0.7,)),
    (" + ".join(f"w{k}*x^{k}" for k in range(8)), {}, tuple(0.1 * k for k in range(8))),
]


@pytest.mark.parametrize(("row", "loss"), in_turn(MODELS, ["mse", "sse", "half_mse"], of=3))
def test_cost_and_gradient(
    row: tuple[str, dict[str, object], tuple[float, ...]], loss: str
) -> None:
    """Module, evaluator and summary agree with mpmath to rounding."""
    model, roles, point = row
    problem = Problem(model, loss=loss, **roles)  # type: ignore[arg-type]
    generator = np.random.default_rng(11)
    names = (*problem.inputs, problem.target)
    columns = {name: generator.uniform(0.2, 2, 7).tolist() for name in names}
    cost, slopes = reference(problem, columns, point, loss)
    data = columns_from(names, [], columns)
    module = loaded(problem)
    answers = [
        module.cost_and_gradient(point, *columns.values()),
        compile_array(problem, problem.derive(), data)(point),
    ]
    if hasattr(module, "_from_summary"):
        arrays = module._columns(*columns.values())
        answers.append(module._from_summary(*module._summarise(*arrays), 7)(point))
    for found, found_slopes in answers:
        assert found == pytest.approx(cost, rel=1e-12)
        assert found_slopes == pytest.approx(slopes, rel=1e-10, abs=1e-12 * (1 + cost))
    assert module.cost(point, *columns.values()) == answers[0][0]
    assert module.gradient(point, *columns.values()) == answers[0][1]


@given(formulas(leaves=4), st.integers(0, 2**16))
@settings(max_examples=examples(15, 40), deadline=None, phases=[Phase.generate])
def test_random_formulas(term: nt.Term, seed: int) -> None:
    problem = Problem(f"a*x + ({text(term, ascii=True)})", inputs=["x"])
    generator = np.random.default_rng(seed)
    columns = {name: generator.uniform(0.5, 1.5, 3).tolist() for name in ("x", "y")}
    point = generator.uniform(0.5, 1.5, len(problem.parameters)).tolist()
    try:
        cost, slopes = reference(problem, columns, point)
    except OverflowError:
        assume(False)
    assume(cost < 1e6 and max(map(abs, slopes)) < 1e9)
    found, found_slopes = compile_array(
        problem, problem.derive(), columns_from(["x", "y"], [], columns)
    )(point)
    assert found == pytest.approx(cost, rel=1e-7, abs=1e-7)
    assert found_slopes == pytest.approx(slopes, rel=1e-6, abs=1e-6 * (1 + cost))


def test_blocks_add_up() -> None:
    """More rows than a block holds give what one whole array gives."""
    problem, generator = Problem("a*exp(-b*x) + c"), np.random.default_rng(5)
    x, y = generator.uniform(0, 2, (2, 40_001))
    by_blocks = compile_array(problem, problem.derive(), columns_from(["x", "y"], [x, y], {}))(
        (2, 0.5, 0.1)
    )
    whole = loaded(problem).cost_and_gradient((2, 0.5, 0.1), x, y)
    assert by_blocks[0] == pytest.approx(whole[0], rel=1e-13)
    assert by_blocks[1] == pytest.approx(whole[1], rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("offset", [0.0, 1e4, 1e6])
def test_summary_and_arrays_agree_on_hard_data(offset: float) -> None:
    """A mean far from zero and hardly any noise: where raw moments give a negative cost."""
    generator = np.random.default_rng(2)
    x = offset + generator.uniform(0, 1, 500)
    y = 2 * x + 1 + 1e-6 * generator.normal(size=500)
    module = loaded(Problem("m*x + b"))
    summary = module._from_summary(*module._summarise(x, y), 500)
    slope = float(np.polyfit(x - offset, y, 1)[0])
    point = (slope, float(np.mean(y) - slope * np.mean(x)))
    direct, by_summary = module.cost(point, x, y), summary(point)[0]
    assert by_summary >= 0
    assert by_summary == pytest.approx(direct, rel=1e-3)


def test_a_model_that_loses_digits_multiplied_out_is_fitted_by_arrays() -> None:
    problem = Problem("b*(x - a)^8", parameters=["a", "b"])
    generator = np.random.default_rng(4)
    x = 50 + generator.uniform(-1, 1, 60)
    y = 0.7 * (x - 50.0) ** 8
    module = loaded(problem)
    run = module.descend(x, y, start=(50.0, 0.5), learning_rate=0.5, max_iter=200)
    assert run.cost == pytest.approx(module.cost(run.parameters, x, y), rel=1e-6, abs=1e-20)


def test_logistic_far_out_is_finite() -> None:
    """exp(−z) overflows at z = −800; the gradient is 0 there, not nan."""
    problem = Problem("a/(1 + exp(-(b*x + c)))")
    data = columns_from(["x", "y"], [[-800.0, 0.5, 800.0], [0.0, 0.5, 1.0]], {})
    cost, slopes = compile_array(problem, problem.derive(), data)((1.0, 1.0, 0.0))
    assert math.isfinite(cost)
    assert all(map(math.isfinite, slopes))


@pytest.mark.parametrize(
    "model",
    [
        "b*exp(a*x)/(1 + exp(a*x))^2",
        "b*exp(-a*x)/(1 + exp(-a*x))^2",
        "b/(1 + exp(a*x))^2",
        "b*exp(a*x)/((1 + exp(a*x))*(2 + x))",
        "b*sinh(a*x)/cosh(a*x)",
    ],
)
def test_quotients_of_exponentials_far_out_are_finite(model: str) -> None:
    problem = Problem(model, parameters=["a", "b"])
    evaluator = compile_array(problem, problem.derive(), columns_from(["x", "y"], [X, Y], {}))
    for a in (-1000.0, -400.0, 400.0, 1000.0):
        cost, slopes = evaluator((a, 1.0))
        assert all(map(math.isfinite, (cost, *slopes)))


# ---------------------------------------------------------------------------------------------
# The program


def test_sums_are_lowered_by_their_laws() -> None:
    """Constants stand outside, and a sum of what has no index is N of it."""
    problem = Problem("m*x + b", loss="prediction - 2*target + 3", parameters=["m", "b"])
    _, _, by_b = lower(problem, problem.derive()).results
    assert not any(isinstance(term, Total) for _, term in by_b.walk())
    assert loaded(problem).gradient((1, 1), X, Y)[1] == 1.0


def test_what_the_data_decide_is_hoisted() -> None:
    problem = Problem("a*log(x)^2 + b*log(x)")
    program = lower(problem, problem.derive())
    assert {part.local.name for part in program.hoisted} >= {"natural_logarithm"}
    assert all(not part.term.names & {"a", "b"} for part in program.hoisted)


def test_totals_of_the_data_alone_are_hoisted() -> None:
    """Σ x_i needs no step's parameters: worked out once, and used after the blocks."""
    problem = Problem("m*x + b", loss="exp(target) - prediction*target")
    evaluator = compile_array(problem, problem.derive(), columns_from(["x", "y"], [X, Y], {}))
    assert any(
        isinstance(t, Total)
        for p in lower(problem, problem.derive()).hoisted
        for _, t in p.term.walk()
    )
    _, slopes = evaluator((0.3, 0.2))
    assert slopes == pytest.approx((-np.dot(X, Y) / 3, -np.mean(Y)), rel=1e-14)


def test_shared_parts_are_worked_out_once() -> None:
    written = Problem("a*exp(-b*x) + c").source()
    # In the cost with its gradient, at the nodes of its series, and in the prediction.
    assert written.count("np.exp(") == 3


# ---------------------------------------------------------------------------------------------
# Names from outside


HOSTILE = (
    ("lambda", "np", "E", "cost", "sum", "self", "residual", "print", "__import__", "data"),
    ("parameters", "math", "n", "I", "S", "evaluate", "t0", "r00", "a0", "x_2", "class", "match"),
    ("gradient", "update", "descend", "learning_rate", "rate", "point", "value", "slope_m", "main"),
    ("columns", "argparse", "len", "float", "None_", "_", "__", "trace", "True", "psi0", "pulls"),
    ("d0", "a1", "slope_d0", "anchor"),
)


@pytest.mark.parametrize("names", HOSTILE)
def test_hostile_names_fit_and_run(names: tuple[str, ...]) -> None:
    model = " + ".join(f"{name}*x{k}" for k, name in enumerate(names))
    problem = Problem(model, parameters=names)
    generator = np.random.default_rng(1)
    x = generator.normal(size=(len(names), 29))
    y = generator.normal(size=29)
    point = generator.normal(size=len(names))
    module = loaded(problem)
    residual = point @ x - y
    assert names == module.PARAMETERS
    assert module.cost(point, *x, y) == pytest.approx(np.mean(residual**2), rel=1e-12)
    assert module.gradient(point, *x, y) == pytest.approx(2 * x @ residual / 29, rel=1e-9)
    fitted = np.linalg.lstsq(x.T, y, rcond=None)[0]
    assert module.descend(*x, y).parameters == pytest.approx(fitted, abs=1e-7)


@pytest.mark.parametrize(
    "names", [few[k : k + 5] for few in HOSTILE for k in range(0, len(few), 5)]
)
def test_hostile_columns(names: tuple[str, ...]) -> None:
    weights = [f"m{k}" for k in range(len(names))]
    model = " + ".join(f"{m}*{name}" for m, name in zip(weights, names, strict=True))
    problem = Problem(f"{model} + b", inputs=names, parameters=[*weights, "b"])
    point, table = np.arange(2.0, len(names) + 3), np.cos(np.arange(3 * len(names)).reshape(-1, 3))
    expected = np.mean((point[:-1] @ table + point[-1] - Y) ** 2)
    assert loaded(problem).cost(point, *table, Y) == pytest.approx(expected)
    data = columns_from([*names, "y"], [*table, Y], {})
    assert compile_array(problem, problem.derive(), data)(point)[0] == pytest.approx(expected)


ALL_WALKS = (
    *numpy_module.WALK,
    *numpy_module.SUMMARY,
    *numpy_module.QUADRATIC,
    *numpy_module.OTHER,
    *numpy_module.KINKED,
)


def functions_of_the_walk() -> list[str]:
    """The names of what generated modules have word for word: what is local there meets no name from outside."""
    trees = [ast.parse(inspect.getsource(module)) for module in ALL_WALKS]
    nodes = [node for tree in trees for node in tree.body]
    return [n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)]


def test_every_name_of_a_module_is_reserved() -> None:
    """What the module names by itself can never be given to a name from outside."""
    for problem in (
        *GOLDEN.values(),
        Problem("a*b*x + c"),
        Problem("m*x + b", "mae"),
        Problem("+".join(f"p{k}*x^{k}" for k in range(9))),
    ):
        tree = ast.parse(problem.source(script=True))
        walks = functions_of_the_walk()
        # no name from outside is in these
        closed = {*walks, "_column", "_expect_number", "_evaluator", "_in_order"}
        tree.body = [node for node in tree.body if getattr(node, "name", "") not in closed]
        assert {name for name in walks if not name.startswith("_")} <= RESERVED
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        used |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        used |= {
            node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
        given = {*problem.parameters, *problem.inputs, problem.target, "n"}
        given |= {f"slope_{name}" for name in problem.parameters}
        given |= {name for name in used if name[0] in "adrt" and name[1:].isdigit()}
        given |= {name for name in used if name.startswith("psi") and name[3:].isdigit()}
        given |= {
            name
            for name in used
            if re.fullmatch(r"(sum|kept|series|nodes|offsets|places)_\d+", name)
        }
        given |= {name for name in used if name.startswith("part_") and name[5:].isdigit()}
        program = lower(problem, problem.derive())
        given |= {part.local.name for part in (*program.hoisted, *program.assignments)}
        own = {name for name in used - given if not name.startswith("_")}
        assert own <= RESERVED, sorted(own - RESERVED)


@settings(max_examples=examples(40, 100))
@given(st.lists(st.text(max_size=60), max_size=12, unique=True))
def test_names_are_identifiers_of_their_own(wanted: list[str]) -> None:
    names = Names()
    given_names = [names.give("column", name) for name in wanted]
    assert len(set(given_names)) == len(wanted)
    for name in given_names:
        assert name.isidentifier()
        assert name.isascii()
        assert name not in RESERVED
        assert not name.startswith("_")
        assert len(name) < LONGEST + 5


@given(st.text(alphabet="a \"\\\n\x00\u202e'{}%", max_size=80))
def test_docstrings_hold_any_text(body: str) -> None:
    shown = ast.literal_eval(f'"""{layout.docstring(body + chr(10))}"""')
    kept = [c for c in body if c.isprintable() and not c.isspace()]
    assert [c for c in shown if not c.isspace()] == kept


def test_a_reason_without_room_stands_below_its_line() -> None:
    line = "    = " + " + ".join(["summand"] * 8) + "   [rule of sums; rule of differences, twice]"
    assert layout.docstring(line).split("\n") == [
        line[: line.index("   [")],
        "        [rule of sums; rule of differences, twice]",
    ]
    assert layout.docstring("    = a   [rule]") == "    = a   [rule]"
    apart = "    = a + b\n" + " " * 80 + "[rule of sums]"
    assert layout.docstring(apart) == "    = a + b\n        [rule of sums]"


# ---------------------------------------------------------------------------------------------
# Wrong use


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"learning_rate": float("nan")}, ["learning rate", "positive"]),
        ({"learning_rate": -1.0}, ["learning rate", "-1"]),
        ({"start": (1.0,)}, ["each of the parameters a, b"]),
        ({"start": {"a": 1, "c": 2}}, ['no parameter "c"', "expected a, b"]),
        ({"start": {"a": math.inf}}, ["a is inf"]),
        ({"start": (1.0, math.inf)}, ["b is inf"]),
        ({"max_iter": -1}, ["max_iter"]),
        ({"tolerance": math.nan}, ["tolerance"]),
    ],
)
def test_descend_says_what_is_wrong(arguments: dict[str, object], words: list[str]) -> None:
    module = loaded(Problem("a*x + b"))
    with pytest.raises((ValueError, FloatingPointError)) as caught:
        module.descend(X, Y, **arguments)
    assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        ([1, 2], [1, 2, 3], '"x" has 2 rows, "y" 3'),
        ([], [], "there are no rows"),
        ([1, math.nan], [1, 2], '"x", row index 1: nan marks a missing value'),
        ([1, 2], [math.inf, 2], '"y", row index 0: inf is infinite'),
        ([1, None], [1, 2], '"x", row index 1: None marks a missing value'),
        ([[1, 2], [3]], [1, 2], "is of type list, not a real number"),
        (np.ma.masked_array([1.0, 2], [0, 1]), [1, 2], "row index 1: the value is masked"),
        (np.array(["2020-01-01", "2020-01-02"], "M8[D]"), [1, 2], "is of type datetime64"),
        ([1, 2j], [1, 2], "2j is of type complex"),
        (np.array([1, 2j]), [1, 2], "is of type complex128"),
        ([True, False], [1, 2], "True is of type bool"),
        (["True", "False"], [1, 2], '"True" is of type str'),
        (np.array(["1", "2"]), [1, 2], '"1" is of type str_'),
        ([1, 10**5000], [1, 2], r"an integer of \d+ bits is too large for a float"),
        (5, [1, 2], "one number, not a column"),
        (np.ones((2, 2, 2)), [1, 2], r"has shape \(2, 2, 2\)"),
    ],
)
def test_data_are_checked_in_the_words_of_descend(x: Any, y: list[float], words: str) -> None:
    problem = Problem("m*x + b")
    module, said = loaded(problem), []
    for call in (
        lambda: module.cost((1, 1), x, y),
        lambda: module.descend(x, y),
        lambda: problem.descend(x, y),
    ):
        with pytest.raises(ValueError, match=words) as caught:
            call()
        said.append(str(caught.value))
    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize(
    "x",
    [
        (1, 2, 3),
        range(3),
        [[1], [2], [4]],
        np.ones((3, 1)) * 2,
        np.array([1, 2, 4], np.float16),
        [np.float32(1), 2, 3],
        np.array([1, 2, 4], dtype=object),
    ],
    ids=repr,
)
def test_columns_of_many_kinds_are_taken(x: Any) -> None:
    problem = Problem("m*x + b")
    run, found = problem.descend(x, Y, max_iter=3), loaded(problem).descend(x, Y, max_iter=3)
    assert found.trace.tolist() == run.trace.table[:, :3].tolist()


def test_divergence_without_a_summary_names_the_rate() -> None:
    module = loaded(Problem("a*exp(b*x)"))
    found = module.descend(X, Y, start=(1.0, 0.5), learning_rate=0.05, max_iter=500)
    assert found.outcome == "diverged"
    assert "learning rate 0.05 the descent diverged" in found.message
    thrown = module.descend(X, Y, start=(1.0, 0.0), learning_rate=0.5)
    assert (thrown.outcome, thrown.converged) == ("stalled", False)
    assert "threw it onto a plateau, the cost rose from 2.1" in thrown.message
    with pytest.raises(FloatingPointError, match="not a finite number at a = 1, b = 1000"):
        module.cost((1.0, 1000.0), X, Y)


@pytest.mark.parametrize("asked", [{"max_iter": 10}, {}])
def test_a_walk_that_diverges_keeps_its_trace(asked: dict[str, int]) -> None:
    problem = Problem("a*x + b")
    run = problem.descend(X, Y, learning_rate=0.2, **asked)
    found = loaded(problem).descend(X, Y, learning_rate=0.2, **asked)
    assert (found.outcome, found.converged, found.steps) == ("diverged", False, run.steps)
    assert found.trace.tolist() == run.trace.table[:, :3].tolist()
    assert all(word in found.message for word in ("0.2", "diverged", "rose", "0.18029"))


@pytest.mark.parametrize("part", ["atan2(a, b)", "log(cosh(b))"])
def test_functions_of_parameters_that_only_numpy_has(part: str) -> None:
    problem = Problem(f"a*x + {part}")
    start = {"a": 0.5, "b": 1.5}
    run = problem.descend(X, Y, start=start, learning_rate=0.01, max_iter=50, tolerance=0)
    found = loaded(problem).descend(X, Y, start=start, learning_rate=0.01, max_iter=50, tolerance=0)
    assert found.parameters == pytest.approx(tuple(run.parameters.values()), rel=1e-10)


def test_a_perfect_start_is_no_divergence() -> None:
    x = np.linspace(0.1, 7, 50)
    run = loaded(Problem("m*x + b")).descend(
        x, 0.1 * x + 0.3, start=(0.1, 0.3), tolerance=0, max_iter=50
    )
    assert run.cost < 1e-28


def test_a_start_by_name() -> None:
    module = loaded(Problem("a*x + b"))
    by_name = module.descend(X, Y, start={"b": 0.5, "a": 0.2}, max_iter=3)
    in_order = module.descend(X, Y, start=(0.2, 0.5), max_iter=3)
    assert by_name.trace.tolist() == in_order.trace.tolist()
    assert module.descend(X, Y, start={"b": 0.5}, max_iter=0).parameters == (0.0, 0.5)


def test_steps_that_cost_nothing_are_made_until_it_is_there(tmp_path: Path) -> None:
    """A line far from x = 0 takes more than 10,000 steps, and none of them needs the data."""
    x = np.arange(30.0, 70)
    data = "distance,calories\n" + "".join(f"{k:g},{0.5 * k + k % 3:g}\n" for k in x)
    done = script(Problem("m*x + b"), tmp_path, "data.csv", *COLUMN_FLAGS, data=data)
    assert (done.returncode, done.stderr) == (0, "")
    *values, ending = done.stdout.splitlines()
    found = [float(line.split(" = ")[1]) for line in values[:2]]
    assert found == pytest.approx(np.polyfit(x, 0.5 * x + x % 3, 1), abs=1e-4)
    assert int(ending.split()[2]) > 10_000


@pytest.mark.parametrize(
    ("model", "flags", "code"),
    [
        (model, *how)
        for model, how in in_turn(
            ["m*x + b", "exp(m)*x + b", "exp(m*x) + b"], [((), 1), (("--max-iter", "5"), 0)], of=2
        )
    ],
)
def test_not_converged_is_a_failure_unless_steps_were_asked_for(
    model: str, flags: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    if model == "m*x + b" and not flags:
        flags = ("--tolerance", "0", "--start", "m=1.1")  # a million steps, and no end
    done = script(
        Problem(model),
        tmp_path,
        "data.csv",
        *COLUMN_FLAGS,
        "--learning-rate",
        "1e-7",
        *flags,
    )
    assert (done.returncode, done.stderr) == (code, "")
    assert "not converged" in done.stdout
    steps = {"m*x + b": 1_000_000, "exp(m)*x + b": 1_000_000, "exp(m*x) + b": 10_000}[model]
    assert f"after {steps if code else 5} steps" in done.stdout


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e160, 1e300])
def test_columns_beyond_the_floats_are_to_be_rescaled(size: float, tmp_path: Path) -> None:
    data = "distance,calories\n" + "".join(f"{k * size!r},{k}\n" for k in (1, 2, 4))
    done = script(Problem("m*x"), tmp_path, "data.csv", *COLUMN_FLAGS, data=data)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "rescale the columns" in done.stderr


def test_numbers_that_do_not_fit_are_refused() -> None:
    with pytest.raises(GenerationError, match="floating-point"):
        Problem("m*x + 10^400").source()
    assert loaded(Problem("m*x + 10^40*b")).cost((1, 1e-40), X, Y) == pytest.approx(
        np.mean((np.array(X) + 1 - Y) ** 2)
    )


# ---------------------------------------------------------------------------------------------
# As a script


def script(
    problem: Problem,
    folder: Path,
    *arguments: str,
    data: str | bytes = "distance,calories\n1,1.2\n2,1.8\n3,3.4\n",
) -> subprocess.CompletedProcess[str]:
    """Run a generated module on a CSV file, in a Python in which only NumPy can be imported."""
    (folder / "optimizer.py").write_text(problem.source(script=True), encoding="utf-8")
    content = data if isinstance(data, bytes) else data.encode()
    (folder / "data.csv").write_bytes(content)
    guard = f"""
import runpy, sys
class Guard:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {FORBIDDEN!r}:
            raise ImportError(name)
sys.meta_path.insert(0, Guard())
sys.argv = ["optimizer.py", *sys.argv[1:]]
try:
    runpy.run_path("optimizer.py", run_name="__main__")
finally:
    assert not set({FORBIDDEN!r}) & set(sys.modules)
"""
    command = [sys.executable, "-W", "error", "-c", guard, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


COLUMN_FLAGS = ("--x", "distance", "--y", "calories")


def test_a_module_imports_numpy_and_the_standard_library() -> None:
    for problem in GOLDEN.values():
        tree = ast.parse(problem.source(script=True))
        names = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        tops = {name.partition(".")[0] for name in names}
        assert tops - set(sys.stdlib_module_names) == {"numpy"}


def test_the_script_fits_a_file(tmp_path: Path) -> None:
    done = script(Problem("m*x + b"), tmp_path, "data.csv", *COLUMN_FLAGS)
    assert (done.returncode, done.stderr) == (0, "")
    values = dict(line.split(" = ") for line in done.stdout.splitlines()[:3])
    assert float(values["m"]) == pytest.approx(1.1, abs=1e-7)
    assert float(values["b"]) == pytest.approx(-1 / 15, abs=1e-7)
    assert float(values["cost"]) == pytest.approx(1 / 18)
    assert "converged" in done.stdout


def test_the_script_takes_rate_start_and_steps(tmp_path: Path) -> None:
    flags = [
        "--learning-rate",
        "0.06",
        "--start",
        "m=0.2,b=0.5",
        "--max-iter",
        "10",
        "--tolerance",
        "0",
    ]
    done = script(Problem("m*x + b"), tmp_path, "data.csv", *COLUMN_FLAGS, *flags)
    assert done.returncode == 0
    assert float(done.stdout.split()[2]) == pytest.approx(0.793182, abs=5e-7)
    assert "out of steps, not converged, after 10 steps with learning rate 0.06" in done.stdout


def test_the_script_takes_several_inputs_and_hostile_names(tmp_path: Path) -> None:
    problem = Problem("lambda*help + np*start + c", inputs=["help", "start"])
    data = "help;start;y\n0;0;1\n1;0;3\n0;1;4\n1;1;6\n"
    done = script(problem, tmp_path, "data.csv", data=data)
    assert (done.returncode, done.stderr) == (0, "")
    values = [float(line.split(" = ")[1]) for line in done.stdout.splitlines()[:3]]
    assert values == pytest.approx([2.0, 3.0, 1.0], abs=1e-6)


@pytest.mark.parametrize(
    ("data", "flags", "code", "words"),
    [
        (
            "distance,calories\n1,2\n2,x\n",
            (),
            1,
            "line 3, column \"calories\": 'x' is not a finite number",
        ),
        ("distance,calories\n1,2\n2,\n", (), 1, "line 3, column \"calories\": '' is not"),
        ("distance,calories\n1,2\n2,inf\n", (), 1, "line 3"),
        ("distance,calories\n1,2\n1_0,2\n", (), 1, "line 3, column \"distance\": '1_0'"),
        ("distance,calories\n1,2\n2\n", (), 1, "line 3 has 1 cells, the header 2"),
        (
            "distance,cal\n1,2\n",
            (),
            1,
            'the column "calories" is missing; the columns are distance, cal',
        ),
        ("distance,distance,calories\n1,2,3\n", (), 1, "more than once"),
        ("", (), 1, "data.csv is empty"),
        ("distance,calories\n", (), 1, "no row under its header"),
        (b"distance,calories\n\xff,1\n", (), 1, "not UTF-8"),
        (
            "distance,calories\n1,2\n2,3\n",
            ("--learning-rate", "9"),
            1,
            "learning rate 9 the descent diverged",
        ),
        ("distance,calories\n1,2\n2,3\n", ("--start", "q=1"), 1, 'no parameter "q"; expected m, b'),
        ("distance,calories\n1,2\n2,3\n", ("--start", "m=one"), 1, "--start, m"),
        ("distance,calories\n1,2\n2,3\n", ("--max-iter", "many"), 2, "invalid int value"),
    ],
)
def test_the_script_says_what_is_wrong(
    data: str | bytes,
    flags: tuple[str, ...],
    code: int,
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without a process of its own: that errors are told and not raised is what its `main` does."""
    path = tmp_path / "data.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    try:
        ended = _script_of_a_line()["main"]([str(path), *COLUMN_FLAGS, *flags])
    except SystemExit as left:
        ended = left.code
    said = capsys.readouterr()
    assert ended == code
    assert words in said.err
    assert said.out == ""


@cache
def _script_of_a_line() -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "optimizer"}
    exec(compile(Problem("m*x + b").source(script=True), "optimizer.py", "exec"), names)
    return names


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a file that is always full")
def test_the_script_says_that_its_output_is_not_written(tmp_path: Path) -> None:
    """With each shell that it is started by: a full disk, a reader that has gone, a closed output, and a wrong option."""
    name, full = "optimizer.py", "the output cannot be written: No space left on device"
    (tmp_path / name).write_text(Problem("m*x + b").source(script=True), encoding="utf-8")
    (tmp_path / "data.csv").write_text("x,y\n1,1.2\n2,1.8\n3,3.4\n", encoding="utf-8")
    python = shlex.quote(sys.executable)
    for arguments, code, words in (
        ("data.csv > /dev/full", 4, f"{name}: {full}\n"),
        ("data.csv --predict data.csv > /dev/full", 4, f"{name}: {full}\n"),
        ("data.csv >&-", 4, f"{name}: the output cannot be written: Bad file descriptor\n"),
        ("data.csv | (exec 0<&-; sleep 0.01); exit ${PIPESTATUS[0]}", 141, ""),
        ("data.csv --wrong > /dev/full", 2, "error: unrecognized arguments: --wrong\n"),
    ):
        command = ["bash", "-c", f"{python} {name} {arguments}"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
        assert done.stderr.endswith(words)
        assert "Traceback" not in done.stderr
        assert bool(done.stderr) == bool(words)


def test_the_script_misses_its_file(tmp_path: Path) -> None:
    done = script(Problem("m*x + b"), tmp_path, "nowhere.csv")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "optimizer.py: nowhere.csv: No such file or directory\n"


def test_the_script_needs_no_rate_where_there_is_no_summary(tmp_path: Path) -> None:
    rows = [f"{k / 4},{3 * math.exp(-k / 5) + 1:.4g}\n" for k in range(20)]
    data = "distance,calories\n" + "".join(rows)
    problem = Problem("a*exp(-b*x) + c")
    done = script(problem, tmp_path, "data.csv", *COLUMN_FLAGS, data=data)
    assert (done.returncode, done.stderr) == (0, "")
    values = [float(line.split(" = ")[1]) for line in done.stdout.splitlines()[:3]]
    assert values == pytest.approx([3, 0.8, 1], abs=1e-2)


def test_ctrl_c_keeps_the_steps_that_were_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module: dict[str, Any] = {"__name__": "optimizer"}
    exec(compile(Problem("a*exp(-b*x)").source(script=True), "optimizer.py", "exec"), module)
    data = tmp_path / "points.csv"
    data.write_text("x,y\n1,1.2\n2,0.9\n3,0.4\n")
    asked = {"start": (1.0, 0.0), "learning_rate": 0.01}
    whole = module["descend"]([1, 2, 3], [1.2, 0.9, 0.4], max_iter=40, **asked)
    evaluate, calls = module["_row_by_row"], iter(range(30))

    def stopped(*given: Any) -> Any:
        if next(calls) == 29:
            raise KeyboardInterrupt
        return evaluate(*given)

    module["_row_by_row"] = stopped
    assert module["main"]([str(data), "--start", "a=1", "--learning-rate", "0.01"]) == 130
    told = capsys.readouterr().out
    steps = int(told.rpartition("after ")[2].split()[0])
    assert steps > 20
    assert f"a = {float(whole.trace[steps][0])!r}\n" in told
    assert "interrupted, not converged" in told


@pytest.mark.parametrize("call", ["lambdify", "source", "descend"])
def test_numbers_that_grow_too_large_are_an_error_of_the_formula(call: str) -> None:
    problem = Problem("exp(a*x) + b - softmax(softmax(pi, 7.8), 0.7^2)", inputs=["x"])
    data = ([1.0, 2.0], [1.0, 2.0]) if call == "descend" else ()
    with pytest.raises(GenerationError, match="too large to be compared"):
        getattr(problem, call)(*data)
