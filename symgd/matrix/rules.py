"""The rules of differentials of matrices: DIFFERENTIALS in teaching order, each with its law beside it.

A differential d(A) is what A changes by, to first order, when the variable w changes by dw. A rule takes one that is
still to be worked out and answers what it is, still holding differentials, or None. Only dw itself is left in the end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from symgd import terms as nt
from symgd.parsing.formula import parse
from symgd.terms import Negative, Term, number, signed_as, unsigned
from symgd.terms import matrix as mx
from symgd.terms.matrix import Differential, Matrix, Transpose, matrix_product, shape_of
from symgd.writing.steps import Group, Rewritten, Rule

Body = TypeVar("Body", bound=Term)


def unfinished(term: Term) -> bool:
    """Whether `term` is a differential that is still to be worked out; dw itself is not."""
    return isinstance(term, Differential) and term.body != term.variable


def varies(term: Term, variable: Matrix) -> bool:
    """Whether a Term changes with the variable."""
    return any(part == variable for part in term.parts(definitions=True))


def zero_of(term: Term) -> Term:
    """The zero of a Term's shape: a number, or a matrix of them."""
    shape = shape_of(term)
    return number(0) if shape == mx.SCALAR else mx.Zeros(*shape)


def written_out(term: Term, variable: Matrix) -> Term:
    """`term` with what varies under a name of its own, such as e = Xw − y, written out."""
    return term.substitute(named_in(term, variable))


def named_in(term: Term, variable: Matrix) -> dict[Term, Term]:
    """The names of what varies, other than the variable itself, and what they stand for."""
    matrices = (part for part in term.parts() if isinstance(part, Matrix) and part != variable)
    return {part: d for part in matrices for d in part.hidden if varies(d, variable)}


def _constant(body: Term, w: Matrix) -> Rewritten | None:
    return None if varies(body, w) else Rewritten(zero_of(body), {"C": body})


def _definition(body: Term, w: Matrix) -> Rewritten | None:
    if not body.hidden:
        return None
    (definition,) = body.hidden
    return Rewritten(Differential(definition, w), {"A": body, "B": definition})


def _sum(body: nt.Sum, w: Matrix) -> Rewritten:
    parts = (signed_as(part, Differential(unsigned(part), w)) for part in body.terms)
    return Rewritten(mx.matrix_sum(tuple(parts)))


def _constant_factors(body: Term, w: Matrix) -> Rewritten | None:
    """All factors but one are constant: they stay where they are."""
    if isinstance(body, Negative):
        return Rewritten(Negative(Differential(body.term, w)), {"C": number(-1), "A": body.term})
    if isinstance(body, nt.Fraction) and not varies(body.denominator, w):
        front = nt.Fraction(number(1), body.denominator)
        after = matrix_product((front, Differential(body.numerator, w)))
        return Rewritten(after, {"C": front, "A": body.numerator})
    if not isinstance(body, nt.Product):
        return None
    positions = [n for n, factor in enumerate(body.factors) if varies(factor, w)]
    start, end = positions[0], positions[-1] + 1
    if end - start == len(body.factors):
        return None
    inner = matrix_product(body.factors[start:end])
    before, behind = body.factors[:start], body.factors[end:]
    after = matrix_product((*before, Differential(inner, w), *behind))
    return Rewritten(after, {"C": (*before, *behind)[0], "A": inner})


def _squared_norm(body: mx.SquaredNorm, w: Matrix) -> Rewritten:
    u = body.term
    return Rewritten(matrix_product((number(2), Transpose(u), Differential(u, w))), {"u": u})


def _quadratic(body: mx.MatrixProduct, w: Matrix) -> Rewritten | None:
    """uᵀAu, or uᵀu, with a constant A."""
    match body.factors:
        case (Transpose(u) as row, last) if u == last and shape_of(u)[1] == 1:
            after = matrix_product((number(2), row, Differential(u, w)))
            return Rewritten(after, {"u": u, "A": mx.Identity(shape_of(u)[0])})
        case (Transpose(u) as row, form, last) if u == last and shape_of(u)[1] == 1:
            if not varies(form, w) and shape_of(form) != mx.SCALAR:
                both = mx.MatrixSum((form, Transpose(form)))
                after = matrix_product((row, both, Differential(u, w)))
                return Rewritten(after, {"u": u, "A": form})
    return None


def _product(body: nt.Product | mx.Hadamard, w: Matrix) -> Rewritten:
    """Each factor that varies in its turn."""
    factors = body.factors
    parts = [
        body.rebuild((*factors[:n], Differential(factor, w), *factors[n + 1 :]))
        for n, factor in enumerate(factors)
        if varies(factor, w)
    ]
    return Rewritten(mx.matrix_sum(parts), {"A": factors[0], "B": body.rebuild(factors[1:])})


def _transpose(body: Transpose, w: Matrix) -> Rewritten:
    return Rewritten(Transpose(Differential(body.term, w)), {"A": body.term})


