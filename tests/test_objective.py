"""Functions of their parameters alone: `symgd.minimize`, `symgd.Objective`, and the verb.

Test functions, with minima and gradients as they are published: Rosenbrock (1960); Beale (1958); Booth, Matyas and the others
in Jamil and Yang, A literature survey of benchmark functions for global optimization problems (2013); Himmelblau, Applied
Nonlinear Programming (1972). SciPy's own minimisers are the independent answer.
"""

from __future__ import annotations

import json
import math
import pickle
from pathlib import Path

import numpy as np
import pytest
import sympy
from click.testing import CliRunner

import symgd
from symgd.animations.stories.descent_story import tell
from symgd.cli.verbs import main
from symgd.codegen.evaluators.evaluator import compile_array
from symgd.data.columns import Columns
from symgd.derivation.engine import gradient_of
from symgd.optimize.constant_curvature import quadratic_function
from symgd.problem import objective as value

ROSENBROCK = "(1 - x)^2 + 100*(y - x^2)^2"
FAR = {"x": -1.2, "y": 1.0}
BOOTH = "(x + 2*y - 7)^2 + (2*x + y - 5)^2"
PUBLISHED = {  # start, least value, where
    ROSENBROCK: (FAR, 0.0, [(1, 1)]),
    "(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2": (
        {"x": 1.0, "y": 0.1},
        0.0,
        [(3, 0.5)],
    ),
    BOOTH: ({}, 0.0, [(1, 3)]),
    "(x^2 + y - 11)^2 + (x + y^2 - 7)^2": (
        {"x": 0.5, "y": 0.5},
        0.0,
        [(3, 2), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)],
    ),
    "0.26*(x^2 + y^2) - 0.48*x*y": ({"x": 5.0, "y": -3.0}, 0.0, [(0, 0)]),
    "20 + x^2 - 10*cos(2*pi*x) + y^2 - 10*cos(2*pi*y)": ({"x": 0.3, "y": -0.2}, 0.0, [(0, 0)]),
    "-20*exp(-0.2*sqrt((x^2 + y^2)/2)) - exp((cos(2*pi*x) + cos(2*pi*y))/2) + e + 20": (
        {"x": 0.3, "y": -0.2},
        0.0,
        [(0, 0)],
    ),
    "((x^4 - 16*x^2 + 5*x) + (y^4 - 16*y^2 + 5*y))/2": (
        {},
        -78.332331,
        [(-2.903534, -2.903534)],
    ),
    "x^2 + y^2 + z^2": ({"x": 1.0, "y": 2.0, "z": 3.0}, 0.0, [(0, 0, 0)]),
}


@pytest.mark.parametrize("formula", PUBLISHED)
def test_published_minima_are_found(formula: str) -> None:
    start, least, places = PUBLISHED[formula]
    run = symgd.minimize(formula, start=start)
    found = [*run.parameters.values()]
    assert run.outcome.kind == "converged", run.outcome
    assert run.cost == pytest.approx(least, abs=1e-6)
    assert min(math.dist(found, place) for place in places) < 1e-5


@pytest.mark.parametrize("formula", PUBLISHED)
def test_gradient_and_value_are_those_of_sympy(formula: str) -> None:
    objective = symgd.Objective(formula)
    names = [*map(sympy.Symbol, objective.parameters)]
    point = [0.3 + 0.4 * place for place in range(len(names))]
    f = objective.lambdify()
    there = dict(zip(names, point, strict=True))
    slopes = [float(objective.cost.diff(name).subs(there)) for name in names]
    assert f.cost(point) == pytest.approx(float(objective.cost.subs(there)), rel=1e-12)
    assert f.gradient(point) == pytest.approx(slopes, rel=1e-10)


