"""Differentiate: a formula that is typed, derived by a name in it."""

from __future__ import annotations

from collections.abc import Mapping

from symgd import terms as nt
from symgd.budget import Budget, shared
from symgd.derivation.calculus.rules import rules_for
from symgd.derivation.engine import derive
from symgd.derivation.gradient import Derivation
from symgd.errors import FormulaError
from symgd.parsing.formula import CONSTANT_NAMES, parse
from symgd.registry.options import names_options
from symgd.terms.function import Function
from symgd.terms.functions import FUNCTIONS
from symgd.terms.indices import entry_named


@names_options
def differentiate(
    formula: str,
    variable: str,
    *,
    budget: Budget | None = None,
    functions: Mapping[str, Function] | None = None,
) -> Derivation:
    """Derive a formula by one of its names, step by step, every step checked.

    Parameters
    ----------
    formula : str
        As people type it, "3*x^5".
    variable : str
        The name to derive by, or any one entry of a vector, "w[k]".
    budget : Budget, optional
        How many steps and seconds it may take; without it, 2000 steps and a minute.
    functions : mapping of str to Function, optional
        What may be called: ``{**FUNCTIONS, "bump": Function("bump", ...)}`` has one more. Without it: FUNCTIONS.

    Returns
    -------
    Derivation

    Raises
    ------
    FormulaError, DerivationError

    Examples
    --------
    >>> differentiate("3*x**5", "x").result
    15*x**4
    """
    with shared(budget):
        return _differentiated(formula, variable, FUNCTIONS if functions is None else functions)


def _differentiated(formula: str, variable: str, known: Mapping[str, Function]) -> Derivation:
    """What `differentiate` gives, within the budget that is being spent."""
    by = parse(variable, constants=()) if variable.strip() else None
    if not isinstance(by, nt.Symbol | nt.Indexed):
        raise FormulaError(f'"{variable}" is not a name to derive by', 'write one such as "x"')
    constants = [c for c in CONSTANT_NAMES if c != by.name]
    body = parse(formula, constants=constants, functions=known)
    by = entry_named(by, body)
    ordinary, rules = body.names <= {by.name}, rules_for(known)
    return derive(body, body, by, ordinary=ordinary, rules=rules)
