"""Derive, generate and teach gradient descent: one formula in; the derivation, the optimizer and the film out."""

from symgd.derivation.derive import differentiate
from symgd.errors import (
    CheckFailed,
    DataError,
    DerivationError,
    DescentError,
    FormulaError,
    GenerationError,
    MissingPackage,
    OutputError,
    ProblemError,
    SymgdError,
)
from symgd.losses import LOSSES, Loss
from symgd.problem import Notation, Problem
from symgd.version import __version__

__all__ = [
    "LOSSES",
    "CheckFailed",
    "DataError",
    "DerivationError",
    "DescentError",
    "FormulaError",
    "GenerationError",
    "Loss",
    "MissingPackage",
    "Notation",
    "OutputError",
    "Problem",
    "ProblemError",
    "SymgdError",
    "__version__",
    "differentiate",
]
