"""A formula in the functions that NumPy has, so that it can be written as code."""

from __future__ import annotations

from functools import cache

from symgd.codegen.stable import settled
from symgd.errors import GenerationError
from symgd.parsing.formula import parse
from symgd.terms import Call, Fraction, Symbol, Term, call


def in_numpy(term: Term) -> Term:
    """`term` in NumPy's functions, and in forms that do not overflow; GenerationError for one that NumPy does not have.

    Examples
    --------
    >>> in_numpy(parse("sech(x)")).value
    1/cosh(x)
    """
    return term.rewrite(_known)


def _known(term: Term) -> Term:
    """`term`, its parts in such forms already, with its root in one."""
    rebuilt = _called(term) if isinstance(term, Call) else term
    after = settled(rebuilt)
    return rebuilt if after is rebuilt else in_numpy(after)


def _called(term: Call) -> Term:
    """A call in functions that NumPy has."""
    declared = term.declared
    if term.function == "log" and len(term.arguments) == 2:
        return Fraction(*(call("log", argument) for argument in term.arguments))
    if declared.numpy or term.function == "softmax":
        return term
    if not declared.meaning:
        raise GenerationError(
            f"NumPy has no {declared.name}, and so there is no code for the formula",
            "write the formula with other functions; it can still be derived",
        )
    letters: dict[Term, Term] = {
        Symbol(letter): argument for letter, argument in zip("uv", term.arguments, strict=False)
    }
    return in_numpy(_parsed(declared.meaning).substitute(letters))


@cache
def _parsed(text: str) -> Term:
    return parse(text, constants=())
