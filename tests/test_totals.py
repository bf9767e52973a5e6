"""The pass over many rows, by a text of its own for few columns: the triangle of a QR factorisation of them all."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from symgd import Problem
from symgd.codegen.evaluators.summary import BLOCK, separate, summarise
from symgd.codegen.expressions.context import RESERVED, Context
from symgd.codegen.summary.summary_source import SummarySource
from symgd.data.columns import columns_from

ROWS = 3 * BLOCK + 17
# model, loss, inputs, where the inputs' middle is, whether there is a text
MODELS = [
    ("m*x + b", "mse", "x", 0.0, True),
    ("m*x + b", "mse", "x", 2.0, True),  # turned
    ("m*x + b", "mse", "x", 1e7, True),  # taken from its middle
    ("m*x", "half_mse", "x", 0.3, True),
    ("m*x + b + 3", "mse", "x", 0.0, True),
    ("m*x + b - x^2", "mse", "x", 0.0, True),
    ("a*x^2 + b*x + c", "mse", "x", 0.0, True),
    ("a*sin(x) + pi*b", "mse", "x", 0.5, True),
    ("a*sin(x) + b*cos(3*x) + c*abs(x) + d", "sse", "x", 0.0, True),
    ("a*x^4 + b*x^3 + c*x^2 + d*x + e", "mse", "x", 0.0, False),
    ("exp(a)*x + b^2", "mse", "x", 0.0, True),
    ("a*room + b*weights + c", "mse", "room weights", 0.0, True),
    ("a*left*add + b*rest + phi1*w0", "mse", "left add rest w0", 0.2, True),
]


def expected(problem: Problem, columns: dict[str, np.ndarray], anchor: np.ndarray) -> np.ndarray:
    """R of all rows at once, its diagonal positive; φ and what is left worked out in longer floats."""
    found = separate(problem)
    assert found is not None
    names = list(map(sympy.Symbol, problem.columns))
    wide = [columns[name].astype(np.longdouble) for name in problem.columns]
    zeros = np.zeros(ROWS, dtype=np.longdouble)
    phi = [sympy.lambdify(names, part, "numpy")(*wide) + zeros for part in found.phi]
    rest = sympy.lambdify(names, found.rest, "numpy")(*wide) + zeros
    left = rest + sum(a * column for a, column in zip(anchor, phi, strict=True))
    return upright(np.linalg.qr(np.column_stack([*phi, left]).astype(float), mode="r"))


def upright(triangle: np.ndarray) -> np.ndarray:
    """The same factor with a diagonal that is nowhere negative."""
    return triangle * np.where(triangle.diagonal() < 0, -1.0, 1.0)[:, None]


@pytest.mark.parametrize(("model", "loss", "inputs", "middle", "written"), MODELS)
def test_it_is_the_triangle_of_all_rows(
    model: str, loss: str, inputs: str, middle: float, written: bool
) -> None:
    problem = Problem(model, loss, inputs=inputs.split())
    generator = np.random.default_rng(5)
    columns = {name: middle + generator.normal(size=ROWS) for name in problem.inputs}
    columns["y"] = 1.5 + 0.7 * columns[problem.inputs[0]] + generator.normal(size=ROWS)
    separation = separate(problem)
    assert separation is not None
    source = SummarySource(Context(problem), separation)
    assert bool(source.totals()) is written
    summary = summarise(separation, problem, columns_from(problem.columns, [columns], {}))
    found, best = upright(summary.triangle), expected(problem, columns, summary.anchor)
    scale = np.sqrt((best * best).sum(axis=0)).max()
    # A column far from 0 was made better than a QR factorisation of it makes it.
    assert np.allclose(found, best, rtol=0, atol=1e-11 * scale)


def test_a_value_that_is_no_number_is_told_with_its_row() -> None:
    x = np.linspace(0.5, 2, ROWS)
    x[BLOCK + 7] = 0.0
    problem = Problem("a/x + b")
    separation = separate(problem)
    assert separation is not None
    columns = columns_from(["x", "y"], [x, x], {})
    with pytest.raises(Exception, match=f"row index {BLOCK + 7}: 1/x is not a finite number there"):
        summarise(separation, problem, columns)


def test_its_names_are_none_of_the_columns() -> None:
    assert "room" not in RESERVED
    problem = Problem("a*room + b", inputs=["room"])
    separation = separate(problem)
    assert separation is not None
    text = SummarySource(Context(problem), separation).totals()
    assert "room_2: FloatArray" in text
    assert "def totals(room: FloatArray" in text