@pytest.mark.parametrize("formula", [ROSENBROCK, BOOTH, "x^4 - 3*x^2 + x", "log(1 + exp(x)) - x/3"])
def test_scipy_finds_the_same(formula: str) -> None:
    optimize = pytest.importorskip("scipy.optimize")
    objective = symgd.Objective(formula)
    start = FAR if "y" in objective.parameters else {"x": 0.5}
    f = objective.lambdify()
    answer = optimize.minimize(f, np.array([*start.values()]), jac=True, tol=1e-12)
    run = objective.descend(start=start)
    assert [*run.parameters.values()] == pytest.approx([*answer.x], abs=1e-4)
    assert run.cost == pytest.approx(answer.fun, abs=1e-9)


def test_the_trace_is_that_of_a_loop_by_hand() -> None:
    run = symgd.minimize(ROSENBROCK, start=FAR, learning_rate=0.001, max_iter=1000, tolerance=0)
    x, y = FAR.values()
    rows = []
    for _ in range(1001):
        slopes = (-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2))
        cost, length = (1 - x) ** 2 + 100 * (y - x**2) ** 2, math.hypot(*slopes)
        rows.append((x, y, cost, length, 0.001 * length))
        x, y = x - 0.001 * slopes[0], y - 0.001 * slopes[1]
    assert run.trace.columns == ("x", "y", "cost", "gradient_norm", "step_norm")
    np.testing.assert_allclose(run.trace.table, rows, rtol=1e-11, atol=1e-12)
    assert run.outcome.kind == "out of steps"


@pytest.mark.parametrize(
    ("formula", "start", "kind", "said"),
    [
        ("x^2 - y^2", {"x": 1.0}, "stalled", "saddle"),
        ("x^2 - y^2", {"x": 1.0, "y": 1e-3}, "no minimum", "y → ∞"),
        ("exp(x)", {}, "no minimum", "x → −∞"),
        ("3*x + 2", {}, "no minimum", "x → −∞"),
        ("x^2 + y", {}, "no minimum", "y → −∞"),
        ("x^3", {"x": 1.0}, "no minimum", "x → −∞"),
        ("1/x", {"x": 1.0}, "no minimum", "infinity"),
        ("log(x)", {"x": 1.0}, "no minimum", "x → 0"),
        ("sin(x) + x/10", {}, "no minimum", "x → −∞"),
        ("abs(x)", {"x": 1.0}, "converged", ""),
        ("abs(x - 1) + 2*abs(y + 2)", {}, "converged", ""),
        ("sqrt(x^2 + y^2)", {"x": 1.0, "y": 2.0}, "converged", "kink"),
        ("max(x, -x) + y^2", {"x": 1.0, "y": 1.0}, "converged", "kink"),
        ("x^4", {"x": 1.0}, "converged", ""),
        ("x^4", {}, "converged", "0 steps"),
        ("x^2 + 10^10", {"x": 1.0}, "converged", "exact minimum"),
        ("(x + y - 1)^2 - 4", {"x": 3.0}, "converged", "not unique"),
        ("sin(x)", {}, "converged", ""),
    ],
)
def test_endings_in_their_words(
    formula: str, start: dict[str, float], kind: str, said: str
) -> None:
    run = symgd.minimize(formula, start=start)
    assert run.outcome.kind == kind, run.outcome
    assert said in run.outcome.message
    for word in ("data", "column", "model", "standardise", "penalty", "loss"):
        assert word not in run.text().lower(), run.text()


def test_a_short_step_far_from_the_minimum_is_no_arrival() -> None:
    run = symgd.minimize("1e-8*x^2 + 1e8*y^2", start={"x": 1, "y": 1}, max_iter=100)
    assert run.outcome.kind != "converged"
    run = symgd.minimize(ROSENBROCK, start=FAR, learning_rate=1e-6, tolerance=1e-5)
    assert run.outcome.kind == "stalled"


@pytest.mark.parametrize("formula", ["x^4 + 1", "x^6 + 5", "cosh(x) - x^2/2", "x^6 + y^6 + 1"])
def test_a_flat_minimum_to_begin_with_is_one(formula: str) -> None:
    run = symgd.minimize(formula)
    assert (run.outcome.kind, len(run.trace)) == ("converged", 1)


