"""Derive, generate and teach gradient descent: one formula in; the derivation, the optimizer and the film out.

The names are loaded when they are first used, so that importing symgd costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from symgd.version import __version__

if TYPE_CHECKING:
    from symgd.api.exercise import Exercise
    from symgd.api.problem import Problem
    from symgd.api.run import Run, Trace
    from symgd.data.columns import Columns, read_csv
    from symgd.derivation.at_point.worked import Worked
    from symgd.derivation.budget import Budget
    from symgd.derivation.engine import differentiate
    from symgd.derivation.gradient import Derivation, Gradient
    from symgd.derivation.second_order.hessian import Hessian
    from symgd.derivation.second_order.stationary import Stationary
    from symgd.derivation.second_order.taylor import StableRate
    from symgd.errors import (
        CheckFailed,
        DataError,
        DerivationError,
        DescentError,
        FormulaError,
        GenerationError,
        LanguageError,
        MissingPackage,
        OutputError,
        ProblemError,
        ShapeError,
        SymgdError,
        UnknownOption,
    )
    from symgd.matrix.form import MatrixForm, MatrixResult, matrix_form
    from symgd.optimize.curvature import Minimum
    from symgd.optimize.outcome import Outcome
    from symgd.problem.losses import LOSSES, PENALTIES, Loss, Penalty, Setting
    from symgd.problem.notation import Notation
    from symgd.terms.function import Function
    from symgd.terms.functions import FUNCTIONS
    from symgd.tutor.hints import Hint
    from symgd.tutor.verdict import Verdict

__all__ = [
    "FUNCTIONS",
    "LOSSES",
    "PENALTIES",
    "Budget",
    "CheckFailed",
    "Columns",
    "DataError",
    "Derivation",
    "DerivationError",
    "DescentError",
    "Exercise",
    "FormulaError",
    "Function",
    "GenerationError",
    "Gradient",
    "Hessian",
    "Hint",
    "LanguageError",
    "Loss",
    "MatrixForm",
    "MatrixResult",
    "Minimum",
    "MissingPackage",
    "Notation",
    "Outcome",
    "OutputError",
    "Penalty",
    "Problem",
    "ProblemError",
    "Run",
    "Setting",
    "ShapeError",
    "StableRate",
    "Stationary",
    "SymgdError",
    "Trace",
    "UnknownOption",
    "Verdict",
    "Worked",
    "__version__",
    "differentiate",
    "matrix_form",
    "read_csv",
]

_HOMES = {
    "api.exercise": ("Exercise",),
    "api.problem": ("Problem",),
    "api.run": ("Run", "Trace"),
    "data.columns": ("Columns", "read_csv"),
    "derivation.at_point.worked": ("Worked",),
    "derivation.budget": ("Budget",),
    "derivation.engine": ("differentiate",),
    "derivation.gradient": ("Derivation", "Gradient"),
    "derivation.second_order.hessian": ("Hessian",),
    "derivation.second_order.stationary": ("Stationary",),
    "derivation.second_order.taylor": ("StableRate",),
    "matrix.form": ("MatrixForm", "MatrixResult", "matrix_form"),
    "optimize.curvature": ("Minimum",),
    "optimize.outcome": ("Outcome",),
    "problem.losses": ("LOSSES", "PENALTIES", "Loss", "Penalty", "Setting"),
    "problem.notation": ("Notation",),
    "terms.function": ("Function",),
    "terms.functions": ("FUNCTIONS",),
    "tutor.hints": ("Hint",),
    "tutor.verdict": ("Verdict",),
}
_HOME = {name: f"symgd.{home}" for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'symgd' has no attribute {name!r}")
    value = getattr(import_module(_HOME.get(name, "symgd.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
