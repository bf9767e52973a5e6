"""What the plan says of code is what stands there: the code is run, and its passes over the data are counted."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, FunctionType
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from grids import in_turn

from symgd import Objective, Problem
from symgd.cli import main
from symgd.codegen.code_targets import CODE_TARGETS
from symgd.errors import SymgdError

ROWS = 1009
RULES = ("gradient_descent", "adam", "newton", "gauss_newton", "lbfgs")
OWN_FORM = {
    "line": "data summary",
    "bent": "data summary",  # a sum of functions of the parameters times functions of the data
    "huber": "blocked NumPy",
    "many": "data summary",
    "lasso": "matrix form",
    "features": "matrix form",  # twenty sums of one input: no module takes that as a matrix
}
WIDE = " + ".join(f"w{n}*x{n}" for n in range(1, 21)) + " + b"
PROBLEMS = {
    "line": Problem("m*x + b"),
    "bent": Problem("exp(a)*x + exp(b)"),
    "huber": Problem("m*x + b", loss="huber"),
    "many": Problem(WIDE),
    "lasso": Problem(WIDE, penalty="lasso"),
    "features": Problem(
        " + ".join(f"c{n}*sin({n}*x)" for n in range(1, 21)) + " + b", loss="huber"
    ),
}


def _sizes(value: object) -> Iterator[int]:
    if isinstance(value, np.ndarray):
        yield value.size
    elif isinstance(value, tuple | list):
        for part in value[:50]:
            yield from _sizes(part)
    elif isinstance(value, FunctionType):
        yield from _sizes(tuple(cell.cell_contents for cell in value.__closure__ or ()))


def passes(source: str, problem: Problem, matrix: bool, steps: int) -> int:
    """How many functions of this code see whole columns in so many steps."""
    space: dict[str, Any] = {"__name__": "generated"}
    exec(compile(source, "generated", "exec"), space)
    random = np.random.default_rng(5)
    columns = [random.normal(size=ROWS) for _ in problem.columns]
    data = [np.column_stack(columns[:-1]), columns[-1]] if matrix else columns
    start = dict.fromkeys(problem.parameters, 0.1)
    given: Any = [*start.values()] if "trace = [" in source else start
    seen = 0

    def look(frame: FrameType, event: str, _: object) -> None:
        nonlocal seen
        if event == "call" and frame.f_code.co_filename == "generated":
            names = frame.f_code.co_varnames[: frame.f_code.co_argcount]
            names += frame.f_code.co_freevars
            local = frame.f_locals
            sizes = (size for name in names if name in local for size in _sizes(local[name]))
            seen += any(size >= ROWS for size in sizes)

    asked: dict[str, Any] = {"max_iter": steps, "start": given}
    arguments = re.findall(r"def descend\((.*?)\)(?::\n| ->)", source, re.DOTALL)[0]
    if "learning_rate" in arguments and "as it has to be, each step" not in source:
        asked["learning_rate"] = 1e-3
    if "tolerance" in arguments:
        asked["tolerance"] = 0.0
    sys.setprofile(look)
    try:
        space["descend"](*data, **asked)
    finally:
        sys.setprofile(None)
    return seen


def form_told(problem: Problem | Objective, **asked: Any) -> str:
    return problem.explain_plan(**asked).splitlines()[0].removeprefix("Form: ")


PLANNED = [
    *(("line", rule) for rule in RULES),
    *(("bent", rule) for rule in RULES),
    *(("huber", rule) for rule in RULES if rule != "gauss_newton"),  # it asks for squares
    *(("many", rule) for rule in ("gradient_descent", "newton")),
]


@pytest.mark.parametrize(
    ("name", "rule", "style"),
    [(*planned, style) for planned, style in in_turn(PLANNED, ["module", "listing"], of=2)],
)
def test_no_step_looks_at_the_data_where_the_plan_says_so(name: str, style: str, rule: str) -> None:
    problem = PROBLEMS[name]
    asked = {"style": style, "optimizer": rule}
    told = problem.explain_plan(**asked)
    matrix = "as one matrix X" in told
    few, many = (passes(problem.source(**asked), problem, matrix, steps) for steps in (2, 4))
    again = (
        "from all rows in each step" in told
        or "Each step works out" in told
        or "blocked NumPy" in told
    )
    assert (many > few) == again
    assert form_told(problem, **asked) == ("whole arrays" if style == "listing" else OWN_FORM[name])


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("target", [name for name in CODE_TARGETS if name != "numpy"])
def test_code_for_other_targets_works_over_all_rows(target: str, rule: str) -> None:
    """But where the residual is linear: `test_javascript_summary` and `test_array_api_summary` count looks at them."""
    told = {"array-api": "whole arrays", "javascript": "row by row"}
    for name in ("line", "bent", "many", "huber"):
        asked = {"target": target, "optimizer": rule}
        if (name, rule) == ("huber", "gauss_newton"):  # it asks for squares
            continue
        once = name in ("line", "many")
        assert form_told(PROBLEMS[name], **asked) == ("data summary" if once else told[target])
        assert ("leaves a triangle" in PROBLEMS[name].explain_plan(**asked)) == once


@pytest.mark.parametrize("target", CODE_TARGETS)
def test_what_is_told_of_code_is_of_that_code(target: str) -> None:
    """symgd's own fit is told of beside Python alone; over X no formula stands there as it was derived."""
    line = PROBLEMS["line"].explain_plan(target=target)
    assert ("own fit" in line) == (target == "numpy")
    many = PROBLEMS["lasso"]
    for style in CODE_TARGETS[target].styles:
        told = many.explain_plan(target=target, style=style)
        assert "as they were derived" not in told
        assert "X·w" in told or "of a row of X" in told
        source = many.source(target=target, style=style)
        assert "X @ " in source or "dot(X[i], " in source or " @ " in source


def test_a_plan_is_of_code_that_there_is() -> None:
    for optimizer, said in (("gauss_newton", "a sum of squares"), ("newton", "has kinks")):
        with pytest.raises(SymgdError, match=said):
            Problem("m*x + b", loss="mae").explain_plan(optimizer=optimizer)


def test_a_module_without_a_matrix_has_no_matrix_form() -> None:
    assert form_told(PROBLEMS["lasso"]) == form_told(PROBLEMS["lasso"], optimizer="adam")
    assert form_told(PROBLEMS["lasso"]) == "matrix form"
    assert "X.T" in PROBLEMS["lasso"].source() or "@" in PROBLEMS["lasso"].source()
    features = PROBLEMS["features"]
    assert form_told(features) == "blocked NumPy"
    assert "@" not in features.source().partition("def descend")[0].partition('"""\n')[2]


@pytest.mark.parametrize("target", CODE_TARGETS)
def test_a_function_without_data_has_no_pass_over_any(target: str) -> None:
    told = Objective("(1 - x)^2 + y^4").explain_plan(target=target)
    assert ("Python" in told) == (target == "numpy")
    assert "There is no data" in told


def test_a_plan_is_written_over_no_module(tmp_path: Path) -> None:
    found = CliRunner().invoke(
        main, ["generate", "m*x + b", "-o", str(tmp_path / "e.mjs"), "--explain"]
    )
    assert found.exit_code == 2
    assert "writes none to -o" in found.output
    assert not [*tmp_path.iterdir()]
