"""Derive, generate and teach gradient descent: one formula in; the derivation, the optimizer and the film out.

The names are loaded when they are first used, so that importing symgd costs next to nothing.
"""

from importlib import import_module

from symgd.version import __version__ as __version__

TYPE_CHECKING = False  # importing the module typing takes longer than all else here
if TYPE_CHECKING:
    from typing import Any

    from symgd.api.derivation import Derivation as Derivation
    from symgd.api.derivation import Gradient as Gradient
    from symgd.api.derivation import Hessian as Hessian
    from symgd.api.derivation import differentiate as differentiate
    from symgd.api.exercise import Exercise as Exercise
    from symgd.api.objective import Objective as Objective
    from symgd.api.objective import minimize as minimize
    from symgd.api.optimizers import OPTIMIZERS as OPTIMIZERS
    from symgd.api.optimizers import Optimizer as Optimizer
    from symgd.api.problem import Problem as Problem
    from symgd.api.run import Run as Run
    from symgd.api.run import Trace as Trace
    from symgd.budget import Budget as Budget
    from symgd.data.columns import Columns as Columns
    from symgd.data.columns import read_csv as read_csv
    from symgd.derivation.at_point.worked import Worked as Worked
    from symgd.derivation.second_order.stationary import Stationary as Stationary
    from symgd.derivation.second_order.taylor import StableRate as StableRate
    from symgd.errors import CheckFailed as CheckFailed
    from symgd.errors import DataError as DataError
    from symgd.errors import DerivationError as DerivationError
    from symgd.errors import DescentError as DescentError
    from symgd.errors import FitError as FitError
    from symgd.errors import FormulaError as FormulaError
    from symgd.errors import GenerationError as GenerationError
    from symgd.errors import LanguageError as LanguageError
    from symgd.errors import MissingPackage as MissingPackage
    from symgd.errors import OutputError as OutputError
    from symgd.errors import ProblemError as ProblemError
    from symgd.errors import ShapeError as ShapeError
    from symgd.errors import SymgdError as SymgdError
    from symgd.errors import UnknownOption as UnknownOption
    from symgd.matrix.form import MatrixForm as MatrixForm
    from symgd.matrix.form import MatrixResult as MatrixResult
    from symgd.matrix.form import matrix_form as matrix_form
    from symgd.optimize.curvature import Minimum as Minimum
    from symgd.optimize.outcome import Outcome as Outcome
    from symgd.optimizers.schedule import Schedule as Schedule
    from symgd.optimizers.schedules import SCHEDULES as SCHEDULES
    from symgd.problem.losses import LOSSES as LOSSES
    from symgd.problem.losses import PENALTIES as PENALTIES
    from symgd.problem.losses import Loss as Loss
    from symgd.problem.losses import Penalty as Penalty
    from symgd.problem.losses import Setting as Setting
    from symgd.problem.notation import Notation as Notation
    from symgd.terms.function import Function as Function
    from symgd.terms.functions import FUNCTIONS as FUNCTIONS
    from symgd.tutor.hints import Hint as Hint
    from symgd.tutor.verdict import Verdict as Verdict

# The public names, by where they are at home.
_HOMES = {
    "api.derivation": "Derivation Gradient Hessian differentiate",
    "api.exercise": "Exercise",
    "api.objective": "Objective minimize",
    "api.optimizers": "OPTIMIZERS Optimizer",
    "api.problem": "Problem",
    "api.run": "Run Trace",
    "budget": "Budget",
    "data.columns": "Columns read_csv",
    "derivation.at_point.worked": "Worked",
    "derivation.second_order.stationary": "Stationary",
    "derivation.second_order.taylor": "StableRate",
    "errors": "CheckFailed DataError DerivationError DescentError FitError FormulaError GenerationError "
    "LanguageError MissingPackage OutputError ProblemError ShapeError SymgdError "
    "UnknownOption",
    "matrix.form": "MatrixForm MatrixResult matrix_form",
    "optimize.curvature": "Minimum",
    "optimize.outcome": "Outcome",
    "optimizers.schedule": "Schedule",
    "optimizers.schedules": "SCHEDULES",
    "problem.losses": "LOSSES PENALTIES Loss Penalty Setting",
    "problem.notation": "Notation",
    "terms.function": "Function",
    "terms.functions": "FUNCTIONS",
    "tutor.hints": "Hint",
    "tutor.verdict": "Verdict",
}
_HOME = {name: f"symgd.{home}" for home, names in _HOMES.items() for name in names.split()}
__all__ = sorted([*_HOME, "__version__"])


def __getattr__(name: str) -> "Any":
    if name not in _HOME:
        raise AttributeError(f"module 'symgd' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
