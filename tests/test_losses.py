"""Losses, penalties and models with inner functions: derived, checked, computed, and safe far out."""

from __future__ import annotations

import functools
import json
import math
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from click.testing import CliRunner

from symgd import LOSSES, DataError, GenerationError, Notation, Problem, ProblemError
from symgd.cli import main
from symgd.codegen.evaluators.evaluator import Evaluate, compile_array
from symgd.data.columns import Columns, columns_from
from symgd.problem.losses import PENALTIES
from symgd.writing.formulas.text import text

X = [0.5, -1.25, 2.0, 3.5]
SIGNS, SHARES, COUNTS = [-1.0, 1.0, 1.0, -1.0], [0.0, 1.0, 0.25, 1.0], [0.0, 2.0, 1.0, 7.0]
REALS = [0.75, -0.5, 3.0, 1.5]
LINE = "a*x + b"
SCORES: dict[str, Any] = {"target": ["y1", "y2"]}
MODELS = {"binary_cross_entropy": "sigmoid(a*x + b)", "poisson": "exp(a*x + b)"}
TARGETS = {
    **dict.fromkeys(("binary_cross_entropy", "binary_cross_entropy_logits"), SHARES),
    **dict.fromkeys(("hinge", "squared_hinge"), SIGNS),
    "poisson": COUNTS,
}
ALONE = [name for name, loss in LOSSES.items() if not loss.several]


def problem_with(name: str, **given: Any) -> Problem:
    """A problem that a loss is meant for."""
    if LOSSES[name].several:
        return Problem([LINE, "c*x + d"], name, **SCORES, **given)
    return Problem(MODELS.get(name, LINE), name, **given)


def columns_for(name: str) -> Columns:
    if LOSSES[name].several:
        shares = [1 - share for share in SHARES]
        return columns_from(["x", "y1", "y2"], [X, SHARES, shares], {})
    return columns_from(["x", "y"], [X, TARGETS.get(name, REALS)], {})


@functools.cache
def compiled(name: str, model: str) -> Evaluate:
    return compile_array(Problem(model, name), Problem(model, name).derive(), columns_for(name))


# Each loss of one example once more, written for mpmath by hand.
def _huber(p: Any, y: Any) -> Any:
    size, delta = abs(p - y), mpmath.mpf("1.35")
    return size**2 / 2 if size <= delta else delta * size - delta**2 / 2


BY_HAND: dict[str, Any] = {
    **dict.fromkeys(("mse", "sse", "half_mse", "rmse"), lambda p, y: (y - p) ** 2),
    "mae": lambda p, y: abs(y - p),
    "huber": _huber,
    "pseudo_huber": lambda p, y: mpmath.sqrt(1 + (p - y) ** 2) - 1,
    "log_cosh": lambda p, y: mpmath.log((mpmath.exp(p - y) + mpmath.exp(y - p)) / 2),
    "quantile": lambda p, y: max((y - p) / 2, (p - y) / 2),
    "binary_cross_entropy": lambda p, y: -mpmath.log(p) * y - mpmath.log(1 - p) * (1 - y),
    "binary_cross_entropy_logits": lambda z, y: mpmath.log(1 + mpmath.exp(z)) - y * z,
    "poisson": lambda p, y: p - y * mpmath.log(p),
    "hinge": lambda z, y: max(mpmath.mpf(0), 1 - y * z),
    "squared_hinge": lambda z, y: max(mpmath.mpf(0), 1 - y * z) ** 2,
}
LINKS = {"sigmoid(a*x + b)": lambda z: 1 / (1 + mpmath.exp(-z)), "exp(a*x + b)": mpmath.exp}
REDUCED: dict[str, Any] = {
    "mean": lambda total: total / len(X),
    "sum": lambda total: total,
    "half mean": lambda total: total / (2 * len(X)),
    "root mean": lambda total: mpmath.sqrt(total / len(X)),
}


def cost_by_hand(name: str, a: Any, b: Any) -> Any:
    link = LINKS.get(MODELS.get(name, ""), lambda z: z)
    targets = TARGETS.get(name, REALS)
    rows = zip(X, targets, strict=True)
    return REDUCED[LOSSES[name].reduction](sum(BY_HAND[name](link(a * x + b), y) for x, y in rows))


def test_every_loss_has_a_domain_and_a_source() -> None:
    for declared in (*LOSSES.values(), *PENALTIES.values()):
        assert declared.source[0].isupper()
        assert "(1" in declared.source or "(2" in declared.source or "CS229" in declared.source
    assert all(loss.domain for loss in LOSSES.values())


