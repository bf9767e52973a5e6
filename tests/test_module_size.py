"""Generated modules hold no more than they use, and do not grow unnoticed; a quadratic's walk is that of `descend`."""

from __future__ import annotations

import ast
import math
import symtable
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from grids import examples, in_turn
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import GenerationError, Objective, Problem
from symgd.codegen.walk.quadratic import steps_one_by_one

LINE = Problem("m*x + b")
LOGISTIC = Problem("sigmoid(w*x + b)", "bce")
DECAY = Problem("a*exp(-b*x) + c")
WIDE = "+".join(f"w{k}*x{k}" for k in range(30))
PROBLEMS = {
    "line": LINE,
    "proportional": Problem("m*x"),
    "constant": Problem("c", inputs=[]),
    "affine": Problem("(p + 1)*x - q/2 + p"),
    "many powers": Problem("+".join(f"p{k}*x^{k}" for k in range(14))),
    "product": Problem("a*b*x + c"),
    "separable": Problem("a^2*x + b*sin(x)"),
    "logistic": LOGISTIC,
    "decay": DECAY,
    "ridge": Problem("m*x + b", penalty="ridge"),
    "lasso": Problem("m*x + b", penalty="lasso"),
    "elastic": Problem("sigmoid(w*x + b)", "bce", penalty="elastic_net"),
    "huber": Problem("m*x + b", "huber"),
    "mae": Problem("m*x + b", "mae"),
    "rmse": Problem("a*exp(-b*x)", "rmse"),
    "classes": Problem(["a*x", "b*x"], loss="cce", target=["y1", "y2"]),
    "wide": Problem(WIDE),
    "wide huber": Problem(WIDE, "huber"),
    "wide ridge": Problem(WIDE, penalty="ridge"),
    "wide logistic": Problem(f"sigmoid({WIDE})", "bce"),
}
OPTIMIZERS = ("adam", "momentum", "newton", "lbfgs", "levenberg_marquardt", "rprop")
PUBLIC = {"PARAMETERS", "COLUMNS", "STATES", "WEIGHTS", "predict", "cost", "gradient"}
PUBLIC |= {"cost_and_gradient", "update", "descend", "Descent", "annotations", "State"}
# Lines that a module may have: a law of size, to be raised only with a reason. Of a summary's modules ten are for rows with
# weights, and twenty-five for an anchor that costs no digits at 0, which its text in memory has too.
MOST_LINES = {
    "line": 926,
    "logistic": 1084,  # targets have a domain, and the least may lie at infinity
    "decay": 1123,  # it may fade, may have plateaus, and has its exponentials by nodes
    "ridge": 986,
    "huber": 990,
    "wide": 994,
}


def _read_in(table: symtable.SymbolTable) -> Iterator[str]:
    """The module's names that some scope reads, annotations left out."""
    for symbol in table.get_symbols():
        outside = symbol.is_global() or table.get_type() == "module"
        if symbol.is_referenced() and outside:
            yield symbol.get_name()
    for child in table.get_children():
        yield from _read_in(child)


