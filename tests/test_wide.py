"""Many inputs, never expanded: derived once for all that are alike, generated as one matrix, and fitted."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import symgd
from symgd import Problem
from symgd.cli import main
from symgd.codegen.evaluators.evaluator import Compiled
from symgd.codegen.evaluators.matrix_evaluator import ScoreForm
from symgd.codegen.plan import plan_of
from symgd.codegen.program.lower import lower
from symgd.codegen.program.score import score_of
from symgd.derivation.checking.check import Checker
from symgd.derivation.kinds import kinds_of

WIDE = 22


def summed(width: int, rest: str = " + b") -> str:
    return " + ".join(f"w{n}*x{n}" for n in range(1, width + 1)) + rest


def rows_of(problem: Problem, kind: str = "", rows: int = 90) -> list[np.ndarray]:
    rng = np.random.default_rng(3)
    inputs = [rng.normal(size=rows) for _ in problem.inputs]
    target = rng.normal(size=rows)
    target = {"classes": (target > 0) * 1.0, "counts": rng.poisson(2, rows) * 1.0}.get(kind, target)
    return [*inputs, target]


@cache
def module_of(problem: Problem) -> ModuleType:
    made = ModuleType("generated")
    exec(compile(problem.source(), "generated", "exec"), made.__dict__)
    return made


PROBLEMS = {
    "squares": (Problem(summed(WIDE)), ""),
    "ridge": (Problem(summed(WIDE), penalty="ridge"), ""),
    "root": (Problem(summed(WIDE), "rmse", penalty="ridge"), ""),
    "logistic": (Problem(f"sigmoid({summed(WIDE)})", "bce", penalty="elastic_net"), "classes"),
    "counts": (Problem(f"exp({summed(WIDE, '')})", "poisson"), "counts"),
    "around": (Problem(f"a*tanh(-({summed(WIDE)})/2 - 3*x1) + c", "huber"), ""),
    "features": (Problem(summed(WIDE).replace("x3", "log(x3^2)") + " - 2*x1", "log_cosh"), ""),
    "no shift": (Problem(summed(WIDE, ""), "sse"), ""),
    "an input and its square": (Problem(summed(WIDE) + " + c*x1^2", "log_cosh"), ""),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_matrix_form_is_the_expanded_form(name: str) -> None:
    problem, kind = PROBLEMS[name]
    columns, score = rows_of(problem, kind), score_of(problem)
    assert score is not None
    expanded = Compiled(problem, lower(problem, problem.derive())).on(columns)
    form = ScoreForm(score).on(columns)
    point = (np.random.default_rng(1).normal(size=len(problem.parameters)) / 5).tolist()
    cost, *slopes = expanded(point)
    found, gradient = form(point)
    assert found == pytest.approx(cost, rel=1e-13)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_hessian_is_the_slope_of_the_gradient(name: str) -> None:
    problem, kind = PROBLEMS[name]
    score = score_of(problem)
    assert score is not None
    form = ScoreForm(score).on(rows_of(problem, kind))
    point = np.random.default_rng(1).normal(size=len(problem.parameters)) / 5
    sides = [
        [form((point + sign * 1e-5 * unit).tolist())[1] for sign in (1, -1)]
        for unit in np.eye(len(point))
    ]
    slopes = np.array([(np.array(up) - down) / 2e-5 for up, down in sides])
    hessian = form.hessian(point.tolist())
    np.testing.assert_allclose(hessian, slopes, atol=1e-7 * np.abs(hessian).max())


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_module_walks_as_descend_does(name: str) -> None:
    problem, kind = PROBLEMS[name]
    columns = rows_of(problem, kind)
    matrix, target = np.column_stack(columns[:-1]), columns[-1]
    module = module_of(problem)
    found = module.descend(matrix, target, max_iter=40)
    run = problem.descend(dict(zip(problem.columns, columns, strict=True)), max_iter=40)
    np.testing.assert_allclose(found.parameters, [*run.parameters.values()], rtol=1e-9, atol=1e-12)
    assert found.outcome == run.outcome.kind
    predicted = module.predict(found.parameters, matrix)
    assert predicted.shape == target.shape


def test_a_module_is_as_long_for_many_inputs_but_for_their_names() -> None:
    few, many = (Problem(f"sigmoid({summed(width)})", "bce") for width in (30, 200))
    names = sum(len(f'    "{name}",\n') for name in (*many.parameters, *many.columns))
    assert len(many.source()) - len(few.source()) < names
    compile(many.source(), "many", "exec")


def test_squares_of_200_inputs_come_to_the_closed_form() -> None:
    problem = Problem(summed(200))
    columns = rows_of(problem, rows=600)
    table = np.column_stack([*columns[:-1], np.ones(600)])
    expected = np.linalg.lstsq(table, columns[-1], rcond=None)[0]
    matrix = np.column_stack(columns[:-1])
    found = module_of(problem).descend(matrix, columns[-1])
    data = dict(zip(problem.columns, columns, strict=True))
    run, fit = problem.descend(data), problem.fit(data)
    assert found.converged
    for values in (found.parameters, [*run.parameters.values()], [*fit.parameters.values()]):
        np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-7)


def test_more_inputs_than_rows_and_a_constant_column_descend() -> None:
    problem = Problem(summed(60), penalty="ridge", settings={"lambda": 0.1})
    columns = rows_of(problem, rows=25)
    columns[4][:] = 2.0
    matrix = np.column_stack(columns[:-1])
    centred = np.column_stack([matrix, np.ones(25)])
    bends = np.diag([0.1 * 25] * 60 + [0.0])
    expected = np.linalg.solve(centred.T @ centred + bends, centred.T @ columns[-1])
    found = module_of(problem).descend(matrix, columns[-1])
    assert found.converged
    np.testing.assert_allclose(found.parameters, expected, atol=1e-4)
    bare = Problem(summed(60)).descend(dict(zip(problem.columns, columns, strict=True)))
    assert bare.trace.cost[-1] < 1e-8


def test_scores_of_800_have_a_cost_and_a_slope() -> None:
    problem = Problem(f"sigmoid({summed(WIDE, '')})", "bce")
    matrix = np.zeros((4, WIDE))
    matrix[:, 0] = [800.0, -800.0, 800.0, -800.0]
    target = np.array([1.0, 0.0, 0.0, 1.0])
    point = np.eye(WIDE)[0]
    value, slopes = module_of(problem).cost_and_gradient(point, matrix, target)
    assert value == 400.0
    assert slopes[0] == 400.0
    data = dict(zip(problem.columns, [*matrix.T, target], strict=True))
    run = problem.descend(data, start={"w1": 1.0}, max_iter=1)
    assert math.isfinite(run.trace.cost[-1])


def test_awkward_names_are_columns_of_the_matrix() -> None:
    inputs = ["X", "y_1", "rows", "table", "lambda_", "np_", *(f"q{n}" for n in range(20))]
    weights = [f"k{n}" for n in range(len(inputs))]
    model = " + ".join(f"{w}*{x}" for w, x in zip(weights, inputs, strict=True)) + " + loss"
    problem = Problem(f"tanh({model})", inputs=inputs, target="slope")
    columns = rows_of(problem)
    module = module_of(problem)
    value = module.cost(
        np.zeros(len(problem.parameters)), np.column_stack(columns[:-1]), columns[-1]
    )
    assert value == pytest.approx((columns[-1] ** 2).mean(), rel=1e-14)
    assert problem.columns == module.COLUMNS


GOOD = np.ones((3, WIDE))
DATES = np.full((3, WIDE), np.datetime64("2020-01-01"))
MASKED = np.ma.masked_equal(np.eye(3, WIDE), 1.0)


@pytest.mark.parametrize(
    ("matrix", "target", "said"),
    [
        (GOOD[:, 1:], [1, 2, 3], "X must have 22 columns"),
        ([[1.0], [1.0, 2.0]], [1, 2], "X must have 22 columns"),
        (GOOD, [1, 2], "y has 2 rows, but X has 3"),
        (np.full((3, WIDE), np.nan), [1, 2, 3], "X, x1, row index 0: nan marks a missing value"),
        (GOOD, [1, 2, np.inf], "y, row index 2: inf is infinite"),
        (MASKED, [1, 2, 3], "X, x1, row index 0: the value is masked"),
        (GOOD, np.ma.masked_equal([1, 2, 3], 2), "y, row index 1: the value is masked"),
        (DATES, [1, 2, 3], "X, x1, row index 0: 2020-01-01 is of type datetime64"),
        (GOOD, np.full(3, np.timedelta64(1, "s")), "y, row index 0: 1 seconds is of type"),
        (GOOD.astype(str), [1, 2, 3], 'X, x1, row index 0: "1.0" is of type'),
        (GOOD, ["1", "2", "3"], 'y, row index 0: "1" is of type str'),
        (GOOD + 1j, [1, 2, 3], "X, x1, row index 0: .* is of type complex"),
        (GOOD, [1, 2, 3j], "y, row index 2: 3j is of type complex"),
        (GOOD > 0, [1, 2, 3], "X, x1, row index 0: True is of type bool"),
        ([[1.0] * (WIDE - 1) + [None]] * 3, [1, 2, 3], "X, x22, row index 0: None marks"),
        ([[10**400] * WIDE] * 3, [1, 2, 3], "X, x1, row index 0: an integer of 1329 bits"),
    ],
)
def test_what_does_not_fit_the_matrix_is_refused(matrix: Any, target: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        module_of(Problem(summed(WIDE))).descend(matrix, target)


def test_lists_are_a_matrix_too() -> None:
    module = module_of(Problem(summed(WIDE)))
    point, matrix, target = np.ones(WIDE + 1), np.eye(4, WIDE), [1, 2, 3, 4]
    expected = module.cost(point, matrix, target)
    assert module.cost([*point], matrix.astype(int).tolist(), np.array(target)) == expected
    assert module.cost(tuple(point), [*matrix], np.reshape(target, (4, 1))) == expected


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ({"q": 1.0}, "no parameter"),
        (np.ones(WIDE + 1) * 1j, "expected 23 numbers"),
        ([1.0] * WIDE, "expected 23 numbers"),
        ([math.inf] * (WIDE + 1), "w1 is inf"),
    ],
)
def test_a_start_that_does_not_fit_is_refused(start: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        module_of(Problem(summed(WIDE))).descend(GOOD, [1, 2, 3], start=start)


@pytest.mark.parametrize("model", [summed(WIDE), f"tanh({summed(WIDE)})^3 + x1*w1"])
def test_a_diverged_run_keeps_its_trace(model: str) -> None:
    problem = Problem(model)
    *inputs, target = rows_of(problem)
    found = module_of(problem).descend(np.column_stack(inputs) * 9, target, learning_rate=1e3)
    assert found.outcome == "diverged"
    assert len(found.trace) == found.steps + 1 > 1
    assert "pass a" in found.message


def script_of(problem: Problem, folder: Path) -> tuple[ModuleType, str]:
    """A module with its command line, and a file of data for it."""
    made = ModuleType("generated")
    exec(compile(problem.source(script=True), "generated", "exec"), made.__dict__)
    file = folder / "data.csv"
    rows = zip(*rows_of(problem), strict=True)
    lines = [",".join(problem.columns), *(",".join(map(repr, map(float, row))) for row in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return made, str(file)


def test_a_script_fits_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem = Problem(summed(WIDE))
    module, file = script_of(problem, tmp_path)
    *inputs, target = rows_of(problem)
    found = module.descend(np.column_stack(inputs), target)
    assert module.main([file]) == 0
    assert f"w1 = {found.parameters.tolist()[0]!r}\n" in capsys.readouterr().out
    assert module.main([file, "--predict", file, "--start", "w1=1"]) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header == ",".join(problem.columns)
    assert len(rows) == len(target)
    assert module.main([file, "--learning-rate", "1e3"]) == 1
    assert "the descent diverged" in capsys.readouterr().err
    assert module.main([file, "--start", "q=1"]) == 1
    assert 'no parameter "q"' in capsys.readouterr().err


def test_only_a_script_has_a_command_line() -> None:
    problem = Problem(summed(WIDE))
    assert "argparse" in problem.source(script=True)
    assert "argparse" not in problem.source()


# ---------------------------------------------------------------------------------------------
# Derived


def test_many_parameters_are_told_by_the_first_of_each_kind() -> None:
    problem = Problem(summed(60) + " + c*x61^2", penalty="ridge")
    kinds = kinds_of(problem.cost_term, problem.parameters)
    assert [len(kind.names) for kind in kinds] == [60, 1, 1]
    gradient = problem.derive()
    assert len(gradient) == 62
    told = gradient.text()
    assert "the same, with x2, x3, x4, x5, x6, …, x60 in the place of x1" in told
    assert len(told.splitlines()) < 70
    assert gradient["w57"].result == problem.derive("w57").result
    record = gradient.record()
    assert [part["wrt"] for part in record["partials"]] == ["w1", "b", "c"]
    assert record["alike"]["w1"][-1] == "w60"


def test_the_steps_of_one_parameter_do_not_grow_with_the_others() -> None:
    few, many = (Problem(summed(width)).derive("w3") for width in (30, 300))
    assert [step.rule.name for step in few.steps] == [step.rule.name for step in many.steps]
    assert few.check.passed
    assert many.check.passed


def test_no_check_of_a_step_is_of_the_whole_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    once = Checker._equal
    monkeypatch.setattr(
        Checker,
        "_equal",
        lambda self, one, other: compared.append(one.size) or once(self, one, other),
    )
    gradient = Problem(summed(60)).derive()
    _ = gradient["w1"], gradient["w2"]
    before = len(compared)
    _ = [gradient[f"w{n}"] for n in range(3, 30)]
    assert len(compared) - before < 12 * 27
    assert max(compared) < 60


def test_two_thousand_inputs_are_read_and_derived() -> None:
    problem = Problem(summed(2000))
    gradient = problem.derive()
    assert len(gradient) == 2001
    assert len(gradient.steps) < 40
    assert plan_of(problem).form == "matrix form"
    score, columns = score_of(problem), rows_of(problem, rows=40)
    assert score is not None
    cost, slopes = ScoreForm(score).on(columns)([0.0] * 2001)
    assert cost == pytest.approx((columns[-1] ** 2).mean())
    assert slopes[-1] == pytest.approx(-2 * columns[-1].mean())


# ---------------------------------------------------------------------------------------------
# Told


@pytest.mark.parametrize(
    ("problem", "form"),
    [
        (Problem("m*x + b"), "data summary"),
        (Problem(summed(30)), "data summary"),
        (Problem(summed(30), penalty="ridge"), "data summary"),
        (Problem(summed(30), penalty="lasso"), "matrix form"),
        (Problem(f"sigmoid({summed(30)})", "bce"), "matrix form"),
        (Problem("a*exp(-b*x) + c"), "blocked NumPy"),
        (Problem("m*x + b", "huber"), "blocked NumPy"),
    ],
)
def test_the_plan_says_which_form_and_why(problem: symgd.Problem, form: str) -> None:
    told = problem.explain_plan()
    assert told.startswith(f"Form: {form}")
    assert ("No data summary" in told) == (form != "data summary")
    assert problem.explain_plan(language="fr").startswith("Forme")


def test_the_plan_is_printed(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["generate", "m*x + b", "--explain"])
    assert done.exit_code == 0
    assert done.output.startswith("Form: data summary")