@pytest.mark.parametrize("name", LOSSES)
def test_every_step_of_every_loss_is_checked(name: str) -> None:
    gradient = problem_with(name).derive()
    assert all(step.check.passed and step.rule.covered for step in gradient.steps)
    assert all(step.check.note == "" for step in gradient.steps)


@pytest.mark.parametrize("name", BY_HAND)
@pytest.mark.parametrize("point", [(0.3, 0.7), (-1.4, 0.2), (0.9, -2.6)])
def test_code_agrees_with_the_formula_by_hand(name: str, point: tuple[float, float]) -> None:
    cost, gradient = compiled(name, MODELS.get(name, LINE))(point)
    with mpmath.workdps(40):
        values = [mpmath.mpf(value) for value in point]
        assert cost == pytest.approx(float(cost_by_hand(name, *values)), rel=1e-13)
        for place, slope in enumerate(gradient):
            step = mpmath.mpf(10) ** -15
            ends = [[v + s * step * (n == place) for n, v in enumerate(values)] for s in (1, -1)]
            high, low = (cost_by_hand(name, *end) for end in ends)
            assert slope == pytest.approx(float((high - low) / (2 * step)), rel=1e-9, abs=1e-12)


def test_scores_agree_with_the_formula_by_hand() -> None:
    name, point = "categorical_cross_entropy", (0.3, -0.8, 1.1, 0.4)
    evaluator = compile_array(problem_with(name), problem_with(name).derive(), columns_for(name))
    a, b, c, d = point
    share = [math.exp(a * x + b) / (math.exp(a * x + b) + math.exp(c * x + d)) for x in X]
    rows = list(zip(X, SHARES, share, strict=True))
    cost = -sum(y * math.log(s) + (1 - y) * math.log(1 - s) for _, y, s in rows) / len(X)
    slope_a = sum((s - y) * x for x, y, s in rows) / len(X)
    slope_b = sum(s - y for _, y, s in rows) / len(X)
    found, gradient = evaluator(point)
    assert found == pytest.approx(cost, rel=1e-13)
    assert gradient == pytest.approx((slope_a, slope_b, -slope_a, -slope_b), rel=1e-12)


FAR = [
    (name, MODELS.get(name, LINE))
    for name in ALONE
    if name != "poisson"  # exp(800) is more than a float holds, in truth as well
] + [
    ("mse", "exp(a*x + b)/(1 + exp(a*x + b))"),
    ("mse", "1/(1 + exp(-(a*x + b)))"),
    ("mse", "log(1 + exp(a*x + b))"),
    ("mse", "log(exp(a*x) + exp(b*x))"),
    ("mse", "exp(a*x)/(exp(a*x) + exp(b*x))"),
    ("binary_cross_entropy", "1/(1 + exp(-(a*x + b)))"),
    ("binary_cross_entropy", "exp(a*x + b)/(1 + exp(a*x + b))"),
]


@pytest.mark.parametrize(("name", "model"), FAR)
@pytest.mark.parametrize("far", [(800.0, 0.0), (-800.0, 0.0), (0.0, 800.0), (0.0, -800.0)])
def test_cost_and_gradient_are_finite_far_out(
    name: str, model: str, far: tuple[float, float]
) -> None:
    cost, gradient = compiled(name, model)(far)
    assert math.isfinite(cost)
    assert all(math.isfinite(slope) for slope in gradient)


def test_scores_are_finite_far_out() -> None:
    name = "categorical_cross_entropy"
    evaluator = compile_array(problem_with(name), problem_with(name).derive(), columns_for(name))
    for far in ((800.0, 0.0, 0.0, 0.0), (0.0, 0.0, -800.0, 0.0)):
        cost, gradient = evaluator(far)
        assert math.isfinite(cost)
        assert np.isfinite(gradient).all()


OWN_TEXTS = ["(p - y)**4", "(prediction - target)^4", "(y - p)^4", "(p - y)^q"]


@pytest.mark.parametrize("loss", OWN_TEXTS)
def test_a_loss_of_ones_own(loss: str) -> None:
    settings = {"q": 4.0} if "q" in loss else {}
    problem = Problem(LINE, loss, settings=settings)
    data = columns_from(["x", "y"], [X, REALS], {})
    residuals = 0.3 * np.array(X) + 0.7 - np.array(REALS)
    cost, (slope, _) = compile_array(problem, problem.derive(), data)((0.3, 0.7))
    assert cost == pytest.approx(float(np.mean(residuals**4)))
    assert slope == pytest.approx(float(np.mean(4 * residuals**3 * np.array(X))))