def _annotations(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            part = getattr(node, name, None)
            if part is not None:
                yield from (n.id for n in ast.walk(part) if isinstance(n, ast.Name))


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        else:
            yield from (
                part.id
                for part in ast.walk(node)
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            )


def unused(written: str) -> set[str]:
    """What a module defines, imports, or has as a method, and never uses outside of that."""
    tree = ast.parse(written)
    read = {*_read_in(symtable.symtable(written, "module", "exec")), *_annotations(tree)}
    alone = {name for name in _defined(tree) if name not in read}
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    attributes |= {node.arg or "" for node in ast.walk(tree) if isinstance(node, ast.keyword)}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            methods = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
            alone |= {name for name in methods - attributes if not name.startswith("__")}
    return alone - PUBLIC


def test_what_is_unused_is_found() -> None:
    """The test below can fail."""
    written = "import math\nA = 1\ndef f(A):\n    return A\nclass B:\n    def g(self): pass\nB(f)\n"
    assert unused(written) == {"math", "A", "g"}


@pytest.mark.parametrize(
    ("name", "optimizer"),
    [
        *((name, None) for name in PROBLEMS),
        *in_turn(("line", "logistic", "separable"), [*OPTIMIZERS], of=2),
    ],
)
def test_a_module_uses_all_that_it_has(name: str, optimizer: str | None) -> None:
    how: dict[str, Any] = {} if optimizer is None else {"optimizer": optimizer}
    try:
        written = PROBLEMS[name].source(**how)
    except GenerationError:
        return  # this module has not what the rule asks for
    assert unused(written) == set()


@pytest.mark.parametrize("formula", ["x^2 + 3*y^2", "(1 - x)^2 + 100*(y - x^2)^2", "abs(x) + y^2"])
@pytest.mark.parametrize("optimizer", [None, "adam"])
def test_a_function_s_module_uses_all_that_it_has(formula: str, optimizer: str | None) -> None:
    how: dict[str, Any] = {} if optimizer is None else {"optimizer": optimizer}
    assert unused(Objective(formula).source(**how)) == set()


@pytest.mark.parametrize("name", MOST_LINES)
def test_modules_do_not_grow(name: str) -> None:
    assert len(PROBLEMS[name].source().splitlines()) <= MOST_LINES[name]


MODULES: dict[str, dict[str, Any]] = {}


def _module(name: str) -> dict[str, Any]:
    if name not in MODULES:
        MODULES[name] = {"__name__": "optimizer"}
        exec(PROBLEMS[name].source(), MODULES[name])
    return MODULES[name]


@settings(deadline=None, max_examples=examples(15, 40))
@given(
    name=st.sampled_from(["line", "proportional", "affine"]),
    middle=st.sampled_from([0.0, 50.0]),
    rows=st.sampled_from([3, 40]),
    seed=st.integers(0, 1000),
    rate=st.sampled_from([None, 1e-12, 1e-4, 0.05, 0.3, 1.5]),
    most=st.sampled_from([None, 0, 1, 40, 500, 6000]),
    tolerance=st.sampled_from([None, 0.0, 1e-9, 1e-3]),
)
def test_a_quadratic_is_walked_as_descend_walks_it(
    name: str,
    middle: float,
    rows: int,
    seed: int,
    rate: float | None,
    most: int | None,
    tolerance: float | None,
) -> None:
    """The same steps and the same end, whatever is asked for."""
    drawn = np.random.default_rng(seed)
    x, y = drawn.normal(middle, 1, rows), drawn.normal(1, 1, rows)
    asked = {"learning_rate": rate, "max_iter": most, "tolerance": tolerance}
    found, problem = _module(name)["descend"](x, y, **asked), PROBLEMS[name]
    run = problem.descend(x, y, **{**asked, "learning_rate": "auto" if rate is None else rate})
    assert (found.outcome, found.steps) == (run.outcome.kind, run.steps)
    names = problem.parameters
    own = np.column_stack([*(run.trace[name] for name in names), run.trace.cost])
    assert np.allclose(found.trace, own, rtol=1e-9, atol=1e-9)


def test_a_long_trace_is_thinned_as_that_of_descend() -> None:
    """One step in 2, 4, 8 where it would be millions of numbers, and the last two."""
    module = _module("line")
    trace = module["Trace"](5)
    trace.most = 7
    for first in range(0, 60, 4):
        numbers = np.arange(first, first + 4, dtype=float)
        trace.add(np.column_stack([numbers] * 5))
    assert trace.rows[:, 0].tolist() == [0.0, 16.0, 32.0, 48.0, 58.0, 59.0]


def test_an_interrupted_walk_keeps_its_rows() -> None:
    module, drawn = _module("line"), np.random.default_rng(1)
    made = module["_summarise"](*drawn.normal(size=(2, 30)))
    evaluate, times = module["_from_summary"](*made, 30), [0]

    def steps(rate: float, count: int, point: Any) -> Any:
        times[0] += 1
        if times[0] > 2:
            raise KeyboardInterrupt
        return module["steps_one_by_one"](evaluate, rate, count, point)

    module["steps_one_by_one"] = steps_one_by_one
    squares = module["_squares"](*made, 30)
    walked = module["walk_on_squares"](squares, steps, 1e-3, (0.0, 0.0), 100_000, 0.0, math.inf)
    assert walked.ended == "interrupt"
    assert walked.kind(False) == "interrupted"
    assert walked.rows[:, 0].tolist() == list(range(2 * module["AT_ONCE"]))
