"""Derive, generate and teach gradient descent: one formula in; the derivation, the optimizer and the film out.

The names are loaded when they are first used, so that importing symgd costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from symgd.version import __version__

if TYPE_CHECKING:
    from symgd.api.exercise import Exercise
    from symgd.api.problem import Problem
    from symgd.derivation.engine import differentiate
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
    )
    from symgd.matrix.form import matrix_form
    from symgd.problem.losses import LOSSES, Loss
    from symgd.problem.notation import Notation

__all__ = [
    "LOSSES",
    "CheckFailed",
    "DataError",
    "DerivationError",
    "DescentError",
    "Exercise",
    "FormulaError",
    "GenerationError",
    "LanguageError",
    "Loss",
    "MissingPackage",
    "Notation",
    "OutputError",
    "Problem",
    "ProblemError",
    "ShapeError",
    "SymgdError",
    "__version__",
    "differentiate",
    "matrix_form",
]

_HOMES = {
    "differentiate": "symgd.derivation.engine",
    "matrix_form": "symgd.matrix.form",
    "Exercise": "symgd.api.exercise",
    "LOSSES": "symgd.problem.losses",
    "Loss": "symgd.problem.losses",
    "Notation": "symgd.problem.notation",
    "Problem": "symgd.api.problem",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'symgd' has no attribute {name!r}")
    value = getattr(import_module(_HOMES.get(name, "symgd.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