REFUSED = [
    (LINE, {"loss": "(q - y)^2"}, 'has the name "q"'),
    ("p*x + b", {"loss": "(p - y)^2"}, '"p" in the loss .* is a name in the model too'),
    (LINE, {"loss": "y^2 + 1"}, "does not depend on the prediction"),
    (LINE, {"loss": "huber", "settings": {"tau": 1}}, '"tau" is not a setting'),
    (LINE, {"loss": "huber", "settings": {"delta": -1}}, "setting delta is -1; expected delta > 0"),
    (LINE, {"loss": "quantile", "settings": {"tau": 1}}, "setting tau is 1"),
    (LINE, {"loss": "huber", "settings": {"delta": math.nan}}, "setting delta is nan"),
    (LINE, {"penalty": "ridgy"}, 'no penalty "ridgy"'),
    (LINE, {"penalized": ["a"]}, "there is no penalty"),
    (LINE, {"penalty": "ridge", "penalized": ["q"]}, '"q" is not a parameter'),
    ("x + b", {"penalty": "ridge"}, "every parameter is an intercept"),
    (LINE, {"loss": "cce"}, "compares several scores"),
    (["a*x", "b*x"], {"target": ["y1", "y2"]}, "compares one prediction"),
    (["a*x", "b*x"], {"loss": "cce"}, "2 formulas and 1 target"),
    (["a*x", "b*x"], {"loss": "cce", "target": "y,y"}, '"y" is the target of two'),
    ("h = a*x; h = b*x; h", {}, '"h" is defined twice'),
    ("h = a*h*x; h", {}, '"h" is defined by itself'),
    ("h = k*x; k = a*x; h + k", {}, '"h" uses "k", which is defined below it'),
    ("h = a*x; b*x", {}, '"h" is defined and not used'),
    ("a*x; b*x", {}, "unexpected"),
    ("h = a*x; a*x; h", {}, "is not a definition"),
    ("h*k = a*x; h", {}, "is not a name for an inner function"),
    ("= a*x", {}, 'no name before the "="'),
    (LINE, {"target": 5}, "the target is 5"),
    (5, {}, "a model is a text or several"),
    ("h = a*x; h", {"parameters": ["h"]}, '"h" is not in the model'),
]


@pytest.mark.parametrize(("model", "given", "words"), REFUSED)
def test_what_does_not_fit_is_refused(model: Any, given: dict[str, Any], words: str) -> None:
    with pytest.raises((ProblemError, ValueError), match=words):
        Problem(model, **given)


def test_letters_of_settings_give_way() -> None:
    problem = Problem("delta*x + lambda", "huber", penalty="ridge", settings={"delta": 2})
    assert problem.letters == {"delta": "delta_0", "lambda": "lambda_0"}
    assert problem.penalized == ("delta",)
    assert "δ₀" in text(problem.cost_term)


KINKS = [
    ("mae", "where uᵢ ≠ 0"),
    ("huber", "where eᵢ ≠ 0 or abs(eᵢ) ≤ δ"),
    ("huber", "where abs(eᵢ) ≠ δ"),
    ("quantile", "where eᵢ ≠ 0"),
    ("hinge", "where 1 − yᵢ zᵢ ≠ 0"),
    ("rmse", "where u > 0"),
]


@pytest.mark.parametrize(("name", "words"), KINKS)
def test_kinks_are_said_beside_their_step(name: str, words: str) -> None:
    assert words in problem_with(name).derive("a").text()


def test_layers_are_derived_by_their_names_first() -> None:
    network = Problem("h = tanh(a*x + b); k = sigmoid(c*h + d); u*k + w", "bce_logits").derive()
    lines = network["a"].text()
    assert "(sigmoid(zᵢ) − yᵢ)·∂zᵢ/∂a" in lines
    assert "kᵢ (1 − kᵢ)" in lines
    assert "(1 − hᵢ²)" in lines
    shared = [step.rule.name for step in network.steps[: network.shared]]
    assert "derivative of softplus" in shared


def test_conventions_of_the_residual_change_no_value() -> None:
    for name in ALONE:
        turned = problem_with(name, notation=Notation(residual_sign="target - prediction"))
        named = problem_with(name, notation=Notation(residual="r", prediction="q"))
        values = [
            compile_array(problem, problem.derive(), columns_for(name))((0.4, -0.3))
            for problem in (problem_with(name), turned, named)
        ]
        for cost, gradient in values[1:]:
            assert cost == pytest.approx(values[0][0], rel=1e-13)
            assert gradient == pytest.approx(values[0][1], rel=1e-12)


