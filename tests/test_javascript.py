"""Modules of JavaScript: run in node, held against `descend`, `lambdify` and mpmath."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from click.testing import CliRunner
from grids import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from nodes import Node, path_of_node
from rounding import rounding_room

from symgd import OPTIMIZERS, GenerationError, Problem, SymgdError
from symgd.cli import main
from symgd.codegen.targets.javascript import KEYWORDS, RESERVED
from symgd.codegen.targets.javascript_functions import HELPERS
from symgd.codegen.targets.javascript_layout import fitted as layout_fitted
from symgd.codegen.targets.javascript_template import CHECKS, FUNCTIONS, HEAD, MOVED
from symgd.terms import Term
from symgd.terms.functions import FUNCTIONS as ALL
from symgd.writing.formulas.text import text

from strategies import formulas, language

X, Y = [1.0, 2.0, 3.0], [1.2, 1.8, 3.4]
POINTS = {"x": X, "y": Y}
GOLDEN = {
    "javascript_line.mjs": Problem("m*x + b"),
    "javascript_logistic.mjs": Problem("sigmoid(w*x + b)", loss="bce"),
    "javascript_decay.mjs": Problem("a*exp(-b*x) + c"),
}
LINE = Problem("m*x + b").source(target="javascript")


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """One process for all tests of this file."""
    made = Node()
    yield made
    made.close()


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_modules(name: str, golden: Callable[[str, str], None]) -> None:
    golden(name, GOLDEN[name].source(target="javascript"))


def test_functions_of_our_own_are_there_only_where_they_are_used() -> None:
    written = Problem("a*softplus(b*x)").source(target="javascript")
    used = {name for name in HELPERS if re.search(rf"^(function|const) {name}\b", written, re.M)}
    assert used == {"softplus"}
    plain = Problem("a*exp(-b*x)").source(target="javascript")
    assert not any(f"function {name}(" in plain for name in HELPERS)


def test_lines_fit() -> None:
    """The template's own lines, and the formulas'."""
    written = Problem(" + ".join(f"a{k}*sin(b{k}*exp(c{k}*x)/(1 + d{k}^2))^3" for k in range(4)))
    code = written.source(target="javascript").split(" */", 1)[1]
    for text_ in (HEAD, FUNCTIONS, MOVED, CHECKS, *HELPERS.values(), code):
        assert max(map(len, text_.split("\n"))) <= 100


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_lines_of_rules_fit(name: str) -> None:
    wide = Problem(" + ".join(f"w{k}*x{k}" for k in range(30)))
    for problem in (Problem("m*x + b"), wide):
        code = problem.source(target="javascript", optimizer=name)
        assert [line for line in code.split("\n") if len(line) > 100] == []


ATOMS = st.sampled_from(["theta", "m", "BETA1", "0.5", "state[0][k]", "slopes", '"a, b ? c : d"'])


def _expressions(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions as they are written: with brackets around what binds less."""
    bracketed = inner.map(lambda code: code if " " not in code or code[-1] == '"' else f"({code})")
    signs = st.sampled_from(["+", "-", "*", "/", "&&", "||", "===", "<="])
    return st.one_of(
        st.builds("{} {} {}".format, bracketed, signs, bracketed),
        st.builds("{} ? {} : {}".format, bracketed, inner, bracketed),
        st.builds("Math.max({}, {})".format, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("each(($a, $b) => {}, {})[0]".format, bracketed, inner),
    )


@given(st.recursive(ATOMS, _expressions, max_leaves=25), st.sampled_from(["theta =", "let d =", "return", "kept[0][k] ="]), st.integers(12, 60))  # fmt: skip
def test_statements_in_several_lines_are_the_same_statements(
    code: str, head: str, width: int
) -> None:
    """But for spaces, brackets around the whole, and commas behind the last of several."""
    found = layout_fitted(f"  {head} {code};", width)
    assert _plain(found) == _plain(f"  {head} {code};")
    assert all(line == line.rstrip() for line in found.split("\n"))
    assert not found.startswith("  return\n")


def _plain(code: str) -> str:
    strings = re.sub(r'"[^"]*"', "S", code)
    bare = re.sub(r",(?=[)\]])", "", re.sub(r"\s+", "", strings))
    head, value = re.fullmatch(r"(return|let\w+=|[\w\[\]]+=)(.*);", bare).groups()  # type: ignore[union-attr]  # it is a statement
    depths = [value[: place + 1].count("(") - value[: place + 1].count(")") for place in range(len(value))]  # fmt: skip
    whole = value.startswith("(") and 0 not in depths[:-1]
    return f"{head}{value[1:-1] if whole else value}"


# ---------------------------------------------------------------------------------------------
# Numbers


MODELS: list[tuple[str, dict[str, Any], tuple[float, ...]]] = [
    ("m*x + b", {}, (0.3, -0.2)),
    ("a*exp(-b*x) + c", {}, (2.0, 0.5, 0.1)),
    ("sigmoid(w*x + b)", {"loss": "bce"}, (0.7, -0.2)),
    ("a*log(x)*sin(b*x) + x^b", {}, (1.5, 0.5)),
    ("a*x if x > b else 3 - b*x^2", {}, (1.5, 1.1)),
    ("a*x if b < x < 2 else (b if x == 1.3 or a != 1.5 else 2)", {}, (1.5, 1.1)),
    ("max(a*x, b, 1) + min(a, x) + |x - b|", {}, (1.5, 1.1)),
    ("a*gelu(b*x) + erfc(a*x)", {}, (1.5, 0.3)),
    ("a*sinc(b*x) + atan2(a, x) + tanh(b*x)", {}, (1.5, 0.3)),
    ("log(exp(a*x) + exp(b) + exp(2))", {}, (1.5, 0.3)),
    ("a*x^pi + log(2)*b + sign(b)/3 + max(2, 3)", {}, (1.5, 0.3)),
    ("-(-(a*x)) - (-b)^2 - -x^3 + (-(a + b))^2*x", {}, (1.5, 0.3)),
    ("(a*x + b)^2.5 - (a*x + b)^(-2) + (a + x)^4", {}, (1.5, 0.3)),
    ("sech(a*x) + acot(b*x) + relu(a*x - b) + heaviside(x - 1)*b", {}, (1.5, 0.3)),
    ("m*x + b", {"loss": "rmse"}, (0.3, -0.2)),
    ("m*x + b", {"loss": "huber", "penalty": "ridge"}, (0.3, -0.2)),
    (" + ".join(f"w{k}*x^{k}" for k in range(12)), {}, tuple(0.1 * k for k in range(12))),
]


@pytest.mark.parametrize(("model", "options", "point"), MODELS, ids=[row[0][:40] for row in MODELS])
def test_numbers_are_those_of_lambdify(
    node: Node, model: str, options: dict[str, Any], point: tuple[float, ...]
) -> None:
    problem = Problem(model, **options)
    module, functions = problem.source(target="javascript"), problem.lambdify()
    x, y = [0.4, 1.3, 2.2, 0.9], [0.1, 0.8, 0.9, 0.3]
    data, by_name = {"x": x, "y": y}, dict(zip(problem.parameters, point, strict=True))
    cost, slopes = functions.cost_and_gradient(point, x, y)
    found = node.value(module, "costAndGradient", list(point), data)
    assert found["cost"] == pytest.approx(cost, rel=1e-12)
    assert found["gradient"] == pytest.approx(list(slopes), rel=1e-11, abs=1e-13)
    assert node.value(module, "cost", by_name, data) == found["cost"]
    named = node.value(module, "gradient", by_name, data)
    assert named == dict(zip(problem.parameters, found["gradient"], strict=True))
    said = node.value(module, "predict", by_name, data)
    assert said == pytest.approx(functions.predict(point, x).tolist(), rel=1e-12)
    moved = node.value(module, "update", list(point), data, {"learningRate": 0.01})
    expected = functions.update(point, x, y, learning_rate=0.01)
    assert moved == pytest.approx(list(expected), rel=1e-12)


@pytest.mark.parametrize(
    ("problem", "rate"),
    [
        (Problem("m*x + b"), 0.06),
        (Problem("a*exp(-b*x) + c"), 0.02),
        (Problem("a*sin(x + p)"), 0.1),
    ],
    ids=lambda value: getattr(value, "model", str(value)),
)
def test_the_trace_is_that_of_descend(node: Node, problem: Problem, rate: float) -> None:
    start = dict.fromkeys(problem.parameters, 0.5)
    run = problem.descend(X, Y, start=start, learning_rate=rate, max_iter=50, tolerance=0)
    options = {"learningRate": rate, "maxIter": 50, "tolerance": 0, "start": start}
    found = node.value(problem.source(target="javascript"), "descend", POINTS, options)
    assert (found["steps"], found["outcome"], len(found["trace"])) == (50, "out of steps", 51)
    assert [row["step"] for row in found["trace"]] == [*range(51)]
    costs = [row["cost"] for row in found["trace"]]
    assert costs == pytest.approx(np.asarray(run.trace.cost).tolist(), rel=1e-12)
    for name in problem.parameters:
        column = [row["parameters"][name] for row in found["trace"]]
        assert column == pytest.approx(run.trace[name].tolist(), rel=1e-12)


def test_walks_end_where_descend_ends(node: Node) -> None:
    """At the same step by the same tolerance."""
    run = Problem("m*x + b").descend(X, Y, learning_rate=0.06, tolerance=1e-4)
    found = node.value(LINE, "descend", POINTS, {"learningRate": 0.06, "tolerance": 1e-4})
    assert (found["steps"], found["outcome"]) == (run.steps, "short step")
    assert found["cost"] == found["trace"][-1]["cost"]


def test_many_rows_are_added_in_blocks(node: Node) -> None:
    generator = np.random.default_rng(5)
    x = generator.uniform(0, 2, 5001)
    y = 2 * np.exp(-x) + 0.1 * generator.normal(size=5001)
    problem = Problem("a*exp(-b*x) + c")
    cost, slopes = problem.lambdify().cost_and_gradient((2, 0.5, 0.1), x, y)
    data = {"x": x.tolist(), "y": y.tolist()}
    found = node.value(problem.source(target="javascript"), "costAndGradient", [2, 0.5, 0.1], data)
    assert found["cost"] == pytest.approx(cost, rel=1e-13)
    assert found["gradient"] == pytest.approx(list(slopes), rel=1e-12)


@pytest.mark.parametrize("z", [800.0, -800.0])
@pytest.mark.parametrize(
    ("model", "loss"),
    [
        ("sigmoid(w*x + b)", "bce"),
        ("exp(w*x + b)/(1 + exp(w*x + b))", "mse"),
        ("log(1 + exp(w*x + b))", "mse"),
        ("tanh(w*x + b)", "mse"),
        ("log(cosh(w*x + b))", "mse"),
        ("log(exp(w*x) + exp(b))", "mse"),
        ("w*x + b", "(log(cosh(prediction - target)))"),
    ],
)
def test_nothing_overflows(node: Node, model: str, loss: str, z: float) -> None:
    problem, x, y = Problem(model, loss=loss), [1.0, 1.0], [0.0, 1.0]
    cost, slopes = problem.lambdify().cost_and_gradient((z, 0.5), x, y)
    module = problem.source(target="javascript")
    found = node.value(module, "costAndGradient", [z, 0.5], {"x": x, "y": y})
    assert np.isfinite([cost, *slopes]).all()
    assert found["cost"] == pytest.approx(cost, rel=1e-12)
    assert found["gradient"] == pytest.approx(list(slopes), rel=1e-12, abs=1e-300)


@given(st.one_of(language(leaves=3), formulas(leaves=4)), st.integers(0, 2**16))
@settings(max_examples=examples(12, 30))
def test_random_models(node: Node, term: Term, seed: int) -> None:
    try:
        problem = Problem(f"a*x + ({text(term, ascii=True)})", inputs=["x"])
        functions, module = problem.lambdify(), problem.source(target="javascript")
    except SymgdError:
        assume(False)
    generator = np.random.default_rng(seed)
    x, y = generator.uniform(0.5, 1.5, (2, 3))
    point = generator.uniform(0.5, 1.5, len(problem.parameters)).tolist()

    def numbers(values: Sequence[float], columns: Sequence[Any]) -> list[float]:
        cost, slopes = functions.cost_and_gradient(tuple(values), *columns)
        return [cost, *slopes]

    room, expected = rounding_room(numbers, point, (x, y)), numbers(point, (x, y))
    data = {"x": x.tolist(), "y": y.tolist()}
    found = node.value(module, "costAndGradient", point, data)
    assert [found["cost"], *found["gradient"]] == pytest.approx(expected, rel=1e-10, abs=room)


# ---------------------------------------------------------------------------------------------
# Functions that JavaScript has not


def _real(value: Any) -> float:
    return float(value.real) if mpmath.im(value) == 0 else float("nan")


RANGES: dict[str, list[float]] = {
    "erf": [*np.linspace(-7, 7, 141), 1e-10, 0.9999, 1.0],
    "erfc": [*np.linspace(-7, 26, 331), 6.2831, 6.2833],
    "erfi": [*np.linspace(-26, 26, 131), 1e-10],
    "sinc": [*np.linspace(-3, 3, 61), 1e-9, 20.5],
    "softplus": [*np.linspace(-700, 700, 141), -1e-9, 36.5],
    "sigmoid": [*np.linspace(-700, 700, 141), -1e-9],
    "gamma": [*np.linspace(0.01, 171.5, 331), *np.linspace(-6.9, -0.1, 40), 1e-300, 4.0, 1.5, 2.0],
    "loggamma": [*np.linspace(0.01, 3, 300), *np.linspace(3, 1e4, 50), 1 + 1e-9, 2 - 1e-9, 1e300],
    "digamma": [*np.linspace(0.01, 1.4, 60), *np.linspace(1.6, 50, 60), 1e6, -0.3, -2.7],
    "beta": [*np.linspace(0.1, 20, 40), 80.0, 120.0],
    "lambertw": [*np.linspace(-0.35, -0.001, 40), *np.linspace(0.001, 50, 50), 1e-12, 1e300],
}  # fmt: skip


@pytest.mark.parametrize("name", RANGES)
def test_functions_of_our_own_are_accurate(node: Node, name: str) -> None:
    """To 1e-13 of the value, against as many digits as exp(-700) has zeros."""
    model = f"a*{name}(x, 2.5)" if name == "beta" else f"a*{name}(x)"
    module, x = Problem(model).source(target="javascript"), [float(v) for v in RANGES[name]]
    said = node.value(module, "predict", [1], {"x": x})
    for value, found in zip(x, said, strict=True):
        with mpmath.workdps(350):
            others = (mpmath.mpf(2.5),) if name == "beta" else ()
            expected = _real(ALL[name].at(mpmath.mp, mpmath.mpf(value), *others))
        assert found == pytest.approx(expected, rel=1e-13, abs=1e-320), value


@pytest.mark.parametrize("order", [0, 1, 2, 5])
def test_polygamma_is_accurate(node: Node, order: int) -> None:
    module = Problem(f"a*polygamma({order}, x)").source(target="javascript")
    x = [*np.linspace(0.05, 1.3, 30).tolist(), *np.linspace(1.7, 60, 60).tolist(), 1e5]
    said = node.value(module, "predict", [1], {"x": x})
    for value, found in zip(x, said, strict=True):
        expected = float(mpmath.polygamma(order, mpmath.mpf(value)))
        assert found == pytest.approx(expected, rel=1e-13), value


def test_models_of_gamma_functions_descend(node: Node) -> None:
    """What NumPy has not: gradients against differences of the cost, with many digits."""
    problem = Problem("a*loggamma(b + x) + digamma(x*b)")
    module = problem.source(target="javascript")
    found = node.value(module, "costAndGradient", [0.5, 1.5], POINTS)

    def cost(a: Any, b: Any) -> Any:
        pairs = zip(X, Y, strict=True)
        return (
            sum((a * mpmath.loggamma(b + x) + mpmath.digamma(x * b) - y) ** 2 for x, y in pairs) / 3
        )

    with mpmath.workdps(40):
        point = (mpmath.mpf(0.5), mpmath.mpf(1.5))
        slopes = [float(mpmath.diff(cost, point, order)) for order in ((1, 0), (0, 1))]
        assert found["cost"] == pytest.approx(float(cost(*point)), rel=1e-13)
    assert found["gradient"] == pytest.approx(slopes, rel=1e-12)


@pytest.mark.parametrize("name", ["Si", "Ci", "Ei", "li"])
def test_what_has_no_form_is_refused(name: str) -> None:
    with pytest.raises(GenerationError, match=f"JavaScript has no {name}"):
        Problem(f"a*{name}(x)").source(target="javascript")


def test_what_values_do_outside_of_their_domain(node: Node) -> None:
    """NaN or infinite, as elsewhere, and no hang."""
    cases = {
        "gamma": ([-1, 0, 200], ["NaN", "NaN", "Infinity"]),
        "loggamma": ([-0.5, 0], ["NaN", "Infinity"]),
        "digamma": ([-2, 0], ["NaN", "NaN"]),
        "lambertw": ([-1], ["NaN"]),
        "erfc": ([40, -40, 1e308], [0, 2, 0]),
        "erf": ([40, -40], [1, -1]),
        "erfi": ([30, -30], ["Infinity", "-Infinity"]),
    }
    for name, (values, expected) in cases.items():
        module = Problem(f"a*{name}(x)").source(target="javascript")
        assert node.value(module, "predict", [1], {"x": values}) == expected, name


# ---------------------------------------------------------------------------------------------
# Names, endings, and what is refused


AWKWARD = [
    "constructor", "prototype", "Math", "x_", "i", "n", "data", "point", "start", "evaluate", "function", "var", "let",
    "new", "this", "await", "undefined", "NaN", "Infinity", "arguments", "eval", "square", "value", "length",
    "toString", "hasOwnProperty", "__proto__", "lambda_", "beta_1", "end", "BLOCK", "valuesOf", "cost", "slope_b", "total_1",
    "block_total_1", "residual", "prediction", "target", "Object", "static", "α", "θ_0", "null", "true_", "gamma_", "said",
]  # fmt: skip


# Each is a parameter once, and a column once.
NAMED = [*AWKWARD, "x"][: len(AWKWARD) + len(AWKWARD) % 2]
FOURS = [tuple((NAMED * 2)[k : k + 4]) for k in range(0, len(NAMED), 2)]


@pytest.mark.parametrize("four", FOURS, ids=" ".join)
def test_names_of_any_kind(node: Node, four: tuple[str, str, str, str]) -> None:
    """Two as parameters, and two as columns."""
    slope, base, target, column = four
    roles: dict[str, Any] = {"parameters": [slope, base], "inputs": [column], "target": target}
    problem = Problem(f"{slope}*{column} + {base}", **roles)
    # Greek letters by their words
    (slope, base), (column, target) = problem.parameters, problem.columns
    module, data = problem.source(target="javascript"), {column: X, target: Y}
    options = {"learningRate": 0.06, "maxIter": 10, "start": [0.2, 0.5]}
    found = node.value(module, "descend", data, options)
    assert [*found["parameters"]] == [slope, base]
    assert [*found["parameters"].values()] == pytest.approx([0.793182, 0.630777], abs=1e-6)
    slopes = node.value(module, "gradient", {slope: 0.2, base: 0.5}, data)
    assert slopes == pytest.approx({slope: -6.133333, base: -2.466667}, abs=1e-6)


def test_what_functions_with_formulas_use_is_reserved() -> None:
    """Every word in them beside what the formula's own statements name."""
    models = ("a*erf(b*x) + max(x, b)*log(x)", "a*erf(x) + b")
    written = "".join(Problem(m, weights="w").source(target="javascript") for m in models)
    pattern = r"function (?:evaluate|prepared|predict|fill)\(.*?^}"
    bodies = re.findall(pattern, written, re.S | re.M)
    assert len(bodies) == 7
    for body in bodies:
        code = re.sub(r"//.*|\"[^\"]*\"|\.\w+|^function \w+", "", body)
        named = set(re.findall(r"(?:const|let) (\w+)", code))
        named |= {w for group in re.findall(r"const \[(.*?)\]", code) for w in group.split(", ")}
        words = set(re.findall(r"\b[A-Za-z_]\w*", code))
        assert words - named <= RESERVED
    assert KEYWORDS < RESERVED


NAN = float("nan")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["descend", POINTS, {}], "learningRate must be a positive number, not undefined"),
        (
            ["descend", POINTS, {"learningRate": -1}],
            "learningRate must be a positive number, not -1",
        ),
        (
            ["descend", POINTS, {"learning_rate": 1}],
            'there is no option "learning_rate": pass learn',
        ),
        (
            ["descend", POINTS, {"learningRate": 1, "maxIter": 1.5}],
            "maxIter must be a whole number",
        ),
        (["descend", POINTS, {"learningRate": 1, "tolerance": -1}], "tolerance must be a number"),
        (
            ["descend", POINTS, {"learningRate": 1, "start": {"q": 1}}],
            'start: there is no parameter "q"',
        ),
        (["descend", POINTS, {"learningRate": 1, "start": [1]}], "start are 1 numbers"),
        (["descend", [X, Y], {"learningRate": 1}], "data must be an object with the columns x, y"),
        (["descend", {"x": X}, {"learningRate": 1}], 'data has no column "y"'),
        (["cost", [1, 2], {"x": X, "y": [1]}], 'column "y" has 1 values, but "x" has 3'),
        (["cost", [1, 2], {"x": [1, None, 3], "y": Y}], 'column "x" is null at index 1'),
        (["cost", [1, 2], {"x": [1, "2", 3], "y": Y}], 'column "x" is "2" at index 1'),
        (["cost", [1, 2], {"x": [], "y": []}], 'column "x" must be an array of numbers'),
        (["cost", [1, 2, 3], POINTS], "the parameters are 3 numbers"),
        (["cost", {"m": 1}, POINTS], "b is undefined: pass a finite number"),
        (
            ["cost", None, POINTS],
            "the parameters must be an object or an array: pass a number for each of m, b",
        ),
        (["cost", [1e200, 1e200], POINTS], "not a finite number at m = 1e+200, b = 1e+200"),
        (["update", [1, 2], POINTS], "learningRate must be a positive number"),
    ],
)
def test_what_does_not_fit_is_refused(node: Node, call: list[Any], said: str) -> None:
    error = node.error(LINE, *call)
    assert error.startswith("RangeError: ")
    assert said in error