@pytest.mark.parametrize(
    "formula",
    [
        "x^2 - y^2",
        "x^3",
        "-x^2",
        "-x^6",
        "x^4 - 3*x^3 + 2",
        "x^3 + x^4",
        "x^6 - x^5",
        "x^2 - y^6",
    ],
)
def test_a_start_at_rest_that_is_no_minimum_is_refused(formula: str) -> None:
    with pytest.raises(symgd.DescentError, match="another start"):
        symgd.minimize(formula)


def test_divergence_is_told_with_a_rate_that_goes_down() -> None:
    run = symgd.minimize(ROSENBROCK, start=FAR, learning_rate=0.1)
    assert run.outcome.kind == "diverged"
    assert "0.000166" in run.outcome.message
    bowl = symgd.minimize(BOOTH, learning_rate=0.2)
    assert bowl.outcome.kind == "diverged"
    assert "the largest stable one, 0.111111" in bowl.outcome.message


@pytest.mark.parametrize("seed", range(8))
def test_a_quadratic_keeps_its_knowledge(seed: int) -> None:
    drawn, names = np.random.default_rng(seed), "abc"
    factor = drawn.integers(-3, 4, (3, 3))
    hessian = factor @ factor.T + np.eye(3, dtype=int)
    slopes = drawn.integers(-5, 6, 3)
    terms = [
        f"{hessian[i, j]}*{one}*{other}/2"
        for i, one in enumerate(names)
        for j, other in enumerate(names)
    ]
    terms += [f"{slope}*{name}" for slope, name in zip(slopes, names, strict=True)]
    run = symgd.minimize(" + ".join([*terms, "7"]).replace("+ -", "- "))
    least = np.linalg.solve(hessian, -slopes.astype(float))
    assert run.exact is not None
    assert run.curvature is not None
    assert run.exact.unique
    assert [*run.exact.parameters.values()] == pytest.approx(least.tolist(), abs=1e-9)
    assert [*run.curvature] == pytest.approx(np.linalg.eigvalsh(hessian).tolist(), rel=1e-9)
    assert run.exact.cost == pytest.approx(7 + slopes @ least / 2, rel=1e-9)
    assert run.learning_rate == pytest.approx(2 / (run.curvature[0] + run.curvature[-1]))
    assert run.outcome.kind == "converged"


@pytest.mark.parametrize("formula", ["x^2 - y^2", "x^2 + y", "3*x", "x^4", "x*y", "0*x + 5"])
def test_what_is_no_bowl_is_no_quadratic_with_a_minimum(formula: str) -> None:
    assert quadratic_function(value.Objective(formula)) is None


def test_one_step_where_a_quadratic_is_round() -> None:
    run = symgd.minimize("1e-8*x^2 + 1e8*y^2 - 3", start={"x": 1, "y": 1}, coordinates="exact")
    assert (run.steps, run.outcome.kind) == (1, "converged")
    with pytest.raises(symgd.DescentError, match="quadratic with a minimum"):
        symgd.minimize(ROSENBROCK, coordinates="exact")


# ---------------------------------------------------------------------------------------------
# Names and constants


def test_names_of_any_kind() -> None:
    run = symgd.minimize("lambda^2 + (N - 1)^2 + (i + 2)^2 + J^2 + (y - 3)^2 + np^2")
    assert [*run.parameters.values()] == pytest.approx([0, 1, -2, 0, 3, 0], abs=1e-6)
    assert str(run).startswith("f = ")
    assert str(symgd.minimize("f^2 + g^2")).startswith("F = ")


