"""Near exponentials: those whose exponent is affine in one array that the data alone decide.

Laws
----
- e^(v·(x − c)) is a short series where x lies near c, whatever the parameters in v are
- an exponent that is needed elsewhere too, whole, is left as it is
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from symgd.codegen.program.program import Assignment, Local, Program, is_array
from symgd.terms import Call, Fraction, Indexed, Negative, Product, Sum, Term
from symgd.terms.functions import FUNCTIONS


@dataclass(frozen=True)
class NearExponential:
    """An exponential, its exponent without names for parts of it, and the array that this is affine in."""

    call: Call
    exponent: Term
    source: Indexed | Local


def near_exponentials(
    terms: Iterable[Term], computed: Iterable[Assignment]
) -> Iterator[NearExponential]:
    """Those in some lowered Terms, each once; what is `computed` from the parameters too has names there."""
    meant = {part.local: part.term for part in computed if part.local.array}

    def written_out(term: Term) -> Term:
        inside = meant.get(term) if isinstance(term, Local) else None
        return term.map(written_out) if inside is None else written_out(inside)

    met = set[Term]()
    for part in (part for term in terms for part in term.parts()):
        if not isinstance(part, Call) or part in met or part.declared is not FUNCTIONS["exp"]:
            continue
        met.add(part)
        exponent = written_out(part.argument)
        arrays = {p for p in exponent.parts() if isinstance(p, Indexed | Local) if is_array(p)}
        if len(arrays) == 1 and part.argument not in meant and is_affine(exponent):
            yield NearExponential(part, exponent, *arrays)


def is_affine(term: Term) -> bool:
    """Whether a Term of one array is a number plus a number times it.

    Examples
    --------
    >>> from symgd.problem.problem import Problem
    >>> problems = [Problem(model) for model in ("-(b*x - c)/a", "b*x^2", "c*x*x", "c/x")]
    >>> [is_affine(problem.prediction.substitute(problem.data)) for problem in problems]
    [True, False, False, False]
    """
    match term:
        case Negative():
            return is_affine(term.term)
        case Sum():
            return all(map(is_affine, term.terms))
        case Product():
            arrays = [factor for factor in term.factors if is_array(factor)]
            return len(arrays) < 2 and all(map(is_affine, arrays))
        case Fraction():
            return is_affine(term.numerator) and not is_array(term.denominator)
    return isinstance(term, Indexed | Local) or not is_array(term)


def has_near_exponentials(program: Program) -> bool:
    """Whether a program has any.

    Examples
    --------
    >>> from symgd.codegen.program.lower import lower_cost
    >>> from symgd.problem.problem import Problem
    >>> [has_near_exponentials(lower_cost(Problem(f"a*exp({u})"))) for u in ("-b*x", "-b*x^2", "(x - b)^2")]
    [True, True, False]
    """
    terms = [*(part.term for part in program.assignments), *program.results]
    return any(True for _ in near_exponentials(terms, program.assignments))