MISFITS = [
    ("hinge", [1.0, 0.0], "row index 1: 0 does not fit the hinge loss"),
    ("binary_cross_entropy_logits", [2.0, 0.0], "row index 0: 2 does not fit"),
    ("poisson", [2.0, -1.0], "row index 1: -1 does not fit the Poisson loss"),
]


@pytest.mark.parametrize(("name", "targets", "words"), MISFITS)
def test_targets_that_do_not_fit_the_loss_are_named(
    name: str, targets: list[float], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        problem_with(name).descend([1.0, 2.0], targets, learning_rate=0.1)


PENALISED = [
    ("ridge", {}, "((1/N) Σᵢ (a xᵢ + b − yᵢ)²) + λ a²", lambda a, b: 0.1 * a * a),
    ("lasso", {}, "((1/N) Σᵢ (a xᵢ + b − yᵢ)²) + λ abs(a)", lambda a, b: 0.1 * abs(a)),
    ("ridge", {"penalized": "a,b"}, "λ (a² + b²)", lambda a, b: 0.1 * (a * a + b * b)),
    (
        "elastic_net",
        {"settings": {"lambda": 2.0, "rho": 0.25}},
        "λ ρ abs(a)",
        lambda a, b: 2 * (0.25 * abs(a) + 0.375 * a * a),
    ),
]


@pytest.mark.parametrize(("name", "given", "shown", "value"), PENALISED)
def test_penalties(name: str, given: dict[str, Any], shown: str, value: Any) -> None:
    problem = Problem(LINE, penalty=name, **given)
    plain = Problem(LINE)
    assert shown in text(problem.cost_term)
    data = columns_from(["x", "y"], [X, REALS], {})
    with_penalty, without = (compile_array(p, p.derive(), data) for p in (problem, plain))
    point, step = (0.6, -0.4), 1e-6
    assert with_penalty(point)[0] - without(point)[0] == pytest.approx(value(*point))
    slope = (value(0.6 + step, -0.4) - value(0.6 - step, -0.4)) / (2 * step)
    assert with_penalty(point)[1][0] - without(point)[1][0] == pytest.approx(slope)
    route = problem.descend(X, REALS, learning_rate=0.01, max_iter=3).route
    assert route == ("data summary" if name == "ridge" else "arrays")


NETWORK = """
h1 = tanh(a*x + b*t + c)
h2 = tanh(d*x + f*t + g)
h3 = tanh(k*x + l*t + m)
u*h1 + v*h2 + w*h3 + q
"""


def test_a_network_s_gradient_is_that_of_finite_differences() -> None:
    generator = np.random.default_rng(2)
    problem = Problem(NETWORK, inputs=["x", "t"])
    assert len(problem.parameters) == 13
    columns = columns_from(["x", "t", "y"], generator.normal(size=(3, 20)).tolist(), {})
    point = generator.normal(size=13)
    evaluator = compile_array(problem, problem.derive(), columns)
    cost, gradient = evaluator(point.tolist())
    hidden = [
        np.tanh(point[3 * n] * columns["x"] + point[3 * n + 1] * columns["t"] + point[3 * n + 2])
        for n in range(3)
    ]
    predicted = sum(point[9 + n] * h for n, h in enumerate(hidden)) + point[12]
    assert cost == pytest.approx(float(np.mean((predicted - columns["y"]) ** 2)))
    for place, slope in enumerate(gradient):
        step = 1e-6 * np.eye(13)[place]
        ends = [evaluator((point + s * step).tolist())[0] for s in (1, -1)]
        assert slope == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-6, abs=1e-8)


def test_inner_functions_keep_their_names() -> None:
    problem = Problem("h = a*x + b\nsigmoid(h)", notation=Notation(residual="e"))
    lines = [text(equation) for equation in problem.equations]
    assert lines == ["J = (1/N) Σᵢ eᵢ²", "eᵢ = sigmoid(hᵢ) − yᵢ", "hᵢ = a xᵢ + b"]
    assert problem.parameters == ("a", "b")
    last = text(problem.derive()["a"].last)
    assert "hᵢ" in last
    assert "a xᵢ" not in last


def test_cases_are_no_definitions() -> None:
    problem = Problem("a*x if x >= 0 else b*x")
    assert problem.parameters == ("a", "b")
    run = problem.descend([-1.0, 1.0, 2.0], [3.0, 2.0, 4.0], learning_rate=0.1, max_iter=500)
    assert run.parameters == pytest.approx({"a": 2.0, "b": -3.0}, abs=1e-6)