def test_the_function_names_itself() -> None:
    objective = symgd.Objective("h(y, x) = (1 - x)^2 + 100*(y - x^2)^2")
    assert objective.parameters == ("y", "x")
    assert str(objective.derive("y")).startswith("h = (1 − x)² + 100(y − x²)²")
    named = symgd.Objective("x^2", notation=symgd.Notation(cost="J"))
    assert str(named.derive()).startswith("J = x²")


def test_constants_are_letters_in_derivations_and_numbers_in_code() -> None:
    objective = symgd.Objective("(a - x)^2 + b*(y - x^2)^2", settings={"a": 1, "b": 100})
    assert objective.parameters == ("x", "y")
    assert str(objective.derive("y").result) == "2*b*(-x**2 + y)"
    assert objective.lambdify().cost(FAR) == pytest.approx(24.2)
    assert objective.replace(settings={"a": 2, "b": 1}).lambdify().cost((2, 4)) == 0


def test_e_alone_is_eulers_number_and_is_said() -> None:
    run = symgd.minimize("(x - e)^2")
    assert run.parameters["x"] == pytest.approx(math.e)
    assert any("Euler" in note for note in run.notes)
    assert symgd.Objective("e^x + x^2").parameters == ("x",)
    assert symgd.Objective("a^2 + d^2 + e^2").parameters == ("a", "d", "e")
    assert symgd.Objective("(x - e)^2", parameters="x,e").parameters == ("x", "e")


def test_inner_functions_and_sums() -> None:
    inner = symgd.Objective("u = y - x^2; (1 - x)^2 + 100*u^2")
    assert inner.lambdify().cost({"x": -1.2, "y": 1}) == pytest.approx(24.2)
    many = symgd.Objective("sum(x[i]^2 - 10*cos(2*pi*x[i]) + 10, i, n)")
    assert str(many.derive("x").last.value) == "20*pi*sin(2*pi*x[l]) + 2*x[l]"
    plain = many.written_out(n=3)
    assert plain.parameters == ("x_1", "x_2", "x_3")
    assert plain.descend(start={"x_1": 0.1}).outcome.kind == "converged"


@pytest.mark.parametrize(
    ("formula", "options", "said"),
    [
        ("5", {}, "no name that could move"),
        ("a*x", {"settings": {"a": 1, "x": 2}}, "every name of the formula has a number"),
        ("a*x", {"parameters": "x"}, '"a" has no role'),
        ("a*x", {"settings": {"b": 1}}, '"b" is not in the formula'),
        ("f(x) = x*y", {}, '"y" has no role'),
        ("x = x^2", {}, "choose another"),
        ("x^2", {"batch_size": 3}, "about rows of data"),
        ("x^2", {"epochs": 3}, "max_iter"),
        ("x^2", {"standardise": True}, "about rows of data"),
        ("x^2", {"lr": 0.1}, "did you mean learning_rate"),
        ("x^2", {"start": {"y": 1}}, "not a parameter"),
        ("1/x", {}, "1/x has no finite value"),
        ("log(x)", {"start": {"x": -1}}, "log(x) has no finite value"),
        ("sum(x[i]^2, i, n)", {}, "written_out"),
    ],
)
def test_what_does_not_fit_is_said(formula: str, options: dict[str, object], said: str) -> None:
    with pytest.raises(symgd.SymgdError, match=".") as caught:
        symgd.minimize(formula, **options)
    assert said in str(caught.value)


def test_what_needs_examples_is_refused() -> None:
    objective = symgd.Objective(BOOTH)
    run = objective.descend()
    for asked in (
        lambda: run.predict([1]),
        lambda: run.residuals,
        lambda: run.plot("fit"),
        objective.matrix,
        lambda: objective.derive(example=True),
        lambda: objective.lambdify().predict((1, 2)),
    ):
        with pytest.raises(symgd.ProblemError, match="a function of its parameters alone"):
            asked()
    with pytest.raises(symgd.DataError, match="leave them out"):
        objective.analyse([1, 2, 3])


# ---------------------------------------------------------------------------------------------
# The same as a descent on data


