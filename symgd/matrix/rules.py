"""The rules of differentials of matrices: DIFFERENTIALS in teaching order, each with its law beside it.

A differential d(A) is what A changes by, to first order, when the variable w changes by dw. A rule takes one that is
still to be worked out and answers what it is, still holding differentials, or None. Only dw itself is left in the end.
"""

from __future__ import annotations

from collections.abc import Callable

from symgd import terms as nt
from symgd.parsing.formula import parse
from symgd.terms import Negative, Term, number, signed_as, unsigned
from symgd.terms import matrix as mx
from symgd.terms.matrix import Differential, Matrix, Transpose, matrix_product, shape_of
from symgd.writing.steps import Group, Rewritten, Rule


def unfinished(term: Term) -> bool:
    """Whether `term` is a differential that is still to be worked out; dw itself is not."""
    return isinstance(term, Differential) and term.body != term.variable


def varies(term: Term, variable: Matrix) -> bool:
    """Whether a Term changes with the variable."""
    if term == variable:
        return True
    if isinstance(term, nt.Abbreviation | Matrix) and term.definition is not None:
        return varies(term.definition, variable)
    return any(varies(child, variable) for child in term.children)


def _of(differential: Differential, body: Term) -> Term:
    return Differential(body, differential.variable)


def _constant(term: Differential) -> Rewritten | None:
    if varies(term.body, term.variable):
        return None
    return Rewritten(zero_of(term.body), {"C": term.body})


def zero_of(term: Term) -> Term:
    """The zero of a Term's shape: a number, or a matrix of them."""
    shape = shape_of(term)
    return number(0) if shape == mx.SCALAR else mx.Zeros(*shape)


def _definition(term: Differential) -> Rewritten | None:
    body = term.body
    if not isinstance(body, nt.Abbreviation | Matrix) or body.definition is None:
        return None
    return Rewritten(_of(term, body.definition), {"A": body, "B": body.definition})


def written_out(term: Term, variable: Matrix) -> Term:
    """`term` with what varies under a name of its own, such as e = Xw − y, written out."""
    return term.substitute(named_in(term, variable))


def named_in(term: Term, variable: Matrix) -> dict[Term, Term]:
    """The names of what varies, other than the variable itself, and what they stand for."""
    matrices = (part for part in term.parts() if isinstance(part, Matrix) and part != variable)
    named = {matrix: matrix.definition for matrix in matrices}
    return {m: d for m, d in named.items() if d is not None and varies(d, variable)}


def _sum(term: Differential) -> Rewritten | None:
    if not isinstance(term.body, nt.Sum):
        return None
    parts = (signed_as(part, _of(term, unsigned(part))) for part in term.body.terms)
    return Rewritten(mx.matrix_sum(tuple(parts)))


def _constant_factors(term: Differential) -> Rewritten | None:
    """All factors but one are constant: they stay where they are."""
    body = term.body
    if isinstance(body, Negative):
        return Rewritten(Negative(_of(term, body.term)), {"C": number(-1), "A": body.term})
    if isinstance(body, nt.Fraction) and not varies(body.denominator, term.variable):
        front = nt.Fraction(number(1), body.denominator)
        after = matrix_product((front, _of(term, body.numerator)))
        return Rewritten(after, {"C": front, "A": body.numerator})
    if not isinstance(body, nt.Product):
        return None
    positions = [n for n, factor in enumerate(body.factors) if varies(factor, term.variable)]
    start, end = positions[0], positions[-1] + 1
    if end - start == len(body.factors):
        return None
    inner = matrix_product(body.factors[start:end])
    before, behind = body.factors[:start], body.factors[end:]
    after = matrix_product((*before, _of(term, inner), *behind))
    return Rewritten(after, {"C": (*before, *behind)[0], "A": inner})


def _squared_norm(term: Differential) -> Rewritten | None:
    body = term.body
    if not isinstance(body, mx.SquaredNorm):
        return None
    u = body.term
    return Rewritten(matrix_product((number(2), Transpose(u), _of(term, u))), {"u": u})


def _quadratic(term: Differential) -> Rewritten | None:
    """uᵀAu, or uᵀu, with a constant A."""
    body = term.body
    if not isinstance(body, mx.MatrixProduct) or len(body.factors) not in (2, 3):
        return None
    first, *middle, last = body.factors
    if not isinstance(first, Transpose) or first.term != last or shape_of(last)[1] != 1:
        return None
    if not middle:
        identity = mx.Identity(shape_of(last)[0])
        bindings = {"u": last, "A": identity}
        return Rewritten(matrix_product((number(2), first, _of(term, last))), bindings)
    (form,) = middle
    if varies(form, term.variable) or shape_of(form) == mx.SCALAR:
        return None
    both = mx.MatrixSum((form, Transpose(form)))
    return Rewritten(matrix_product((first, both, _of(term, last))), {"u": last, "A": form})


def _product(term: Differential) -> Rewritten | None:
    body = term.body
    if not isinstance(body, nt.Product):
        return None
    first, *others = body.factors
    after = _each_in_turn(term, body.factors, matrix_product)
    return Rewritten(after, {"A": first, "B": matrix_product(others)})


