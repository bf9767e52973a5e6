"""Parameters go by whatever spelling a formula may have of their names."""

from __future__ import annotations

import pickle
from collections.abc import Mapping

import pytest

import symgd
from symgd import Problem

DATA = ([1.0, 2.0, 3.0], [2.0, 4.0, 6.5])
LINE = Problem("α*x + θ_1")
SPELLINGS = [("α", "alpha"), ("θ₁", "theta_1"), ("θ_1", "theta_1")]

OTHER = {"alpha": "θ_1", "theta_1": "α"}


@pytest.mark.parametrize(("spelled", "name"), SPELLINGS)
def test_a_parameter_is_found_by_each_spelling(spelled: str, name: str) -> None:
    run, fit = LINE.descend(*DATA, start={spelled: 0.5}, max_iter=3), LINE.fit(*DATA)
    gradient = LINE.derive()
    assert run.trace[spelled][0] == 0.5
    assert run.parameters[spelled] == run.parameters[name]
    assert fit.parameters[spelled] == fit.parameters[name]
    assert gradient[spelled].result == gradient[name].result
    assert spelled in run.parameters
    again = pickle.loads(pickle.dumps(run.parameters))
    assert again[spelled] == run.parameters[name]
    assert [*run.parameters] == ["alpha", "theta_1"]


@pytest.mark.parametrize(("spelled", "name"), SPELLINGS)
def test_options_name_a_parameter_by_each_spelling(spelled: str, name: str) -> None:
    run = LINE.descend(*DATA, hold={spelled: 0.25}, max_iter=3)
    assert run.parameters[name] == 0.25
    assert LINE.fit(*DATA, fixed={spelled: 0.25}).parameters[name] == 0.25
    assert LINE.fit(*DATA, bounds={spelled: (0, 0.25)}).parameters[name] <= 0.25
    grid = LINE.grid(*DATA, ranges={spelled: (0, 3, 5)}, fixed={OTHER[name]: 1.0})
    assert grid.best[spelled] == grid.best[name]
    assert LINE.grid(*DATA, fixed={OTHER[name]: 1.0}, **{spelled: (0, 3, 5)}).best == grid.best
    seen: list[Mapping[str, float]] = []
    LINE.descend(*DATA, max_iter=1, watch=lambda _, values, *rest: seen.append(values))
    assert seen[0][spelled] == seen[0][name]


def test_an_unknown_name_is_told_with_those_that_are_known() -> None:
    run = symgd.minimize("(α - 1)^2 + θ_1^2", start={"α": 0.0})
    for known in (run.parameters, LINE.derive()):
        with pytest.raises(KeyError, match="alpha, theta_1"):
            known["q"]  # the error is what is looked at
    assert "q" not in run.parameters
    assert run.parameters.get("q") is None