def test_endings_are_said(node: Node) -> None:
    lost = node.value(LINE, "descend", POINTS, {"learningRate": 0.5})
    assert (lost["outcome"], len(lost["trace"])) == ("diverged", lost["steps"] + 1)
    assert "pass a smaller learningRate" in lost["message"]
    up = node.value(LINE, "descend", POINTS, {"learningRate": 0.19, "maxIter": 20})
    assert up["outcome"] == "diverged"
    short = node.value(LINE, "descend", POINTS, {"learningRate": 0.17, "tolerance": 1e-6})
    assert short["outcome"] == "short step"
    assert "no longer than the tolerance 0.000001; the gradient's length is" in short["message"]
    module = Problem("exp(m*x) + b").source(target="javascript")
    beyond = node.value(module, "descend", POINTS, {"learningRate": 1000, "maxIter": 50})
    assert beyond["outcome"] == "diverged"
    assert np.isfinite(beyond["cost"])


def test_several_scores_and_models_without_inputs(node: Node) -> None:
    problem = Problem(["a*x", "b*x"], loss="cce", target=["y1", "y2"])
    data = {"x": X, "y1": [1, 0, 1], "y2": [0, 1, 0]}
    module = problem.source(target="javascript")
    found = node.value(module, "costAndGradient", [0.5, 0.2], data)
    cost, slopes = problem.lambdify().cost_and_gradient((0.5, 0.2), *data.values())
    assert found["cost"] == pytest.approx(cost, rel=1e-13)
    assert found["gradient"] == pytest.approx(list(slopes), rel=1e-12)
    assert node.value(module, "predict", [0.5, 0.2], data) == [
        [0.5, 1, 1.5],
        pytest.approx([0.2, 0.4, 0.6]),
    ]
    alone = Problem("mu").source(target="javascript")
    assert node.value(alone, "predict", [0.5]) == [0.5]
    assert node.value(alone, "cost", [2], {"y": Y}) == pytest.approx(
        0.8 * 0.8 / 3 + 0.04 / 3 + 1.96 / 3
    )