def test_resume_checkpoint_watch_and_pickle(tmp_path: Path) -> None:
    objective, seen = symgd.Objective(ROSENBROCK), []
    long = objective.descend(start=FAR, max_iter=60, tolerance=0)
    short = objective.descend(
        start=FAR, max_iter=40, tolerance=0, watch=lambda step, *_: seen.append(step)
    )
    assert seen == [*range(41)]
    assert pickle.loads(pickle.dumps(short)).resume(20).trace == long.trace
    file = tmp_path / "walk.npz"
    objective.descend(start=FAR, max_iter=40, tolerance=0, checkpoint=file)
    assert (
        objective.descend(start=FAR, max_iter=60, tolerance=0, checkpoint=file).trace == long.trace
    )
    with pytest.raises(symgd.DescentError, match="another problem"):
        symgd.minimize(BOOTH, checkpoint=file)


def test_ways_of_walking() -> None:
    held = symgd.minimize(ROSENBROCK, start={"y": 1.0}, hold={"x": 0.5})
    assert held.parameters == pytest.approx({"x": 0.5, "y": 0.25}, abs=1e-6)
    turns = symgd.minimize(BOOTH, alternate=["y", "x"], learning_rate=0.1)
    assert turns.outcome.kind == "converged"


def test_values_beyond_floats_are_no_tracebacks() -> None:
    objective = symgd.Objective("exp(x) + (y - x^2)^2 + x^x")
    evaluate = compile_array(objective, gradient_of(objective), Columns((), ()))
    assert evaluate([800.0, 0.0])[0] == math.inf
    assert math.isnan(evaluate([-1.5, 0.0])[0])
    cost, slopes = evaluate([1.0, 1e200])
    assert cost == math.inf
    assert len(slopes) == 2


def test_derivations_speak_of_no_data() -> None:
    objective = symgd.Objective(BOOTH)
    found = objective.stationary()
    assert found.result == {"x": 1, "y": 3}
    rate = objective.stable_rate()
    assert rate.largest == pytest.approx(1 / 9)
    written = "\n".join(
        (str(found), str(rate), str(objective.hessian()), objective.derive().latex())
    )
    assert "data" not in written
    assert "Σ" not in written


def test_surveys() -> None:
    objective = symgd.Objective(ROSENBROCK)
    grid = objective.grid(x=(-2, 2, 41), y=(-1, 3, 41))
    assert dict(grid.best) == {"x": 1.0, "y": 1.0}
    assert objective.analyse(start={"x": 1, "y": 1}).condition_number == pytest.approx(
        2508, rel=1e-3
    )
    analysis = symgd.Objective(BOOTH).analyse()
    assert analysis.best_rate == pytest.approx(0.1)
    assert "standardis" not in analysis.text()


def test_plain_functions_and_their_text() -> None:
    f = symgd.Objective(ROSENBROCK).lambdify()
    namespace: dict[str, object] = {}
    exec(f.source, namespace)
    assert "COLUMNS" not in f.source
    assert namespace["cost"]((-1.2, 1.0)) == f.cost((-1.2, 1.0))  # type: ignore[operator]  # just defined
    assert f.hessian((1, 1)).tolist() == [[802.0, -400.0], [-400.0, 200.0]]
    assert f.update(FAR, learning_rate=0.1)["y"] == pytest.approx(1 + 8.8)


# ---------------------------------------------------------------------------------------------
# Pictures, films and the command line


