"""Whether the parts of an update rule fit together: numbers, vectors and matrices where they belong."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from symgd import terms as nt
from symgd.errors import FormulaError
from symgd.optimizers.words import BINDING, KNOWN, WORDS, Kind, kind_of
from symgd.parsing.updates import RuleLine
from symgd.writing.formulas.names import AFTER
from symgd.writing.formulas.text import text


def expect_fitting_parts(
    statements: Sequence[RuleLine], kinds: Mapping[str, Kind], made: Collection[str]
) -> None:
    """Refuse what has no value whatever the numbers are.

    Raises
    ------
    FormulaError
        With what is wrong in which statement.
    """
    for statement in statements:
        for part in statement.term.parts():
            if isinstance(part, nt.Call) and part.function in WORDS:
                _expect_arguments(part, kinds)
                _expect_bound(part, made)
            elif isinstance(part, nt.BigSum | nt.Indexed):
                cause = f'"{text(part, ascii=True)}" has an index, and names in an update rule have none'
                remedy = 'theta and g stand for all parameters at once; write such as "g if j == 1 else 0"'
                raise FormulaError(cause, remedy)
    if kinds[f"theta{AFTER}"] == "matrix":
        cause = "theta' is a matrix"
        raise FormulaError(cause, "work out one number for each parameter, such as dot(H, g)")


def _expect_arguments(call: nt.Call, kinds: Mapping[str, Kind]) -> None:
    word = WORDS[call.function]
    for argument, wanted in zip(call.arguments, word.takes, strict=True):
        found = kind_of(argument, kinds)
        if found not in wanted:
            cause = f'"{text(argument, ascii=True)}" in {call.function}(...) is a {found}'
            raise FormulaError(cause, f"there a {wanted} is needed: {word.meaning}")


def _expect_bound(call: nt.Call, made: Collection[str]) -> None:
    """What argmin and first look for is a name that means nothing else."""
    if call.function not in BINDING:
        return
    bound = call.arguments[1]
    if not isinstance(bound, nt.Symbol):
        cause = f'"{text(bound, ascii=True)}" is no name'
        remedy = f"the second part of {call.function}(...) is the name that is looked for"
        raise FormulaError(cause, f"{remedy}, as in argmin(J(theta - s*g), s)")
    if bound.name in KNOWN or bound.name in made:
        cause = f'"{bound.name}" means something already'
        raise FormulaError(cause, f"give what {call.function}(...) looks for another name")
