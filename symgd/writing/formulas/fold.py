"""One fold over Term for every linear format.

A format is a `Style`: how it writes each kind of node. Where parentheses, multiplication signs and subtractions
stand is decided here, once for all formats.

Laws
----
- parentheses stand exactly where leaving them out would change how the formula is read;
- a negative number or term that is not first is put in parentheses, except that + (−a) is written − a;
- two factors stand side by side, unless that would be misread: then a sign stands between them;
- a prime without a subscript is d/dx of what depends on x alone; ∂/∂m, and d/du of a letter u, put m or u below it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from symgd import terms as nt
from symgd.terms.function import Function, Holding
from symgd.writing.formulas.names import is_wide, number_text, split_name, split_sign
from symgd.writing.formulas.rounding import About, Dots, Listed
from symgd.writing.formulas.styles import AND, OR, Style

# What is written as one name, with or without indices.
NAMED = (nt.Symbol, nt.Constant, nt.Indexed, nt.Delta, nt.Abbreviation)

# Functions that are written round their argument, so that no prime or exponent can stand after their name.
ENCLOSING = ("sqrt", "abs", "exp")

# How tightly a written piece holds together.
EQUATION, SUM, NEGATIVE, PRODUCT, POWER, ATOM = range(6)

# How tightly a function's own form holds together, and its arguments at least, by what its declaration says.
_HOLDING: Mapping[Holding, tuple[int, int]] = {
    "closed": (ATOM, EQUATION),
    "raised": (POWER, ATOM),
    "product": (PRODUCT, POWER),
    "open": (EQUATION, EQUATION),
}


@dataclass(frozen=True)
class Piece:
    """Written text, how tightly it holds, and what its neighbours must know of it."""

    text: str
    level: int
    digit_first: bool = False
    wide: bool = False
    open_right: bool = False
    open_sum: bool = False
    last: Factor | None = None  # what stands behind a sign, and the number that a product ends in
    # How the piece is written with an exponent at a function's name.
    raised: Callable[[str], str] | None = None


def opened(text: str, is_open: bool) -> Piece:
    """A piece that holds what follows it, if it is open."""
    return Piece(text, PRODUCT if is_open else ATOM, open_right=is_open, open_sum=is_open)


@dataclass(frozen=True)
class Factor:
    """A factor, how it is written, and whether in parentheses."""

    term: nt.Term
    piece: Piece
    closed: bool

    @property
    def ending(self) -> Factor:
        """The factor that is seen in front of the next: (a·2)·b is written as a·2·b is, and (−a)·b as −(a·b)."""
        return self.piece.last if self.piece.last and not self.closed else self


class Writer:
    """Writes Terms of numbers in one style; `e_is_free` where no name is e."""

    def __init__(self, style: Style, e_is_free: bool) -> None:
        self.style = style
        self.e_is_free = e_is_free
        own = (style.kept, style.derivative_style, e_is_free, type(self).__name__)
        self.key = " ".join(map(str, own)) if style.kept and style.tag is None else ""
        self.writers: dict[type, Callable[..., Piece]] = {
            nt.Number: self.number,
            nt.Constant: self.named,
            nt.Symbol: self.named,
            nt.Indexed: self.named,
            nt.Delta: lambda term, path: Piece(style.name("delta", term.indices), ATOM),
            nt.Abbreviation: self.named,
            nt.Negative: self.negative,
            nt.Sum: self.sum,
            nt.Product: self.product,
            nt.Fraction: self.fraction,
            nt.Power: self.power,
            nt.Call: self.call,
            nt.Comparison: lambda term, path: self.sides(term.sign, term, path),
            nt.Junction: self.junction,
            nt.Otherwise: lambda term, path: Piece(style.otherwise, EQUATION),
            nt.Case: lambda term, path: self.cases(nt.Cases((term,)), path),
            nt.Cases: self.cases,
            nt.BigSum: self.big_sum,
            nt.Partial: self.primed if style.derivative_style == "prime" else self.partial,
            nt.Equation: lambda term, path: self.sides("=", term, path),
            About: lambda term, path: self.sides("≈", term, path),
            Dots: lambda term, path: Piece(style.dots, ATOM),
            Listed: lambda term, path: Piece(style.listed.join(self.all(term, path)), EQUATION),
        }

    def piece(self, term: nt.Term, path: nt.Path) -> Piece:
        """How a sub-term is written: lines share most of their parts, and each is written once."""
        if not self.key:
            return self.tagged(term, path)
        known = term.__dict__
        if self.key not in known:
            known[self.key] = self.tagged(term, path)
        piece: Piece = known[self.key]
        return piece

    def tagged(self, term: nt.Term, path: nt.Path) -> Piece:
        written = self.writers[type(term)](term, path)
        if self.style.tag is None:
            return written
        text = self.style.tag(path, term, written.text)
        return written if text == written.text else replace(written, text=text, raised=None)

    def all(self, term: nt.Term, path: nt.Path) -> list[str]:
        """The children as text."""
        return [self.piece(child, (*path, n)).text for n, child in enumerate(term.children)]

    def sides(self, sign: str, term: nt.Term, path: nt.Path) -> Piece:
        """Two sides and the relation between them."""
        return Piece(self.style.relations[sign].join(self.all(term, path)), EQUATION)

    def wrapped(self, piece: Piece, least: int, closed: bool = False) -> str:
        """The piece's text, in parentheses if `closed`, and where it holds less tightly than `least`."""
        closed = closed or piece.level < least
        return self.style.parentheses(piece.text) if closed else piece.text

    def number(self, term: nt.Number, path: nt.Path) -> Piece:
        digits = number_text(term)
        sign = self.style.minus.strip() if term.number < 0 else ""
        if "/" in digits:
            top, bottom = (self.style.number(part) for part in digits.split("/"))
            level = NEGATIVE if sign else PRODUCT if self.style.flat else ATOM
            return Piece(sign + self.style.fraction(top, bottom), level, digit_first=True)
        return Piece(sign + self.style.number(digits), NEGATIVE if sign else ATOM, digit_first=True)

    def named(self, term: nt.Variable | nt.Constant, path: nt.Path) -> Piece:
        level = POWER if split_sign(term.name)[1] else ATOM  # an exponent stands behind parentheses
        return Piece(self.bare(term), level, wide=is_wide(term.name))

    def negative(self, term: nt.Negative, path: nt.Path) -> Piece:
        inner = self.piece(term.term, (*path, 0))
        text = self.style.minus.strip() + self.wrapped(inner, PRODUCT)
        last = inner.last or Factor(term.term, inner, inner.level < PRODUCT)
        return Piece(text, NEGATIVE, False, False, inner.open_right, inner.open_sum, last)

    def sum(self, term: nt.Sum, path: nt.Path) -> Piece:
        text = ""
        for number, child in enumerate(term.terms):
            here = (*path, number)
            if number and isinstance(child, nt.Negative):
                inner = self.piece(child.term, (*here, 0))
                joint, least = self.style.minus, PRODUCT
            else:
                inner = self.piece(child, here)
                joint, least = (self.style.plus, PRODUCT) if number else ("", NEGATIVE)
            last = number == len(term.terms) - 1
            text += joint + self.wrapped(inner, least, closed=inner.open_sum and not last)
        return Piece(text, SUM)

    def product(self, term: nt.Product, path: nt.Path) -> Piece:
        text, level = "", PRODUCT
        left: Factor | None = None
        for number, child in enumerate(term.factors):
            piece = self.piece(child, (*path, number))
            last = number == len(term.factors) - 1
            closed = (
                (piece.level < PRODUCT and (number > 0 or piece.level != NEGATIVE))
                or (isinstance(child, nt.Product) and number > 0)
                or (piece.level == PRODUCT and not last and self.is_formed(child))
                or (piece.open_right and not last)
                # What follows a fraction on a line would seem to be under its bar.
                or (self.style.flat and isinstance(nt.unsigned(child), nt.Fraction))
            )
            right = Factor(child, piece, closed)
            if left is not None:
                text += self.joint(left.ending, right)
            elif piece.level == NEGATIVE and not closed:
                level = NEGATIVE
            text += self.wrapped(piece, EQUATION, closed)
            left = right
        digit = text[:1].isdigit()
        ending = right.ending if isinstance(right.ending.term, nt.Number) else None
        return Piece(text, level, digit, False, piece.open_right, piece.open_sum, ending)

    def is_formed(self, term: nt.Term) -> bool:
        """Whether a function stands round its arguments: among factors g·g would seem to be two of them."""
        return isinstance(term, nt.Call) and self.style.forms in term.declared.forms

    def joint(self, left: Factor, right: Factor) -> str:
        """What stands between two factors: nothing, a space, or a multiplication sign."""
        style, term = self.style, nt.unsigned(left.term)
        if (
            style.explicit
            or (right.piece.digit_first and not right.closed)
            or isinstance(left.term, nt.Partial)
            or self._ends_in_partial(left.term)
            or (right.closed and not right.term.names)
            or (isinstance(term, nt.Number) and term.number in (-1, 0, 1))
            or left.piece.wide
            or right.piece.wide
        ):
            return style.times
        if isinstance(term, nt.Number) and not left.closed and "/" not in left.piece.text:
            base = right.term.base if isinstance(right.term, nt.Power) else right.term
            if isinstance(base, nt.Partial) and style.derivative_style == "prime":
                base = base.body
            close = isinstance(base, NAMED) or right.closed or right.piece.text.startswith("(")
            return "" if close else style.beside
        fractions = isinstance(left.term, nt.Fraction) and isinstance(right.term, nt.Fraction)
        return style.times if fractions else style.beside

    def fraction(self, term: nt.Fraction, path: nt.Path) -> Piece:
        top, bottom = (self.piece(child, (*path, n)) for n, child in enumerate(term.children))
        if not self.style.flat:
            return Piece(self.style.fraction(top.text, bottom.text), ATOM)
        # (−a)/b and −(a/b) are both written −a/b: they are the same number.
        closed = top.open_right or self._ends_in_partial(term.numerator)
        text = self.style.fraction(self.wrapped(top, NEGATIVE, closed), self.wrapped(bottom, POWER))
        level = NEGATIVE if top.level == NEGATIVE and not closed else PRODUCT
        return Piece(text, level, digit_first=top.digit_first)

    def power(self, term: nt.Power, path: nt.Path) -> Piece:
        style = self.style
        exponent = self.piece(term.exponent, (*path, 1))
        raised = exponent.text
        if style.flat and exponent.level < ATOM:
            raised = style.parentheses(raised)
        base = term.base
        written = self.piece(base, (*path, 0))
        inverse = exponent.level == NEGATIVE and self.raisable(base)  # so sin⁻¹(x) would be read
        if written.raised and not inverse:
            return Piece(written.raised(raised), POWER)
        fraction = isinstance(base, nt.Fraction | nt.Partial) or (
            isinstance(base, nt.Number) and base.number.denominator != 1 and not base.decimal
        )
        if written.level < ATOM or fraction or written.open_right or inverse:
            return Piece(style.power(style.parentheses(written.text), raised), POWER)
        return Piece(style.power(written.text, raised), POWER, written.digit_first, written.wide)

    def formed(self, form: str, term: nt.Call, path: nt.Path) -> Piece:
        """A function that stands round its arguments."""
        level, least = _HOLDING[term.declared.holding]
        pieces = (self.piece(child, (*path, n)) for n, child in enumerate(term.children))
        return Piece(form.format(*(self.wrapped(piece, least) for piece in pieces)), level)

    def call(self, term: nt.Call, path: nt.Path) -> Piece:
        form = term.declared.forms.get(self.style.forms)
        if form is not None:
            return self.formed(form, term, path)
        written = self.all(term, path)
        if term.function == "log" and len(written) == 2:
            return Piece(self.style.logarithm(*reversed(written)), ATOM)
        argument = self.style.comma.join(written)
        if term.function == "sqrt":
            return Piece(self.style.root(argument), ATOM)
        if term.function == "exp" and self.style.exponential and self.e_is_free:
            return Piece(self.style.exponential(argument), POWER)
        text, style = self.called(term.declared, argument), self.style
        if not self.raisable(term):
            return Piece(text, ATOM)
        function = style.function(term.declared)

        def raised(exponent: str) -> str:
            assert style.raised is not None
            return style.call(style.raised(function, exponent), argument)

        return Piece(text, ATOM, raised=raised)

    def raisable(self, term: nt.Term) -> bool:
        """Whether an exponent stands after the name of a function, as in sin²(x)."""
        call = isinstance(term, nt.Call) and term.function not in ENCLOSING
        return call and len(term.children) == 1 and self.style.raised is not None

    def called(self, function: Function, argument: str) -> str:
        """A function of what is written already."""
        if function.name == "abs" and self.style.absolute:
            return self.style.absolute(argument)
        return self.style.call(self.style.function(function), argument)

    def junction(self, term: nt.Junction, path: nt.Path) -> Piece:
        parts: list[str] = []
        end: nt.Term | None = None
        for number, condition in enumerate(term.conditions):
            if term.word == "and" and isinstance(condition, nt.Comparison):
                left, end = end, condition.right
                if condition.left == left:  # a < b and b < c is read as a < b < c
                    right = self.piece(condition.right, (*path, number, 1)).text
                    parts[-1] += (
                        f"{self.style.chained}{self.style.relations[condition.sign]}{right}"
                    )
                    continue
            written = self.piece(condition, (*path, number))
            parts.append(self.wrapped(written, EQUATION, isinstance(condition, nt.Junction)))
        joint = self.style.joining({"and": AND, "or": OR}[term.word])
        return Piece(joint.join(parts), EQUATION)

    def cases(self, term: nt.Cases, path: nt.Path) -> Piece:
        rows = []
        for number, case in enumerate(term.cases):
            body = self.piece(case.body, (*path, number, 0)).text
            when = self.piece(case.condition, (*path, number, 1)).text
            if isinstance(case.condition, nt.Otherwise):
                rows.append(self.style.last_case(body, self.style.otherwise))
            else:
                rows.append(self.style.case(body, when))
        # The brace on the left has no fellow on the right: what follows would seem to belong to the cases.
        text = self.style.cases(self.style.between_cases.join(rows))
        return opened(text, not self.style.flat)

    def big_sum(self, term: nt.BigSum, path: nt.Path) -> Piece:
        least = EQUATION if self.style.explicit else NEGATIVE
        body = self.wrapped(self.piece(term.body, (*path, 0)), least)
        lower, upper = self.untagged(term.lower), self.untagged(term.upper)
        text = self.style.big_sum(self.style.name(term.index), lower, upper, body)
        return opened(text, not self.style.explicit)

    def partial(self, term: nt.Partial, path: nt.Path) -> Piece:
        style, inner = self.style, term.body
        if (
            isinstance(inner, nt.Partial)
            and isinstance(inner.body, nt.Symbol | nt.Abbreviation)
            and inner.body != inner.variable
        ):
            return self.second_partial(term.variable, inner, path)
        variable = self.bare(term.variable)
        sign = style.signs["d" if term.ordinary else "∂"]
        body = self.piece(inner, (*path, 0))
        if isinstance(inner, nt.Symbol | nt.Indexed | nt.Abbreviation):
            text = style.partial_of_name(sign, variable, body.text)
            return Piece(text, PRODUCT if style.flat else ATOM, wide=style.flat)
        bare = isinstance(inner, nt.BigSum) or body.level >= POWER
        written = body.text if bare and not style.explicit else style.parentheses(body.text)
        text = style.partial(sign, variable, written)
        level = ATOM if style.explicit else PRODUCT
        open_right = bare and not style.explicit
        return Piece(text, level, open_right=open_right, open_sum=open_right and body.open_sum)

    def second_partial(self, by: nt.Variable, inner: nt.Partial, path: nt.Path) -> Piece:
        """∂²J/∂m∂b for ∂/∂m ∂J/∂b, and ∂²J/∂m²."""
        body = self.piece(inner.body, (*path, 0, 0)).text
        first, second = self.bare(by), self.bare(inner.variable)
        same = first == second
        text = self.style.twice(first, body) if same else self.style.mixed(first, second, body)
        return Piece(text, ATOM, wide=self.style.flat)

    def bare(self, variable: nt.Variable | nt.Constant) -> str:
        """A variable without a tag of its own: it is part of the ∂ sign."""
        return self.style.name(variable.name, getattr(variable, "indices", ()))

    def untagged(self, term: nt.Term) -> str:
        """A part of a sign, such as a bound of Σ: it has no path of its own."""
        return type(self)(replace(self.style, tag=None), "e" not in term.names).piece(term, ()).text

    def primed(self, term: nt.Partial, path: nt.Path) -> Piece:
        """f′, (x²)′, J′ with m below, sin′(u); derived twice, f″."""
        by, body, here = [term.variable], term.body, (*path, 0)
        while isinstance(body, nt.Partial) and self.style.tag is None:
            by, body, here = [body.variable, *by], body.body, (*here, 0)
        called = isinstance(body, nt.Call) and {*body.children, *by} == {by[0]}
        if isinstance(body, nt.Call) and called and body.function not in ENCLOSING:
            argument = self.piece(by[0], (*here, 0)).text
            return Piece(self.primed_call(body.declared, len(by), argument), POWER)
        written = self.piece(body, here)
        named = isinstance(body, nt.Symbol | nt.Abbreviation) and not split_name(body.name)[1]
        plain = named and not getattr(body, "indices", ())
        inner = written.text if plain else self.style.parentheses(written.text)
        alone = term.ordinary and isinstance(term.variable, nt.Symbol)
        lower = () if alone else tuple(self.bare(name) for name in by)
        return Piece(self.style.prime(inner, len(by), lower), POWER, wide=written.wide and plain)

    def primed_call(self, function: Function, times: int, argument: str) -> str:
        """A function that is derived `times` over, at its argument."""
        if self.style.prime_call:
            return self.style.prime_call(function, times, argument)
        primed = self.style.prime(self.style.function(function), times, ())
        return self.style.call(primed, argument)

    def _ends_in_partial(self, term: nt.Term) -> bool:
        """Whether a written term ends in a derivative, so that a fraction bar after it would seem to be under the ∂."""
        while isinstance(term, nt.Product | nt.Negative):
            term = term.children[-1]
        return isinstance(term, nt.Partial) and self.style.derivative_style == "leibniz"