@pytest.mark.parametrize(
    ("formula", "kinds"),
    [
        ("x^4 - 3*x^2 + x + 1", ["descent", "slice"]),
        (ROSENBROCK, ["descent", "surface"]),
        ("x^2 + 2*y^2 + 3*z^2", ["descent"]),
        ("a^2 + b^2 + c^2 + d^2", ["descent"]),
    ],
)
def test_pictures(formula: str, kinds: list[str], tmp_path: Path) -> None:
    objective = symgd.Objective(formula)
    start = dict.fromkeys(objective.parameters, 0.5)
    run = objective.descend(start=start, max_iter=20, tolerance=0)
    for kind in kinds:
        picture = run.plot(kind, tmp_path / f"{kind}.svg")
        axes = [one.get_title(loc="left") + one.get_xlabel() for one in picture.axes]
        assert "row" not in " ".join(axes)
        assert (tmp_path / f"{kind}.svg").stat().st_size > 1000
    assert run.plot().get_suptitle().startswith("f = ")


def test_a_film_has_its_story() -> None:
    run = symgd.minimize(ROSENBROCK, start=FAR, learning_rate=0.001, max_iter=5, tolerance=0)
    story = tell(run, lambda: gradient_of(run.problem))
    assert (story.form, story.steps, story.last > 5) == ("function", 5, True)
    assert story.cost[0] == pytest.approx(24.2)