def _elementwise(body: mx.Elementwise, w: Matrix) -> Rewritten | None:
    derivatives = body.declared.derivatives
    if len(derivatives) != 1 or derivatives[0] is None:
        return None
    slope = mx.as_elementwise(parse(derivatives[0]), body.term)
    factors = slope.factors if isinstance(slope, mx.Hadamard) else (slope,)
    after = mx.entrywise((*factors, Differential(body.term, w)))
    return Rewritten(after, {"f": body, "g": slope, "z": body.term})


def _inverse(body: mx.Inverse, w: Matrix) -> Rewritten:
    after = Negative(matrix_product((body, Differential(body.term, w), body)))
    return Rewritten(after, {"A": body.term})


def _rule(
    name: str,
    law: str,
    why: str,
    kind: type[Body],
    rewrite: Callable[[Body, Matrix], Rewritten | None],
    *examples: tuple[str, str],
    group: Group = "law",
) -> Rule[Term]:
    """A rule for the differentials of one kind of Terms."""

    def rewritten(term: Term) -> Rewritten | None:
        if not isinstance(term, Differential) or not isinstance(term.body, kind):
            return None
        return rewrite(term.body, term.variable) if unfinished(term) else None

    return Rule(name, law, why, rewritten, examples, group=group)


DIFFERENTIALS: tuple[Rule[Term], ...] = (
    _rule(
        "differential of a constant",
        "dC = 0",
        "{C} does not change when the variable does",
        Term,
        _constant,
        ("d(y)", "0*y"),
        ("d(X@c)", "0*(X@c)"),
        group="atom",
    ),
    _rule("definition", "dA with what A stands for", "{A} stands for {B}", Term, _definition),
    _rule(
        "constant factors",
        "d(C A) = C dA",
        "{C} is constant: it stays where it is, for the order of matrices matters",
        Term,
        _constant_factors,
        ("d(X@w)", "X@dw"),
        ("d(2*w.T@c)", "2*d(w.T)@c"),
        ("d(-w)", "-dw"),
        group="atom",
    ),
    _rule(
        "sum rule",
        "d(A ± B) = dA ± dB",
        "the differential of a sum is the sum of the differentials",
        nt.Sum,
        _sum,
        ("d(X@w - y)", "d(X@w) - d(y)"),
    ),
    _rule(
        "squared norm",
        "d‖u‖² = 2 uᵀ du",
        "{u} stands twice in the square of its norm, and both times give the same number",
        mx.SquaredNorm,
        _squared_norm,
        ("d(norm(w)^2)", "2*w.T@dw"),
        ("d(norm(X@w - y)^2)", "2*(X@w - y).T@d(X@w - y)"),
    ),
    _rule(
        "quadratic form",
        "d(uᵀAu) = uᵀ(A + Aᵀ) du",
        "{u} stands twice; what the first gives is, turned round, the second with the transpose of {A}",
        mx.MatrixProduct,
        _quadratic,
        ("d(w.T@A@w)", "w.T@(A + A.T)@dw"),
        ("d(w.T@w)", "2*w.T@dw"),
    ),
    _rule(
        "product rule",
        "d(A B) = dA B + A dB",
        "each factor changes in turn while the others stay, in the same order",
        nt.Product,
        _product,
        ("d(w.T@X.T@X@B@w)", "d(w.T)@X.T@X@B@w + w.T@X.T@X@B@dw"),
    ),
    _rule(
        "transpose",
        "d(Aᵀ) = (dA)ᵀ",
        "the differential of a transpose is the transpose of the differential",
        Transpose,
        _transpose,
        ("d(w.T)", "dw.T"),
        group="atom",
    ),
    _rule(
        "entry by entry",
        "d f(z) = f′(z) ⊙ dz",
        "each entry of {f} depends on the same entry of {z} alone, with the slope {g}",
        mx.Elementwise,
        _elementwise,
        ("d(sigmoid(w))", "sigmoid(w)*(1 - sigmoid(w))*dw"),
        ("d(softplus(X@w))", "sigmoid(X@w)*d(X@w)"),
        ("d(exp(w))", "exp(w)*dw"),
    ),
    _rule(
        "product entry by entry",
        "d(a ⊙ b) = da ⊙ b + a ⊙ db",
        "each entry is a product of two numbers",
        mx.Hadamard,
        _product,
        ("d(w*w)", "dw*w + w*dw"),
        ("d(w*exp(w))", "dw*exp(w) + w*d(exp(w))"),
    ),
    _rule(
        "inverse",
        "d(A⁻¹) = −A⁻¹ dA A⁻¹",
        "{A} times its inverse does not change, so the product rule gives zero for it",
        mx.Inverse,
        _inverse,
        ("d(inv(A + w@w.T))", "-inv(A + w@w.T)@d(A + w@w.T)@inv(A + w@w.T)"),
    ),
)