def test_the_page_shows_what_node_prints(tmp_path: Path) -> None:
    """The example of docs/code.md, and what stands behind its lines."""
    page = (Path(__file__).parent.parent / "docs" / "code.md").read_text(encoding="utf-8")
    found = re.search(r"```js\n(.*?)```", page, re.S)
    assert found is not None
    (tmp_path / "example.mjs").write_text(found[1], encoding="utf-8")
    module = Problem("a*x + b").source(target="javascript")
    (tmp_path / "optimizer.mjs").write_text(module, encoding="utf-8")
    command = [path_of_node(), str(tmp_path / "example.mjs")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == re.findall(r"// (.*)", found[1])


def test_the_files_name_says_the_language(tmp_path: Path) -> None:
    path = tmp_path / "optimizer.mjs"
    done = CliRunner().invoke(main, ["generate", "m*x + b", "-o", str(path)])
    assert done.exit_code == 0, done.output
    assert path.read_text(encoding="utf-8") == LINE
    for option in ("--target", "--code"):
        shown = CliRunner().invoke(main, ["generate", "m*x + b", option, "javascript"])
        assert shown.stdout.rstrip("\n") == LINE.rstrip("\n")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("js", "javascript"),
        ("Javascript", "javascript"),
        ("javascipt", "javascript"),
        ("array_api", "array-api"),
        ("ArrayAPI", "array-api"),
        ("python", "numpy"),
        ("NumPy", "numpy"),
    ],
)
def test_a_near_miss_of_a_code_target_is_no_predicted_name(typed: str, meant: str) -> None:
    refused = CliRunner().invoke(main, ["generate", "m*x + b", "--target", typed])
    assert refused.exit_code == 2
    assert not refused.stdout
    assert f"did you mean --code {meant}?" in refused.stderr


def test_a_code_target_and_a_predicted_name_are_told_apart() -> None:
    both = ["generate", "m*x + b", "--code", "numpy", "--target"]
    assert "give one of them" in CliRunner().invoke(main, [*both, "javascript"]).stderr
    assert CliRunner().invoke(main, [*both, "calories"]).stdout.count("calories")
    named = CliRunner().invoke(main, ["generate", "js = m*x + b"])
    assert named.stdout.startswith('"""Gradient descent for js = m x + b')
    told = " ".join(CliRunner().invoke(main, ["generate", "--help"]).stdout.split())
    assert "--target takes these names too, and else what is predicted" in told


@pytest.mark.parametrize("name", ["gauss_newton", "newton"])
def test_lines_of_many_inputs_fit(name: str) -> None:
    for count in (5, 12, 16):
        score = " + ".join(f"w{k}*x{k}" for k in range(count))
        code = Problem(f"sigmoid({score} + b)").source(target="javascript", optimizer=name)
        code = code.split(" */", 1)[1]
        assert [line for line in code.split("\n") if len(line) > 100] == []