def _said(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["minimize", *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_the_verb(tmp_path: Path) -> None:
    trace, plot = tmp_path / "steps.csv", tmp_path / "walk.svg"
    code, said, _ = _said(
        *(ROSENBROCK, "--start", "x=-1.2,y=1", "--learning-rate", "0.001", "--max-iter", "10"),
        *("--tolerance", "0", "--trace", str(trace), "--plot", str(plot)),
    )
    assert code == 0
    assert said.startswith("f = (1 − x)² + 100(y − x²)²\n\nout of steps")
    assert trace.read_text().splitlines()[:2] == [
        "step,x,y,cost,gradient_norm,step_norm",
        "0,-1.2,1.0,24.199999999999996,232.86768775422664,0.23286768775422664",
    ]
    assert plot.exists()


def test_the_verbs_codes_and_formats() -> None:
    assert _said(BOOTH)[0] == 0
    assert _said("x^2 - y^2", "--start", "x=1")[0] == 1
    code, _, wrong = _said("x^2 - y^2")
    assert (code, "saddle" in wrong) == (2, True)
    assert _said("-x^2 + x^4", "--start", "x=0.1")[0] == 0
    assert _said("x^2", "--batch-size", "2")[0] == 2
    code, said, _ = _said("(a - x)^2 + b*y^2", "--set", "a=1", "--set", "b=2", "--format", "json")
    record = json.loads(said)
    assert record["parameters"] == pytest.approx({"x": 1.0, "y": 0.0})
    assert record["settings"] == {"a": 1.0, "b": 2.0}
    assert not {"rows", "loss", "penalty"} & record.keys()
    assert "coût" in _said(BOOTH, "--language", "fr")[1]


@pytest.mark.parametrize(
    ("formula", "start"),
    [
        (ROSENBROCK, FAR),
        (BOOTH + " - 3", {}),
        ("abs(x - 1) + y^2", {"y": 2.0}),
        ("x^2 if x > 0 else -x", {"x": -2.0}),
        ("lambda^2 + max(N, i)^2 + value^2", {"N": 1.0, "value": 2.0}),
        ("1/x", {"x": 1.0}),
        ("softplus(-x)", {"x": 3.0}),
        ("log(1 + exp(-x))", {"x": 0.5}),
        ("1/(1 + exp(x)) + y^2", {"x": 3.0, "y": 1.0}),
    ],
)
def test_a_module_makes_the_same_steps_to_the_last_bit(
    formula: str, start: dict[str, float]
) -> None:
    objective, namespace = symgd.Objective(formula), {"__name__": "made"}
    source = objective.source()
    exec(compile(source, "made", "exec"), namespace)
    # a valley that goes on for ever is walked to the last step
    ends = {"max_iter": 50_000} if formula.startswith("1/(1 + exp") else {}
    for asked in (ends, {"learning_rate": 0.01, "max_iter": 30, "tolerance": 0}):
        run = objective.descend(start=start, **asked)
        made = namespace["descend"](start=start, **asked)  # type: ignore[operator]  # just defined
        width = len(objective.parameters) + 1
        np.testing.assert_array_equal(made.trace, run.trace.table[:, :width])
        assert made.outcome == run.outcome.kind
    assert "example" not in source.partition("# The walk")[0]


def test_a_rate_that_is_too_large_for_a_quadratic_below_zero() -> None:
    run = symgd.minimize("x^2 - 5", start={"x": 1}, learning_rate=1.5)
    assert run.outcome.kind == "diverged"
    assert run.steps > 3


def test_the_film_of_a_gradient_speaks_of_no_data() -> None:
    manim = pytest.importorskip("manim")
    from symgd.animations.derive_gradient import DeriveGradient

    with manim.tempconfig({"dry_run": True, "verbosity": "CRITICAL"}):
        beats = [*DeriveGradient(problem=symgd.Objective(BOOTH)).beats()]
    assert "f is a function of x and y" in beats[0].caption[0]
    assert not any("data" in sentence for beat in beats for sentence in beat.caption)


@pytest.mark.parametrize(
    ("formula", "start", "most"),
    [
        ("x^100", {"x": 2.0}, 1e-100),
        ("x^100 + y^2", {"x": 2.0, "y": 1.0}, 1e-9),
        ("cosh(x)", {"x": 700.0}, 1 + 1e-9),
        ("cosh(x) + y^4", {"x": 700.0, "y": 2.0}, 1 + 1e-8),
        ("exp(x^2)", {"x": 20.0}, 1 + 1e-9),
    ],
)
def test_steep_places_are_left(formula: str, start: dict[str, float], most: float) -> None:
    """One step takes nearly all of the slope away: the next rate is looked for anew."""
    run = symgd.minimize(formula, start=start)
    assert run.outcome.kind == "converged"
    assert run.cost <= most


@pytest.mark.parametrize("optimizer", ["momentum", "adam", "armijo"])
def test_steep_places_end_with_an_outcome(optimizer: str) -> None:
    for formula, at in (("cosh(x)", 700.0), ("x^100", 2.0)):
        run = symgd.minimize(formula, start={"x": at}, optimizer=optimizer)
        assert run.outcome.kind in ("stalled", "diverged")
        assert "lower the tolerance" not in run.outcome.remedy
        assert np.isfinite(run.trace.table).all()


@pytest.mark.parametrize("optimizer", ["lbfgs", "bfgs", "armijo", "adam", "rmsprop", "adagrad"])
def test_a_gradient_without_a_square_is_told_as_such(optimizer: str) -> None:
    """No rate helps there, and none is recommended."""
    for rate in ({}, {"learning_rate": 0.01}):
        outcome = symgd.minimize("cosh(x)", start={"x": 700}, optimizer=optimizer, **rate).outcome
        assert outcome.kind == "diverged"
        assert "needs the square of the gradient" in outcome.cause
        assert "5.07116e+303 long" in outcome.cause
        assert "leave out optimizer" in outcome.remedy
        assert "rate 0.01" not in f"{outcome}"


@pytest.mark.parametrize("optimizer", ["bfgs", "armijo"])
def test_what_tries_too_far_is_told_which_rate_to_try_first(optimizer: str) -> None:
    run = symgd.minimize("cosh(x)", start={"x": 300}, optimizer=optimizer)
    assert run.outcome.kind == "diverged"
    assert "try a smaller rate first, learning_rate=3e-128" in run.outcome.remedy
    told = symgd.minimize("cosh(x)", start={"x": 300}, optimizer=optimizer, learning_rate=3e-128)
    assert told.outcome.kind != "diverged"
    assert told.cost < run.cost


@pytest.mark.parametrize("optimizer", ["lbfgs", "armijo"])
def test_where_no_trial_moves_a_parameter_plain_steps_go_on(optimizer: str) -> None:
    run = symgd.minimize("x^100", start={"x": 2}, optimizer=optimizer)
    assert run.outcome.kind == "stalled"
    assert "go on with start=run.parameters, without optimizer" in run.outcome.remedy
    onward = symgd.minimize("x^100", start=run.parameters)
    assert onward.outcome.kind == "converged"
    assert onward.cost < run.cost


@pytest.mark.parametrize(
    ("formula", "start", "rate", "remedy"),
    [
        ("x^100", 2.0, 0.01, 'take learning_rate="auto"'),  # a tenth is as hopeless
        ("x^4", 2.0, 1.0, 'try a tenth of it, 0.1, or take learning_rate="auto"'),
    ],
)
def test_a_rule_at_too_large_a_rate_is_told_what_finds_one(
    formula: str, start: float, rate: float, remedy: str
) -> None:
    asked = {"start": {"x": start}, "optimizer": "momentum"}
    run = symgd.minimize(formula, learning_rate=rate, **asked)
    assert (run.outcome.kind, run.outcome.remedy) == ("diverged", remedy)
    assert symgd.minimize(formula, **asked).cost < run.trace.cost[0]


@pytest.mark.parametrize("model", ["p^4*x", "p^2*x", "p^6*x"])
def test_a_cost_that_has_come_to_nothing_has_converged(model: str) -> None:
    """Its slopes have no squares in floats, so that no step is seen to lower it."""
    problem, namespace = symgd.Problem(model), {"__name__": "made"}
    exec(compile(problem.source(), "made", "exec"), namespace)
    data, start = ([1.0, 2.0, 3.0], [0.0, 0.0, 0.0]), {"p": 0.5}
    run = problem.descend(*data, start=start)
    made = namespace["descend"](*data, start=start)  # type: ignore[operator]  # just defined
    assert (run.outcome.kind, made.outcome) == ("converged", "converged")
    assert run.cost < 1e-100
    assert made.trace.tolist() == run.trace.table[:, : len(problem.parameters) + 1].tolist()


def test_small_numbers_alone_are_no_arrival() -> None:
    run = symgd.Problem("p^2*x").descend([1e-80, 2e-80], [1e-80, 2e-80], start={"p": 0.5})
    assert run.cost > 0
    assert run.outcome.kind != "converged"


@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam", "newton"])
@pytest.mark.parametrize("formula", ["3 + 0*x", "sin(x)^2 + cos(x)^2"])
def test_a_constant_is_nothing_to_descend(formula: str, optimizer: str) -> None:
    run = symgd.minimize(formula, parameters=["x"], start={"x": 1.0}, optimizer=optimizer)
    assert run.outcome.kind == "converged"
    assert "nothing to descend" in run.outcome.cause
    assert np.isfinite(run.trace.table).all()


@pytest.mark.parametrize(
    ("formula", "start", "optimizer", "kind"),
    [
        ("x^3", {"x": 1.0}, "momentum", "no minimum"),
        ("x^3", {"x": 1.0}, "newton", "no minimum"),
        ("x^3 + y^2", {"x": 1.0, "y": 1.0}, "newton", "no minimum"),
        ("x^3 - 3*x", {"x": 3.0}, "momentum", "converged"),
        ("x^3 - 3*x", {"x": 3.0}, "newton", "converged"),
        ("log(cosh(x))", {"x": 5.0}, "newton", "diverged"),
        ("sqrt(1 + x^2)", {"x": 5.0}, "newton", "diverged"),
    ],
)
def test_no_inflection_is_a_minimum(
    formula: str, start: dict[str, float], optimizer: str, kind: str
) -> None:
    assert symgd.minimize(formula, start=start, optimizer=optimizer).outcome.kind == kind


def test_a_fall_is_said_beside_what_it_is_measured_by() -> None:
    run = symgd.minimize("x^4", start={"x": 1.0}, optimizer="momentum")
    assert "next to nothing beside the 1 that it has fallen" in run.outcome.cause
