"""TIDY_MATRICES: named small rewrites of lines with matrices, whose factors keep their order.

They are tried in this order, each on the innermost sub-term first, until none applies. Parts without matrices are
tidied by the rules for numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import takewhile

from symgd import terms as nt
from symgd.derivation.algebra.tidy import TIDY, algebra_rule
from symgd.matrix.rules import zero_of
from symgd.terms import Negative, Product, Term, is_number, negated, number, signed_as, unsigned
from symgd.terms import matrix as mx
from symgd.terms.matrix import (
    SCALAR,
    Differential,
    Hadamard,
    Identity,
    MatrixProduct,
    MatrixSum,
    Ones,
    Transpose,
    Zeros,
    matrix_product,
    matrix_sum,
    shape_of,
)
from symgd.writing.steps import Rewritten, Rule


def _is_zero(term: Term) -> bool:
    bare = term.term if isinstance(term, Negative | Transpose) else term
    return isinstance(bare, Zeros) or is_number(bare, 0)


def _zero_terms(term: Term) -> Term | None:
    if not isinstance(term, MatrixSum) or not any(map(_is_zero, term.terms)):
        return None
    kept = tuple(part for part in term.terms if not _is_zero(part))
    return matrix_sum(kept) if kept else zero_of(term)


def _zero_factor(term: Term) -> Term | None:
    kinds = MatrixProduct | Hadamard | Transpose
    return zero_of(term) if isinstance(term, kinds) and any(map(_is_zero, term.children)) else None


def _ones(term: Term) -> Term | None:
    if isinstance(term, Hadamard) and any(isinstance(f, Ones) for f in term.factors):
        kept = tuple(f for f in term.factors if not isinstance(f, Ones)) or term.factors[:1]
        return mx.entrywise(kept)
    if not isinstance(term, MatrixProduct):
        return None
    kept = tuple(f for f in term.factors if not is_number(f, 1) and not isinstance(f, Identity))
    if len(kept) == len(term.factors) or shape_of(matrix_product(kept)) != shape_of(term):
        return None
    return matrix_product(kept)


def _nested(term: Term) -> Term | None:
    kind = type(term)
    if kind not in (MatrixProduct, MatrixSum, Hadamard) or kind not in map(type, term.children):
        return None
    parts = (child.children if type(child) is kind else (child,) for child in term.children)
    return term.rebuild(tuple(part for inner in parts for part in inner))


def _signs(term: Term) -> Term | None:
    match term:
        case Negative(Negative(inner)):
            return inner
        case Transpose(Negative(inner)):
            return Negative(Transpose(inner))
        case MatrixProduct() | Hadamard() if any(isinstance(f, Negative) for f in term.children):
            minuses = sum(isinstance(f, Negative) for f in term.children)
            after = term.map(unsigned)
            return Negative(after) if minuses % 2 else after
        case MatrixSum():
            parts = [p for part in term.terms for p in _with_signs(part)]
            return matrix_sum(parts) if len(parts) > len(term.terms) else None
    return None


def _with_signs(term: Term) -> tuple[Term, ...]:
    """The terms of −(a − b), each with its sign."""
    if not isinstance(term, Negative) or not isinstance(term.term, MatrixSum):
        return (term,)
    return tuple(map(negated, term.term.terms))


def numbers_apart(term: Term) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """The factors that are numbers, which may stand anywhere, and those that are matrices."""
    factors = matrix_factors(term)
    numbers = tuple(factor for factor in factors if is_scalar(factor))
    return numbers, tuple(factor for factor in factors if not is_scalar(factor))


def is_scalar(term: Term) -> bool:
    """Whether a factor is a number that may stand anywhere: without matrices, or over a number made of them, 2/(𝟏ᵀw)."""
    if isinstance(term, nt.Fraction):
        return is_scalar(term.numerator)
    if type(term) is Product:
        return all(map(is_scalar, term.factors))
    return not term.holds_matrices


def _numbers_first(term: Term) -> Term | None:
    """The numbers among matrices are put in front, as one factor."""
    numbers, matrices = numbers_apart(term)
    if not matrices or not numbers or matrix_factors(term)[:1] == numbers:
        return None
    return matrix_product((nt.multiplied(numbers), *matrices))


def _twice(term: Term) -> Term | None:
    match term:
        case Transpose(Transpose(inner)):
            return inner
    return None


def _transposed_product(term: Term) -> Term | None:
    if not isinstance(term, Transpose) or not isinstance(term.term, MatrixProduct):
        return None
    numbers, matrices = numbers_apart(term.term)
    return matrix_product((*numbers, *map(_transposed, reversed(matrices))))


def _transposed(term: Term) -> Term:
    """The transpose; a number is its own."""
    return term if shape_of(term) == SCALAR else Transpose(term)


def _transposed_symmetric(term: Term) -> Term | None:
    if not isinstance(term, Transpose):
        return None
    bare = term.term.definition if isinstance(term.term, mx.Matrix) else None
    diagonal = isinstance(bare or term.term, mx.Identity | mx.Diagonal)
    own = diagonal or shape_of(term.term) == SCALAR
    return term.term if own else None


def _transposed_sum(term: Term) -> Term | None:
    """Only where it leads to a transpose of a transpose, which then is gone."""
    if not isinstance(term, Transpose) or not isinstance(term.term, MatrixSum):
        return None
    factors = (f for part in term.term.terms for f in matrix_factors(unsigned(part)))
    if not any(isinstance(factor, Transpose) for factor in factors):
        return None
    return term.term.map(lambda part: signed_as(part, Transpose(unsigned(part))))


def _number_transposed(term: Term) -> Term | None:
    """AᵀB of one row and one column, with the differential in front: BᵀA is the same number."""
    if not isinstance(term, MatrixProduct) or term.shape != SCALAR:
        return None
    numbers, matrices = numbers_apart(term)
    if not _moves(matrices[0]) or _moves(matrices[-1]) or not isinstance(matrices[0], Transpose):
        return None
    turned = (f.term if isinstance(f, Transpose) else _transposed(f) for f in reversed(matrices))
    return matrix_product((*numbers, *turned))


def _moves(term: Term) -> bool:
    """Whether there is a differential in a Term."""
    return any(isinstance(part, Differential) for part in term.parts())


def _sum_of_products(term: Term) -> Term | None:
    """1ᵀ(a ⊙ b) = aᵀb."""
    match term:
        case MatrixProduct((*front, Transpose(Ones()), Hadamard(factors))):
            # What moves goes last; entry by entry the order does not matter.
            *first, moving = sorted(factors, key=_moves)
            return matrix_product((*front, Transpose(mx.entrywise(first)), moving))
    return None


def _diagonal(term: Term) -> Term | None:
    """A ⊙ v = diag(a) v, where v moves."""
    if not isinstance(term, Hadamard):
        return None
    *still, moving = sorted(term.factors, key=_moves)
    if not _moves(moving) or any(map(_moves, still)):
        return None
    return matrix_product((mx.Diagonal(mx.entrywise(still)), moving))


def _together(term: Term) -> Term | None:
    """Aᵀ − bᵀ = (a − b)ᵀ."""
    if not isinstance(term, MatrixSum):
        return None
    if not all(isinstance(unsigned(part), Transpose) for part in term.terms):
        return None
    return Transpose(term.map(lambda part: signed_as(part, unsigned(part).children[0])))


def _factored_out(term: Term) -> Term | None:
    """A dw + B dw = (A + B) dw: what all terms end with is written once."""
    if not isinstance(term, MatrixSum) or not _moves(term):
        return None
    backwards = zip(
        *(reversed(matrix_factors(unsigned(part))) for part in term.terms), strict=False
    )
    common = [first for first, *_ in takewhile(lambda last: len({*last}) == 1, backwards)][::-1]
    if not common or not _moves(common[-1]):
        return None
    return matrix_product((in_front_of(common, term.terms), *common))


def matrix_factors(term: Term) -> tuple[Term, ...]:
    """The factors of a product of matrices; any other Term, a product of numbers too, is its own only one."""
    return term.factors if isinstance(term, MatrixProduct) else (term,)


def in_front_of(end: Sequence[Term], terms: Sequence[Term]) -> Term:
    """A + B for A w + B w, which end with w; numbers alone are numbers times the identity."""
    size, whole = shape_of(matrix_product(end))[0], shape_of(terms[0]) != SCALAR
    fronts = []
    for term in terms:
        front = matrix_factors(unsigned(term))[: -len(end)]
        if whole and size != 1 and shape_of(matrix_product(front)) == SCALAR:
            front = (*front, Identity(size))
        fronts.append(signed_as(term, matrix_product(front)))
    return matrix_sum(fronts)


def _like_terms(term: Term) -> Term | None:
    if not isinstance(term, MatrixSum | nt.Sum) or not term.holds_matrices:
        return None
    counts: dict[Term, int] = {}
    for part in term.terms:
        bare, sign = (part.term, -1) if isinstance(part, Negative) else (part, 1)
        counts[bare] = counts.get(bare, 0) + sign
    if len(counts) == len(term.terms):
        return None
    kept = [_times(count, bare) for bare, count in counts.items() if count]
    return matrix_sum(kept) if kept else zero_of(term)


def _times(count: int, term: Term) -> Term:
    front = term if abs(count) == 1 else matrix_product((number(abs(count)), term))
    return Negative(front) if count < 0 else front


def _of_numbers(rule: Rule[Term]) -> Rule[Term]:
    """A rule for numbers, kept from Terms with matrices: it may change the order of factors."""

    def rewrite(term: Term) -> Rewritten | None:
        plain = isinstance(term, Product | nt.Sum | nt.Fraction | nt.Power | Negative)
        return rule.rewrite(term) if plain and is_scalar(term) else None

    return replace(rule, rewrite=rewrite)


_form_rule = partial(algebra_rule, group="form")

TIDY_MATRICES: tuple[Rule[Term], ...] = (
    algebra_rule(
        "zero terms",
        "A + 0 = A",
        "adding zeros changes nothing",
        _zero_terms,
        (("X@w - zeros(N)", "X@w"),),
    ),
    algebra_rule(
        "zero factor", "0·A = 0", "zero times anything is zero", _zero_factor, (("X@(0*w)", "0*y"),)
    ),
    algebra_rule(
        "factor one",
        "1·A = A, I A = A",
        "multiplying by one, or by the identity, changes nothing",
        _ones,
        (("1*X@w", "X@w"), ("X@eye(p)@w", "X@w")),
    ),
    algebra_rule(
        "parentheses",
        "A(BC) = ABC",
        "these parentheses are not needed",
        _nested,
        (("X@(A@w)", "X@A@w"),),
        quiet=True,
    ),
    algebra_rule(
        "signs",
        "A(−B) = −AB",
        "minus signs are counted and put in front",
        _signs,
        (("X@(-w)", "-(X@w)"), ("y - (X@w - y)", "y - X@w + y")),
    ),
    _form_rule(
        "numbers first",
        "A·c·B = c·A B",
        "a number may stand anywhere in a product of matrices",
        _numbers_first,
        (("X@w*2", "2*X@w"),),
        quiet=True,
    ),
    *(_of_numbers(rule) for rule in TIDY if rule.examples),
    _form_rule(
        "transpose twice",
        "(Aᵀ)ᵀ = A",
        "rows become columns and then rows again",
        _twice,
        (("X.T.T", "X"),),
    ),
    _form_rule(
        "transpose of a product",
        "(A B)ᵀ = BᵀAᵀ",
        "the order of the factors turns round",
        _transposed_product,
        (("(X@w).T", "w.T@X.T"),),
    ),
    _form_rule(
        "symmetric",
        "Dᵀ = D",
        "a diagonal matrix, or a number, is its own transpose",
        _transposed_symmetric,
        (("diag(y).T", "diag(y)"),),
    ),
    _form_rule(
        "transpose of a number",
        "vᵀu = uᵀv",
        "a product of one row and one column is a number, which is its own transpose",
        _number_transposed,
        (("dw.T@X.T@y", "y.T@X@dw"),),
    ),
    _form_rule(
        "sum of products",
        "1ᵀ(a ⊙ b) = aᵀb",
        "the sum of the products of entries is a row times a column",
        _sum_of_products,
        (("ones(N).T@(y*t)", "y.T@t"),),
    ),
    _form_rule(
        "diagonal matrix",
        "a ⊙ v = diag(a) v",
        "a diagonal matrix multiplies each entry by its own number",
        _diagonal,
        (("y*(X@dw)", "diag(y)@(X@dw)"),),
    ),
    _form_rule(
        "like terms",
        "A + A = 2A",
        "equal terms are counted",
        _like_terms,
        (("X@w + X@w", "2*X@w"),),
    ),
    _form_rule(
        "factor out",
        "A dw + B dw = (A + B) dw",
        "what every term ends with is written once",
        _factored_out,
        (("y.T@X@dw + w.T@dw", "(y.T@X + w.T)@dw"),),
    ),
    _form_rule(
        "sum of transposes",
        "aᵀ + bᵀ = (a + b)ᵀ",
        "it does not matter whether one adds first or turns rows into columns first",
        _together,
        (("y.T - t.T", "(y - t).T"),),
    ),
    _form_rule(
        "transpose of a sum",
        "(A + B)ᵀ = Aᵀ + Bᵀ",
        "each term is turned by itself",
        _transposed_sum,
        (("(y.T@X + w.T).T", "(y.T@X).T + w.T.T"),),
    ),
)