def _each_in_turn(
    term: Differential, factors: tuple[Term, ...], product: Callable[[tuple[Term, ...]], Term]
) -> Term:
    parts = [
        product((*factors[:n], _of(term, factor), *factors[n + 1 :]))
        for n, factor in enumerate(factors)
        if varies(factor, term.variable)
    ]
    return mx.matrix_sum(parts)


def _transpose(term: Differential) -> Rewritten | None:
    body = term.body
    if not isinstance(body, Transpose):
        return None
    return Rewritten(Transpose(_of(term, body.term)), {"A": body.term})


def _hadamard(term: Differential) -> Rewritten | None:
    body = term.body
    if not isinstance(body, mx.Hadamard):
        return None
    first, second, *_ = body.factors
    return Rewritten(_each_in_turn(term, body.factors, mx.Hadamard), {"A": first, "B": second})


def _elementwise(term: Differential) -> Rewritten | None:
    body = term.body
    if not isinstance(body, mx.Elementwise):
        return None
    derivatives = body.declared.derivatives
    if len(derivatives) != 1 or derivatives[0] is None:
        return None
    slope = mx.as_elementwise(parse(derivatives[0]), body.term)
    inner = _of(term, body.term)
    factors = slope.factors if isinstance(slope, mx.Hadamard) else (slope,)
    return Rewritten(mx.entrywise((*factors, inner)), {"f": body, "g": slope, "z": body.term})


def _inverse(term: Differential) -> Rewritten | None:
    body = term.body
    if not isinstance(body, mx.Inverse):
        return None
    return Rewritten(Negative(matrix_product((body, _of(term, body.term), body))), {"A": body.term})


def _rule(
    name: str,
    law: str,
    why: str,
    rewrite: Callable[[Differential], Rewritten | None],
    *examples: tuple[str, str],
    group: Group = "law",
) -> Rule[Term]:
    def rewritten(term: Term) -> Rewritten | None:
        if not isinstance(term, Differential) or not unfinished(term):
            return None
        return rewrite(term)

    return Rule(name, law, why, rewritten, examples, group=group)


DIFFERENTIALS: tuple[Rule[Term], ...] = (
    _rule(
        "differential of a constant",
        "dC = 0",
        "{C} does not change when the variable does",
        _constant,
        ("d(y)", "0*y"),
        ("d(X@c)", "0*(X@c)"),
        group="atom",
    ),
    _rule("definition", "dA with what A stands for", "{A} stands for {B}", _definition),
    _rule(
        "constant factors",
        "d(C A) = C dA",
        "{C} is constant: it stays where it is, for the order of matrices matters",
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
        _sum,
        ("d(X@w - y)", "d(X@w) - d(y)"),
    ),
    _rule(
        "squared norm",
        "d‖u‖² = 2 uᵀ du",
        "{u} stands twice in the square of its norm, and both times give the same number",
        _squared_norm,
        ("d(norm(w)^2)", "2*w.T@dw"),
        ("d(norm(X@w - y)^2)", "2*(X@w - y).T@d(X@w - y)"),
    ),
    _rule(
        "quadratic form",
        "d(uᵀAu) = uᵀ(A + Aᵀ) du",
        "{u} stands twice; what the first gives is, turned round, the second with the transpose of {A}",
        _quadratic,
        ("d(w.T@A@w)", "w.T@(A + A.T)@dw"),
        ("d(w.T@w)", "2*w.T@dw"),
    ),
    _rule(
        "product rule",
        "d(A B) = dA B + A dB",
        "each factor changes in turn while the others stay, in the same order",
        _product,
        ("d(w.T@X.T@X@B@w)", "d(w.T)@X.T@X@B@w + w.T@X.T@X@B@dw"),
    ),
    _rule(
        "transpose",
        "d(Aᵀ) = (dA)ᵀ",
        "the differential of a transpose is the transpose of the differential",
        _transpose,
        ("d(w.T)", "dw.T"),
        group="atom",
    ),
    _rule(
        "entry by entry",
        "d f(z) = f′(z) ⊙ dz",
        "each entry of {f} depends on the same entry of {z} alone, with the slope {g}",
        _elementwise,
        ("d(sigmoid(w))", "sigmoid(w)*(1 - sigmoid(w))*dw"),
        ("d(softplus(X@w))", "sigmoid(X@w)*d(X@w)"),
        ("d(exp(w))", "exp(w)*dw"),
    ),
    _rule(
        "product entry by entry",
        "d(a ⊙ b) = da ⊙ b + a ⊙ db",
        "each entry is a product of two numbers",
        _hadamard,
        ("d(w*w)", "dw*w + w*dw"),
        ("d(w*exp(w))", "dw*exp(w) + w*d(exp(w))"),
    ),
    _rule(
        "inverse",
        "d(A⁻¹) = −A⁻¹ dA A⁻¹",
        "{A} times its inverse does not change, so the product rule gives zero for it",
        _inverse,
        ("d(inv(A + w@w.T))", "-inv(A + w@w.T)@d(A + w@w.T)@inv(A + w@w.T)"),
    ),
)
