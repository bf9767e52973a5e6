"""TIDY_MATRICES: named small rewrites of lines with matrices, whose factors keep their order.

They are tried in this order, each on the innermost sub-term first, until none applies. Parts without matrices are
tidied by the rules for numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symgd import terms as nt
from symgd.derivation.algebra.tidy import TIDY, algebra_rule
from symgd.matrix.rules import zero_of
from symgd.terms import (
    Negative,
    Product,
    Term,
    is_number,
    negated,
    number,
    product_of,
    signed_as,
    unsigned,
)
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
    holds_matrices,
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
    if isinstance(term, MatrixProduct | Hadamard) and any(map(_is_zero, term.children)):
        return zero_of(term)
    return zero_of(term) if isinstance(term, Transpose) and _is_zero(term) else None


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
    kinds = ((MatrixProduct, matrix_product), (MatrixSum, matrix_sum), (Hadamard, mx.entrywise))
    for kind, build in kinds:
        if isinstance(term, kind) and any(isinstance(child, kind) for child in term.children):
            inner = [
                tuple(child.children) if isinstance(child, kind) else (child,)
                for child in term.children
            ]
            return build(tuple(part for parts in inner for part in parts))
    return None


def _signs(term: Term) -> Term | None:
    match term:
        case Negative(Negative(inner)):
            return inner
        case Transpose(Negative(inner)):
            return Negative(Transpose(inner))
        case MatrixProduct() | Hadamard() if any(isinstance(f, Negative) for f in term.children):
            bare = tuple(map(unsigned, term.children))
            minuses = sum(isinstance(f, Negative) for f in term.children)
            after = term.rebuild(bare)
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


def _numbers_first(term: Term) -> Term | None:
    """Numbers may stand anywhere among matrices: they are put in front, as one factor."""
    if not isinstance(term, MatrixProduct):
        return None
    numbers = tuple(factor for factor in term.factors if not holds_matrices(factor))
    matrices = tuple(factor for factor in term.factors if holds_matrices(factor))
    if not numbers or (len(numbers) == 1 and term.factors[0] is numbers[0]):
        return None
    single = tuple(part for factor in numbers for part in nt.factors_of(factor))
    return matrix_product((product_of(single), *matrices))


def _twice(term: Term) -> Term | None:
    return (
        term.term.term if isinstance(term, Transpose) and isinstance(term.term, Transpose) else None
    )


def _transposed_product(term: Term) -> Term | None:
    if not isinstance(term, Transpose) or not isinstance(term.term, MatrixProduct):
        return None
    factors = term.term.factors
    numbers = tuple(f for f in factors if not holds_matrices(f))
    matrices = tuple(f for f in factors if holds_matrices(f))
    return matrix_product((*numbers, *(transposed(f) for f in reversed(matrices))))


def transposed(term: Term) -> Term:
    """The transpose; a number is its own."""
    return term if shape_of(term) == SCALAR else Transpose(term)


def _transposed_symmetric(term: Term) -> Term | None:
    if not isinstance(term, Transpose):
        return None
    own = isinstance(term.term, mx.Identity | mx.Diagonal) or shape_of(term.term) == SCALAR
    return term.term if own else None


def _transposed_sum(term: Term) -> Term | None:
    """Only where it leads to a transpose of a transpose, which then is gone."""
    if not isinstance(term, Transpose) or not isinstance(term.term, MatrixSum):
        return None
    factors = (f for part in term.term.terms for f in matrix_factors(unsigned(part)))
    if not any(isinstance(factor, Transpose) for factor in factors):
        return None
    parts = (signed_as(part, Transpose(unsigned(part))) for part in term.term.terms)
    return MatrixSum(tuple(parts))


def _number_transposed(term: Term) -> Term | None:
    """AᵀB of one row and one column, with the differential in front: BᵀA is the same number."""
    if not isinstance(term, MatrixProduct) or term.shape != SCALAR:
        return None
    matrices = tuple(f for f in term.factors if holds_matrices(f))
    if not _moves(matrices[0]) or _moves(matrices[-1]) or not isinstance(matrices[0], Transpose):
        return None
    numbers = tuple(f for f in term.factors if not holds_matrices(f))
    turned = (f.term if isinstance(f, Transpose) else transposed(f) for f in reversed(matrices))
    return matrix_product((*numbers, *turned))


def _moves(term: Term) -> bool:
    """Whether there is a differential in a Term."""
    return any(isinstance(part, Differential) for part in term.parts())


def _sum_of_products(term: Term) -> Term | None:
    """1ᵀ(a ⊙ b) = aᵀb."""
    if not isinstance(term, MatrixProduct) or len(term.factors) < 2:
        return None
    *front, row, last = term.factors
    if not isinstance(row, Transpose) or not isinstance(row.term, Ones):
        return None
    if not isinstance(last, Hadamard):
        return None
    # What moves goes last; entry by entry the order does not matter.
    *first, moving = sorted(last.factors, key=_moves)
    return matrix_product((*front, Transpose(mx.entrywise(first)), moving))


def _diagonal(term: Term) -> Term | None:
    """A ⊙ v = diag(a) v, where v moves."""
    if not isinstance(term, Hadamard) or not _moves(term):
        return None
    still = tuple(factor for factor in term.factors if not _moves(factor))
    moving = tuple(factor for factor in term.factors if _moves(factor))
    if len(moving) != 1 or not still:
        return None
    return matrix_product((mx.Diagonal(mx.entrywise(still)), moving[0]))


def _together(term: Term) -> Term | None:
    """Aᵀ − bᵀ = (a − b)ᵀ."""
    if not isinstance(term, MatrixSum):
        return None
    bare = [*map(unsigned, term.terms)]
    if not all(isinstance(part, Transpose) for part in bare):
        return None
    inner = [signed_as(part, b.children[0]) for part, b in zip(term.terms, bare, strict=True)]
    return Transpose(matrix_sum(inner))


def _factored_out(term: Term) -> Term | None:
    """A dw + B dw = (A + B) dw: what all terms end with is written once."""
    if not isinstance(term, MatrixSum) or not _moves(term):
        return None
    bare = [unsigned(part) for part in term.terms]
    factors = [matrix_factors(b) for b in bare]
    common = common_end(factors)
    if not common or not _moves(common[-1]):
        return None
    size = shape_of(matrix_product(common))[0]
    front = [
        front_of(f[: len(f) - len(common)], size, whole=shape_of(term) != SCALAR) for f in factors
    ]
    return matrix_product((matrix_sum(tuple(map(signed_as, term.terms, front))), *common))


def matrix_factors(term: Term) -> tuple[Term, ...]:
    """The factors of a product of matrices; any other Term, a product of numbers too, is its own only one."""
    return term.factors if isinstance(term, MatrixProduct) else (term,)


def common_end(factors: Sequence[tuple[Term, ...]]) -> tuple[Term, ...]:
    count = 0
    while all(len(f) > count for f in factors):
        if len({f[len(f) - 1 - count] for f in factors}) > 1:
            break
        count += 1
    return factors[0][len(factors[0]) - count :]


def front_of(factors: tuple[Term, ...], size: mx.Dimension, whole: bool) -> Term:
    """What is left of a term in front of its end; numbers alone are numbers times the identity."""
    if whole and size != 1 and not any(holds_matrices(f) for f in factors):
        return matrix_product((*factors, Identity(size)))
    return matrix_product(factors)


def _like_terms(term: Term) -> Term | None:
    if not isinstance(term, MatrixSum | nt.Sum) or not holds_matrices(term):
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
        return rule.rewrite(term) if plain and not holds_matrices(term) else None

    return replace(rule, rewrite=rewrite)


TIDY_MATRICES: tuple[Rule[Term], ...] = (
    algebra_rule(
        "zero terms",
        "A + 0 = A",
        "adding zeros changes nothing",
        _zero_terms,
        ("X@w - zeros(N)", "X@w"),
    ),
    algebra_rule(
        "zero factor", "0·A = 0", "zero times anything is zero", _zero_factor, ("X@(0*w)", "0*y")
    ),
    algebra_rule(
        "factor one",
        "1·A = A, I A = A",
        "multiplying by one, or by the identity, changes nothing",
        _ones,
        ("1*X@w", "X@w"),
        ("X@eye(p)@w", "X@w"),
    ),
    algebra_rule(
        "parentheses",
        "A(BC) = ABC",
        "these parentheses are not needed",
        _nested,
        ("X@(A@w)", "X@A@w"),
        quiet=True,
    ),
    algebra_rule(
        "signs",
        "A(−B) = −AB",
        "minus signs are counted and put in front",
        _signs,
        ("X@(-w)", "-(X@w)"),
        ("y - (X@w - y)", "y - X@w + y"),
    ),
    algebra_rule(
        "numbers first",
        "A·c·B = c·A B",
        "a number may stand anywhere in a product of matrices",
        _numbers_first,
        ("X@w*2", "2*X@w"),
        group="form",
        quiet=True,
    ),
    *(_of_numbers(rule) for rule in TIDY if rule.examples),
    algebra_rule(
        "transpose twice",
        "(Aᵀ)ᵀ = A",
        "rows become columns and then rows again",
        _twice,
        ("X.T.T", "X"),
        group="form",
    ),
    algebra_rule(
        "transpose of a product",
        "(A B)ᵀ = BᵀAᵀ",
        "the order of the factors turns round",
        _transposed_product,
        ("(X@w).T", "w.T@X.T"),
        group="form",
    ),
    algebra_rule(
        "symmetric",
        "Dᵀ = D",
        "a diagonal matrix, or a number, is its own transpose",
        _transposed_symmetric,
        ("diag(y).T", "diag(y)"),
        group="form",
    ),
    algebra_rule(
        "transpose of a number",
        "vᵀu = uᵀv",
        "a product of one row and one column is a number, which is its own transpose",
        _number_transposed,
        ("dw.T@X.T@y", "y.T@X@dw"),
        group="form",
    ),
    algebra_rule(
        "sum of products",
        "1ᵀ(a ⊙ b) = aᵀb",
        "the sum of the products of entries is a row times a column",
        _sum_of_products,
        ("ones(N).T@(y*t)", "y.T@t"),
        group="form",
    ),
    algebra_rule(
        "diagonal matrix",
        "a ⊙ v = diag(a) v",
        "a diagonal matrix multiplies each entry by its own number",
        _diagonal,
        ("y*(X@dw)", "diag(y)@(X@dw)"),
        group="form",
    ),
    algebra_rule(
        "like terms",
        "A + A = 2A",
        "equal terms are counted",
        _like_terms,
        ("X@w + X@w", "2*X@w"),
        group="form",
    ),
    algebra_rule(
        "factor out",
        "A dw + B dw = (A + B) dw",
        "what every term ends with is written once",
        _factored_out,
        ("y.T@X@dw + w.T@dw", "(y.T@X + w.T)@dw"),
        group="form",
    ),
    algebra_rule(
        "sum of transposes",
        "aᵀ + bᵀ = (a + b)ᵀ",
        "it does not matter whether one adds first or turns rows into columns first",
        _together,
        ("y.T - t.T", "(y - t).T"),
        group="form",
    ),
    algebra_rule(
        "transpose of a sum",
        "(A + B)ᵀ = Aᵀ + Bᵀ",
        "each term is turned by itself",
        _transposed_sum,
        ("(y.T@X + w.T).T", "(y.T@X).T + w.T.T"),
        group="form",
    ),
)
