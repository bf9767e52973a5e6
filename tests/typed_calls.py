"""Calls that a type checker accepts, and calls that it refuses; mypy reads this file, and nothing runs it.

Each line with an ignore is a call that must be refused: where the signature lets it pass, mypy says that the ignore is
not needed, and `scripts/check` ends.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import assert_type

import numpy as np

import symgd
from symgd.animations.making.film import Film

problem = symgd.Problem("m*x + b", loss="huber", settings={"delta": 1.0})
x, y = np.array([1.0, 2.0, 3.0]), [1.2, 1.8, 3.4]


def accepted() -> None:
    """What the docs do."""
    assert_type(problem.derive(), symgd.Gradient)
    assert_type(problem.derive("m"), symgd.Derivation)
    assert_type(problem.hessian(), symgd.Hessian)
    assert_type(problem.stationary(x, y), symgd.Stationary)
    assert_type(problem.stable_rate(x, y, at={"m": 1.0, "b": 0.0}), symgd.StableRate)
    assert_type(problem.matrix(), symgd.MatrixForm)
    run = problem.descend(x, y, learning_rate=0.1, max_iter=5, start={"m": 0.2})
    assert_type(run, symgd.Run)
    assert_type(run.trace, symgd.Trace)
    assert_type(run.outcome, symgd.Outcome)
    assert_type(run.exact, symgd.Minimum | None)
    assert_type(run.parameters, Mapping[str, float])
    problem.descend(Path("points.csv"), learning_rate="auto")
    problem.descend({"x": x, "y": y})
    problem.descend(x=x, y=y)
    problem.descend("points.csv", progress=lambda done, most: None)
    assert_type(problem.animate("descend", run, output="film.mp4", theme="dark"), Film)
    problem.animate("descend", x, y, output=Path("film.gif"), format="gif", learning_rate=0.1)
    assert_type(problem.check("dJ/dm = 0"), symgd.Verdict)
    assert_type(problem.hint(strength=2), symgd.Hint)
    problem.derive().latex(document=True, detail="full", derivative_style="prime")
    assert_type(symgd.LOSSES["mse"], symgd.Loss)
    assert_type(problem.replace(loss="mae", penalty=None, settings={}), symgd.Problem)
    assert_type(problem.written(residual="e", constants="inside"), symgd.Problem)
    points = {"x": x, "y": y}
    assert_type(problem.stationary().at(points), symgd.Stationary)
    assert_type(problem.derive().at({"m": 0.2, "b": Fraction(1, 2)}, points, row=1), symgd.Worked)
    symgd.differentiate("w[k]*x", "x").at({"w": [1, 2.5], "k": np.int64(1), "x": Decimal("0.1")})
    symgd.differentiate("w[k]*x", "x").at({"w": x, "k": 1, "x": 3}, "points.csv", digits=3)
    bump = symgd.Function("bump", lambda z: 1 / (1 + z**2), compute=lambda mp, z: 1 / (1 + z**2))
    symgd.differentiate("bump(x)", "x", functions={**symgd.FUNCTIONS, "bump": bump})
    assert_type(problem.derive().save("steps.tex", document=False, detail="full"), Path)
    assert_type(run.save(Path("fit.json"), language="fr"), Path)
    assert_type(run.trace.save("trace.csv"), Path)
    assert_type(problem.check("dJ/dm = 0").save("verdict.md"), Path)
    assert_type(symgd.read_csv("points.csv", ["x", "y"]), symgd.Columns)


def refused() -> None:
    """What does not fit."""
    problem.descend(x, y, learning_rate=[0.1])  # type: ignore[arg-type]
    problem.descend(x, y, max_iter=0.5)  # type: ignore[arg-type]
    problem.descend(x, y, start=[0.0, 0.0])  # type: ignore[arg-type]
    problem.descend(x, y, lr=0.1)  # type: ignore[arg-type]
    problem.descend(1.0, 2.0)  # type: ignore[arg-type]
    problem.animate("descend", x, y, output="film.mp4", learning_rate=[0.1])  # type: ignore[arg-type]
    problem.animate("descend", x, y, output="film.mp4", quality="high")  # type: ignore[arg-type]
    problem.animate("descend", x, y)  # type: ignore[call-arg]
    problem.derive().text(detal="full")  # type: ignore[call-arg]
    problem.derive().text(detail="all")  # type: ignore[arg-type]
    problem.derive(budget=5)  # type: ignore[call-overload]
    problem.hint(strength="strong")  # type: ignore[arg-type]
    symgd.Problem("m*x + b", los="mse")  # type: ignore[call-arg]
    symgd.Problem("m*x + b", parameters=3)  # type: ignore[arg-type]
    symgd.LOSSES["mse"] = symgd.LOSSES["mae"]  # type: ignore[index]
    problem.replace(loss=3)  # type: ignore[arg-type]
    problem.replace(lss="mse")  # type: ignore[call-arg]
    problem.replace(penalized="m", notation="prime")  # type: ignore[arg-type]
    problem.written(residul="e")  # type: ignore[call-arg]
    problem.written(constants="both")  # type: ignore[arg-type]
    problem.stationary().at(3)  # type: ignore[arg-type]
    problem.derive().at({"m": "0.2", "b": 0.5})  # type: ignore[dict-item]
    problem.derive().at({"m": 0.2, "b": 0.5}, 3)  # type: ignore[arg-type]
    problem.derive().at({"m": 0.2}, digits="three")  # type: ignore[arg-type]
    problem.derive().at([0.2, 0.5])  # type: ignore[arg-type]
    problem.derive().save("steps.tex", detal="full")  # type: ignore[call-arg]
    problem.hessian().at({"m": None})  # type: ignore[dict-item]
    problem.matrix().text(shapes="all")  # type: ignore[arg-type]
    problem.check(3)  # type: ignore[arg-type]
    problem.loss = symgd.LOSSES["mae"]  # type: ignore[misc]
    symgd.Problem("m*x + b", loss=3)  # type: ignore[arg-type]
    symgd.differentiate("x^2", 3)  # type: ignore[arg-type]
    symgd.differentiate("x^2", "x", functions=["sin"])  # type: ignore[arg-type]
    symgd.Notation(residual_sign="minus")  # type: ignore[arg-type]
    symgd.Budget(steps="many")  # type: ignore[arg-type]
    symgd.matrix_form("mse", shapes=["p"])  # type: ignore[arg-type]
    symgd.read_csv("points.csv", 3)  # type: ignore[arg-type]
    symgd.Exercise.of_formula("x^2")  # type: ignore[call-arg]
    symgd.Exercise.of_formula("x^2", "x").check(3)  # type: ignore[arg-type]
