"""A derivative of a formula as a function of arrays: its source, in forms that do not overflow."""

from __future__ import annotations

from collections.abc import Sequence

from symgd import terms as nt
from symgd.codegen.expressions.context import Names, written_tuple
from symgd.codegen.expressions.expressions import ExpressionWriter
from symgd.codegen.expressions.layout import docstring, fitted
from symgd.codegen.program.program import Total
from symgd.codegen.program.stable import in_numpy, named
from symgd.derivation.calculus.rules import rules_for
from symgd.derivation.engine import derived_once
from symgd.derivation.gradient import Derivation
from symgd.errors import DerivationError, GenerationError
from symgd.registry.options import instead_of
from symgd.terms.function import Function
from symgd.terms.functions import FUNCTIONS
from symgd.writing.formulas.text import text

# A logarithm's slope 1/x has values where the logarithm has none.
GUARD = """\
        formula = np.broadcast_to({body}, result.shape)
        result[np.isnan(formula)] = np.nan  # no slope where there is no value
"""
TEMPLATE = '''\
{imports}import numpy as np


def derivative({arguments}):
    """{said}"""
    {taken} = (np.asarray(value, dtype=np.float64) for value in {tuple})
    result = np.zeros(np.broadcast_shapes({shapes}))
    with np.errstate(all="ignore"):
        result += {value}
{guard}    return result[()]
'''


def expression_source(derivation: Derivation, names: Sequence[str]) -> str:
    """The source of `derivative`, a function of the names in this order; GenerationError where there is no code.

    Examples
    --------
    >>> from symgd.derivation.typed import differentiate
    >>> "15 * (x * x * x * x)" in expression_source(differentiate("3*x^5", "x"), ["x"])
    True
    """
    line = in_numpy(named(_stable(derivation).written_out()))
    for part in line.parts():
        if isinstance(part, nt.Partial | nt.BigSum | nt.Indexed | nt.Equation | nt.Delta):
            cause = f"there is no code for {text(part)} in a function of plain names"
            raise GenerationError(cause, "write entries and sums out, such as w1*x1 + w2*x2")
    taken = Names()
    arguments = [taken.give("name", name) for name in names]
    writer = ExpressionWriter(lambda term: taken["name", str(term.value)], _no_total)
    value, body = writer.text(line), in_numpy(named(derivation.start.body.written_out()))
    guard = GUARD.format(body=writer.text(body)) if _has_edges(body) else ""
    said = f"{text(derivation.left)} = {text(derivation.last)}"
    written = TEMPLATE.format(
        imports="import math\n" if "math." in value + guard else "",
        arguments=", ".join(arguments),
        said=docstring(said),
        taken=f"({arguments[0]},)" if len(arguments) == 1 else ", ".join(arguments),
        tuple=written_tuple(arguments),
        shapes=", ".join(f"{name}.shape" for name in arguments),
        value=value,
        guard=guard,
    )
    return fitted(written)


def _has_edges(body: nt.Term) -> bool:
    """Whether a formula may have no value somewhere: it calls a function, or has a power that is no whole number."""
    powers = (part.exponent.value for part in body.parts() if isinstance(part, nt.Power))
    called = any(isinstance(part, nt.Call) for part in body.parts())
    return called or not all(exponent.is_Integer for exponent in powers)


def names_of_function(derivation: Derivation, given: Sequence[str]) -> tuple[str, ...]:
    """The names that the derivative is a function of, in the order that was given; DerivationError where it does not fit."""
    body = derivation.start.body.written_out()
    there = sorted(body.names | {derivation.variable.name})
    if not given and len(there) > 1:
        listed = ", ".join(f'"{name}"' for name in there)
        cause = f"the formula has several names, {', '.join(there)}"
        raise DerivationError(cause, f"say in which order they are passed: lambdify({listed})")
    for name in given:
        if name not in there:
            raise DerivationError(f'the formula has no name "{name}"', instead_of(name, there))
        if given.count(name) > 1:
            raise DerivationError(f'the name "{name}" is there twice', "name each once")
    missing = [name for name in there if given and name not in given]
    if missing:
        listed = ", ".join(f'"{name}"' for name in (*given, *missing))
        raise DerivationError(f'the name "{missing[0]}" is left out', f"pass lambdify({listed})")
    return tuple(given or there)


def _stable(derivation: Derivation) -> nt.Term:
    """The derivative's last line, of the formula in a form that does not overflow."""
    body = derivation.start.body.written_out()
    stable = named(body)
    if stable is body:
        return derivation.last
    declared = {part.function: part.declared for part in body.parts() if isinstance(part, nt.Call)}
    known: dict[str, Function] = {**FUNCTIONS, **declared}
    own = any(known[name] is not FUNCTIONS.get(name) for name in known)
    rules = rules_for(known if own else FUNCTIONS)
    return derived_once(stable, stable, derivation.variable, rules=rules).last


def _no_total(writer: ExpressionWriter, body: nt.Term) -> str:
    raise GenerationError(f"there is no code for {Total(body).value}", "write the sum out")
