"""Formulas of matrices as text: ``norm(X@w - y)^2/N``, in NumPy's signs, to Terms. Nothing is ever evaluated.

``@`` multiplies matrices, ``*`` multiplies by a number or entry by entry, ``.T`` or ``'`` transposes. Every name needs
a shape; X, w, y and others have the usual ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from symgd.errors import ShapeError, either
from symgd.parsing.formula import parse
from symgd.parsing.source import MAX_DEPTH
from symgd.parsing.tokens import Reader, Token, expect_text, is_letter
from symgd.terms import Fraction, Negative, Power, Symbol, Term, is_number, number
from symgd.terms import matrix as mx
from symgd.terms.exact import exact_number
from symgd.terms.functions import ALIASES, FUNCTIONS
from symgd.terms.matrix import Matrix
from symgd.terms.size import TooLarge, expect_size

# Data and their usual shapes: N examples, p parameters.
USUAL: Mapping[str, Matrix] = {
    matrix.name: matrix
    for matrix in (
        Matrix("X", "N", "p", "x"),
        Matrix("w", "p"),
        Matrix("y", "N"),
        Matrix("t", "N"),
        Matrix("A", "p", "p", "a"),
        Matrix("B", "p", "p", "b"),
        Matrix("c", "p"),
    )
}
_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(?P<turn>\.T\b|'|ᵀ)"
    r"|(?P<name>[^\W\d_]\w*)|(?P<sign>\*\*|[-+*/^@(),²·−⊙])"
)
_SIGNS = {"**": "^", "·": "*", "−": "-", "⊙": "*"}
_SIZED: Mapping[str, Callable[[mx.Dimension], Term]] = {
    "ones": mx.Ones,
    "zeros": mx.Zeros,
    "eye": mx.Identity,
}


class _Norm(mx.Transpose):
    """‖u‖ while its square is still to be read."""


_OF_ONE: Mapping[str, Callable[[Term], Term]] = {
    "norm": _Norm,
    "inv": mx.Inverse,
    "diag": mx.Diagonal,
}
_OF_MATRICES = (*_OF_ONE, "sum", *_SIZED)


def parse_matrices(text: str, matrices: Mapping[str, Matrix] = USUAL) -> Term:
    """Read a formula of matrices.

    Parameters
    ----------
    text : str
        Names, numbers, ``+ - * / @ ^``, ``.T`` and parentheses; ``norm(u)^2``, ``sum(u)``, ``inv(A)``, ``diag(u)``,
        ``ones(N)``, ``zeros(N)``, ``eye(p)``, and functions such as ``exp`` of each entry.
    matrices : mapping of str to Matrix
        What the names of matrices mean; Greek letters and the names of dimensions are numbers.

    Raises
    ------
    FormulaError
        With the position, what was found, and what to write.
    ShapeError
        Where shapes do not fit.

    Examples
    --------
    >>> parse_matrices("norm(X@w - y)^2/N").children[0].shape
    (1, 1)
    >>> parse_matrices("X.T@(X@w - y)").shape
    ('p', 1)
    """
    expect_text(text, "norm(X@w - y)^2/N")
    return _MatrixReader(text, matrices).whole()


class _MatrixReader(Reader):
    """A reader that goes down one level of binding at a time: sums, products, powers, atoms."""

    def __init__(self, text: str, matrices: Mapping[str, Matrix]) -> None:
        super().__init__(text)
        self.matrices = matrices
        dimensions = {side for matrix in matrices.values() for side in matrix.shape}
        self.numbers = {side for side in dimensions if isinstance(side, str)}
        self.tokens = [*self.cut(_TOKEN, "a name or + - * / @ ^"), Token("end", "", len(text))]
        self.next = 0
        self.depth = 0

    @property
    def here(self) -> Token:
        """The token that is to be read."""
        return self.tokens[self.next]

    def take(self, *signs: str) -> str | None:
        """The next token, if it is one of these signs."""
        written = _SIGNS.get(self.here.text, self.here.text)
        if self.here.kind not in ("sign", "turn") or written not in signs:
            return None
        self.next += 1
        return written

    def expect(self, sign: str) -> None:
        if self.take(sign) is None:
            raise self.error(f'"{sign}" is missing here', f'write "{sign}"', self.here.start)

    def whole(self) -> Term:
        term = self.sum()
        if self.here.kind != "end":
            expected = "expected one of + - * / @ ^ or the end"
            raise self.error(f'unexpected "{self.here.text}"', expected, self.here.start)
        return term

    def sum(self) -> Term:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            cause = "the formula is nested too deeply"
            raise self.error(cause, "write less nested", self.here.start)
        terms = [self.product()]
        while sign := self.take("+", "-"):
            position = self.here.start
            right = self.product()
            terms.append(Negative(right) if sign == "-" else right)
            terms = self.fitted(terms, position)
        self.depth -= 1
        return self.built(lambda: mx.matrix_sum(terms), 0)

    def fitted(self, terms: list[Term], position: int) -> list[Term]:
        """Numbers beside vectors are added to each entry, as NumPy does."""
        shapes = {mx.shape_of(term) for term in terms} - {mx.SCALAR}
        if len(shapes) != 1 or all(mx.shape_of(term) != mx.SCALAR for term in terms):
            return terms
        ((rows, columns),) = shapes
        if columns != 1:
            raise self.error("a number is added to a matrix here", "write c*eye(p)", position)
        return [_spread(term, rows) for term in terms]

    def product(self) -> Term:
        factors: list[Term] = [self.signed()]
        entrywise = False
        while sign := self.take("*", "@", "/"):
            position = self.here.start
            right = self.signed()
            left = self.built(self.of_factors(factors, entrywise), position)
            if sign == "/":
                factors, entrywise = [self.divided(left, right, position)], False
                continue
            both = mx.SCALAR not in (mx.shape_of(left), mx.shape_of(right))
            matrices = left.holds_matrices and right.holds_matrices
            if sign == "@" and not both and not matrices:
                cause = '"@" multiplies matrices, and this is a number'
                raise self.error(cause, 'write "*"', position)
            if both and (sign == "*") != entrywise and len(factors) > 1:
                factors = [left]
            entrywise = both and sign == "*" if both else entrywise
            factors.append(right)
            self.built(self.of_factors(factors, entrywise), position)
        return self.of_factors(factors, entrywise)()

    @staticmethod
    def of_factors(factors: list[Term], entrywise: bool) -> Callable[[], Term]:
        if not entrywise:
            return lambda: mx.matrix_product(factors)
        numbers = [f for f in factors if mx.shape_of(f) == mx.SCALAR]
        others = tuple(f for f in factors if mx.shape_of(f) != mx.SCALAR)
        return lambda: mx.matrix_product((*numbers, mx.Hadamard(others)))

    def divided(self, left: Term, right: Term, position: int) -> Term:
        if mx.shape_of(right) != mx.SCALAR:
            cause = "one cannot divide by a matrix"
            raise self.error(cause, "multiply by inv(...) in its position", position)
        if is_number(right, 0):
            raise self.error("this divides by zero", "change the denominator", position)
        if mx.shape_of(left) == mx.SCALAR:
            return Fraction(left, right)
        return mx.matrix_product((Fraction(number(1), right), left))

    def signed(self) -> Term:
        minuses = 0
        while self.take("-"):
            minuses += 1
        if minuses > MAX_DEPTH:
            raise self.error("there are too many minus signs here", "write one", self.here.start)
        term = self.power()
        for _ in range(minuses):
            term = Negative(term)
        return term

    def power(self) -> Term:
        position = self.here.start
        base = self.turned()
        sign = self.take("²", "^")
        exponent = self.exponent() if sign == "^" else number(2 if sign else 1)
        if isinstance(base, _Norm):
            if not is_number(exponent, 2):
                cause = "only the square of a norm is known"
                raise self.error(cause, "write norm(...)^2", position)
            return self.built(lambda: mx.SquaredNorm(base.term), position)
        if not sign:
            return base
        if mx.shape_of(base) != mx.SCALAR:
            raise self.error("a matrix has no power here", "write a product", position)
        power = Power(base, exponent)
        try:
            exact_number(power)
        except (OverflowError, ZeroDivisionError):
            cause = "this power has no usable value"
            raise self.error(cause, "use a small one", position) from None
        self.expect_size(power, position)
        return power

    def exponent(self) -> Term:
        token = self.here
        if token.kind != "number":
            raise self.error("only numbers are exponents here", "write a number", token.start)
        self.next += 1
        return parse(token.text)

    def turned(self) -> Term:
        term = self.atom()
        while self.take(".T", "'", "ᵀ"):
            term = mx.Transpose(term)
        return term

    def atom(self) -> Term:
        token = self.here
        self.next += 1
        if token.kind == "number":
            return parse(token.text)
        if token.kind == "name":
            read = self.function if self.take("(") else self.name
            return read(token.text, token.start)
        if token.text == "(":
            term = self.sum()
            self.expect(")")
            return term
        raise self.error("here a formula is missing", "write a name or a number", token.start)

    def name(self, written: str, position: int) -> Term:
        if written in self.matrices:
            return self.matrices[written]
        symbol = parse(written, constants=())
        letter = symbol.name.partition("_")[0].lower() if isinstance(symbol, Symbol) else ""
        if written in self.numbers or is_letter(letter):
            return symbol
        known = ", ".join(self.matrices)
        one = either(f'shapes={{"{written}": "p"}}', f"--shape {written}=p")
        remedy = f"give it one, {one}; known are {known} and Greek letters for numbers"
        raise self.error(f'"{written}" has no shape', remedy, position)

    def function(self, written: str, position: int) -> Term:
        name = ALIASES.get(written, written)
        if name in _SIZED:
            return self.sized(name, position)
        if name not in _OF_MATRICES and name not in FUNCTIONS and name != "d":
            known = [*_OF_MATRICES, *FUNCTIONS, *ALIASES]
            usual = f"known are {', '.join(_OF_MATRICES)}, and functions of each entry such as exp."
            raise self.no_function(written, known, "Matrix form", usual, position)
        inner = self.sum()
        self.expect(")")
        term = self.built(lambda: self.applied(name, inner), position)
        self.expect_size(term, position)
        return term

    def expect_size(self, term: Term, position: int) -> None:
        """Refuse a number that is too large to be made."""
        try:
            expect_size(term)
        except TooLarge as failure:
            raise self.error(failure.cause, failure.remedy, position) from None

    def applied(self, name: str, inner: Term) -> Term:
        if name == "sum":
            return mx.matrix_product((mx.Transpose(mx.Ones(mx.shape_of(inner)[0])), inner))
        if name == "d":
            return mx.Differential(inner, self.matrices["w"])
        return _OF_ONE[name](inner) if name in _OF_ONE else mx.Elementwise(name, inner)

    def sized(self, name: str, position: int) -> Term:
        side = self.here
        if side.text not in self.numbers and side.kind != "number":
            raise self.error(f"{name} takes a dimension", f'write "{name}(N)"', position)
        self.next += 1
        self.expect(")")
        return _SIZED[name](int(side.text) if side.kind == "number" else side.text)

    def built(self, build: Callable[[], Term], position: int) -> Term:
        """What `build` makes; shapes that do not fit are shown at their position."""
        try:
            return build()
        except ShapeError as failure:
            near = self.text[max(0, position - 12) : position + 12].strip()
            raise ShapeError(f"{failure.cause}, near {near!r}", failure.words[1]) from None


def _spread(term: Term, rows: mx.Dimension) -> Term:
    """A number as the vector of it."""
    if mx.shape_of(term) != mx.SCALAR:
        return term
    if isinstance(term, Negative):
        return Negative(_spread(term.term, rows))
    return mx.Ones(rows) if is_number(term, 1) else mx.matrix_product((term, mx.Ones(rows)))