COMMANDS = [
    (("losses",), "elastic_net: elastic net penalty"),
    (("losses", "huber"), "--set delta=1.35"),
    (
        ("derive", LINE, "--loss", "huber", "--wrt", "b"),
        "{eᵢ if abs(eᵢ) ≤ δ; δ sign(eᵢ) otherwise}",
    ),
    (("derive", LINE, "--penalty", "ridge", "--wrt", "a"), "+ 2λ a"),
    (("derive", "h = a*x; h + b", "--loss", "(p - y)^4", "--wrt", "b"), "(4/N) Σᵢ"),
    (("derive", "a*x, b*x", "--loss", "cce", "--target", "u,v", "--wrt", "a"), "softmax(z₁ᵢ, z₂ᵢ)"),
    (("generate", LINE, "--loss", "huber", "--set", "delta=2"), "<= 2, "),
]


@pytest.mark.parametrize(("arguments", "piece"), COMMANDS)
def test_on_the_command_line(arguments: tuple[str, ...], piece: str) -> None:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0
    assert piece in result.stdout


WRONG = [
    (("losses", "hubert"), 'no loss or penalty "hubert"'),
    (("derive", LINE, "--set", "delta"), '"delta" is not a setting'),
    (("derive", LINE, "--set", "delta=2"), '"delta" is not a setting of this loss'),
    (("derive", LINE, "--penalty", "rigid"), 'no penalty "rigid"'),
    (("derive", "h = a*x; b*x"), '"h" is defined and not used'),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG)
def test_errors_on_the_command_line(arguments: tuple[str, ...], words: str) -> None:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_fit_with_several_scores_and_with_settings(tmp_path: Path) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text("x,first,second\n1,1,0\n2,0,1\n3,1,0\n4,0,1\n", encoding="utf-8")
    rate = ["--x", "x", "--learning-rate", "0.1", "--max-iter", "2000", "--format", "json"]
    scores = ["--model", "a*x + b, c*x + d", "--loss", "cce", "--y", "first", "--y", "second"]
    fitted = CliRunner().invoke(main, ["descend", str(path), *scores, *rate])
    record = json.loads(fitted.stdout)
    found = record["parameters"]
    assert found["a"] == pytest.approx(-found["c"])
    one = ["--model", LINE, "--loss", "bce_logits", "--y", "second"]
    binary = json.loads(CliRunner().invoke(main, ["descend", str(path), *one, *rate]).stdout)
    assert record["cost"] == pytest.approx(binary["cost"], rel=1e-3)
    huber = ["--model", LINE, "--loss", "huber", "--set", "delta=0.5", "--y", "first"]
    said = CliRunner().invoke(main, ["descend", str(path), *huber, *rate[:-2]]).stdout
    assert "δ = 0.5" in said


def test_settings_have_their_numbers_at_a_point(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("x,y\n1,2\n2,5\n", encoding="utf-8")
    options = ["--loss", "huber", "--set", "delta=2", "--at", "a=1,b=0", "--data", str(path)]
    result = CliRunner().invoke(main, ["derive", LINE, *options, "--wrt", "b"])
    assert result.exit_code == 0
    assert "−1.5" in result.stdout  # (−1 − 2)/2


def test_a_generated_module_computes_what_descent_does() -> None:
    columns = columns_for("huber")
    for problem in (
        Problem("h = a*x + b; tanh(h) if h > 0 else h", penalty="elastic_net"),
        Problem("max(a*x, b, 0)", "quantile", settings={"tau": 0.9}),
        Problem("atan2(a*x, b) + sech(a)", "log_cosh"),
    ):
        module: dict[str, Any] = {"__name__": "generated"}
        exec(problem.source(), module)
        for point in ((0.7, 0.3), (-1.5, 0.9)):
            cost, gradient = compile_array(problem, problem.derive(), columns)(point)
            theirs = module["cost_and_gradient"](point, columns["x"], columns["y"])
            assert theirs[0] == pytest.approx(cost, rel=1e-14)
            assert theirs[1] == pytest.approx(gradient, rel=1e-13)


def test_a_function_without_numpy_has_no_code() -> None:
    problem = Problem("a*erfi(b*x)")
    assert problem.derive().steps
    with pytest.raises(GenerationError, match="NumPy has no erfi"):
        problem.source()


@pytest.mark.parametrize("wrt", [None, "m"])
def test_one_examples_loss_says_that_the_penalty_is_not_in_it(wrt: str | None) -> None:
    told = "the penalty λ m² belongs to the cost, and is in no one example's loss"
    derived = Problem("m*x + b", penalty="ridge").derive(wrt, example=True)
    assert told in derived.text()
    assert told in derived.record()["remarks"]
    assert "penalty" not in Problem("m*x + b").derive(wrt, example=True).text()
