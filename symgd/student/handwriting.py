"""One line of a student's formula to Term: Σ, ∂/∂m, x_i, 2x(a + b), and what else people type.

The text is cut into tokens and read by precedence; nothing is ever evaluated. Where people mean different things by
the same signs, 1/2N or d/dx 3x^5, a line has several readings, the usual one first.
"""

from __future__ import annotations

import difflib
import fractions
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from symgd import notation as nt
from symgd.errors import FormulaError
from symgd.exact import exact_number
from symgd.parsing import ALIASES, MAX_DEPTH, MAX_DIGITS
from symgd.student.tokens import CLOSING, RAISED, SIGNS, Token
from symgd.student.vocabulary import LEARNING_RATES, Vocabulary, spelled


@dataclass(frozen=True)
class Scopes:
    """How far signs reach where people differ.

    Parameters
    ----------
    tight : bool
        1/2N means 1/(2N).
    operator : int
        d/dx reaches over 0: the next factor, or what stands side by side without parentheses; 1: all that stands
        side by side; 2: the whole product.
    summed : int
        Σ reaches over 0: the product after it, and sum(a) over a alone; 1: the product in both; 2: all that follows.
    """

    tight: bool
    operator: int
    summed: int


SCOPES = tuple(
    Scopes(tight, operator, summed)
    for summed, operator, tight in itertools.product((0, 1, 2), (0, 1, 2), (True, False))
)


def readings(
    text: str, tokens: list[Token], vocabulary: Vocabulary, by: nt.Variable | None = None
) -> tuple[nt.Term, ...]:
    """What a formula may mean, the usual reading first.

    Parameters
    ----------
    text : str
        The line, for errors.
    tokens : list of Token
        The part of it to be read.
    vocabulary : Vocabulary
    by : Variable, optional
        What a prime, (x^2)', is derived by.

    Raises
    ------
    FormulaError
        When there is no reading at all.
    """
    found: dict[nt.Term, None] = {}
    for scopes in SCOPES:
        try:
            found.setdefault(_Hand(text, tokens, vocabulary, scopes, by).whole())
        except FormulaError:
            if scopes is SCOPES[0]:
                raise
    return tuple(found)


class _Hand:
    """Reads tokens by precedence: a sum of products of powers of atoms."""

    def __init__(
        self,
        text: str,
        tokens: list[Token],
        vocabulary: Vocabulary,
        scopes: Scopes,
        by: nt.Variable | None,
    ) -> None:
        self.text = text
        self.tokens = tokens
        self.vocabulary = vocabulary
        self.scopes = scopes
        self.by = by
        self.at = 0
        self.depth = 0
        self.counting: tuple[str, ...] = ()

    # The tokens

    def sign(self, ahead: int = 0) -> str:
        """The next token where it is a sign, in its usual spelling."""
        place = self.at + ahead
        if place >= len(self.tokens) or self.tokens[place].kind != "sign":
            return ""
        text = self.tokens[place].text
        return SIGNS.get(text, text)

    def kind(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.tokens[place].kind if place < len(self.tokens) else ""

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def error(self, cause: str, remedy: str, place: int | None = None) -> FormulaError:
        if place is None:
            ended = self.at >= len(self.tokens)
            place = len(self.text.rstrip()) if ended else self.tokens[self.at].start
        return FormulaError(cause, remedy, text=self.text, position=place)

    # The grammar

    def whole(self) -> nt.Term:
        term = self.sum()
        if self.at < len(self.tokens):
            found = self.tokens[self.at].text
            remedy = (
                "remove it, or open one before it" if found in ")]}" else "write a sign before it"
            )
            raise self.error(f'unexpected "{found}"', remedy)
        return term

    def sum(self) -> nt.Term:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error("the formula is nested too deeply", "write it on several lines")
        terms = [self.signed()]
        while self.sign() in ("+", "-"):
            terms.append(self.signed())
        self.depth -= 1
        return nt.sum_of(tuple(terms))

    def signed(self) -> nt.Term:
        minus = False
        while self.sign() in ("+", "-"):
            minus ^= SIGNS.get(token := self.take().text, token) == "-"
        term = self.product()
        return nt.Negative(term) if minus else term

    def product(self) -> nt.Term:
        term = self.factor()
        factors = [term]
        while True:
            if self.sign() == "*":
                self.take()
                factors.append(self.signed_factor())
            elif self.sign() == "/":
                self.take()
                factors = [nt.Fraction(nt.product_of(tuple(factors)), self.divisor())]
                self.bound(factors[0])
            elif self.begins():
                factors.append(self.factor())
            else:
                return self.bound(nt.product_of(tuple(factors)))

    def begins(self, ahead: int = 0) -> bool:
        """Whether the next token begins a factor, so that a product is meant."""
        if self.kind(ahead) in ("number", "name", "sigma", "derivative"):
            return True
        return self.sign(ahead) in ("(", "[", "{", "√", "∂")

    def signed_factor(self) -> nt.Term:
        if self.sign() in ("+", "-"):
            minus = SIGNS.get(token := self.take().text, token) == "-"
            factor = self.signed_factor()
            return nt.Negative(factor) if minus else factor
        return self.factor()

    def divisor(self) -> nt.Term:
        """What stands under a slash; 1/2N is 1/(2N) where signs bind tightly."""
        factors = [self.signed_factor()]
        while self.scopes.tight and self.kind() == "name" and not self.tokens[self.at].apart:
            factors.append(self.factor())
        below = nt.product_of(tuple(factors))
        if exact_number(below) == 0:
            raise self.error("this divides by zero", "change the denominator")
        return below

    def run(self) -> nt.Term:
        """Factors side by side, without a sign between them."""
        factors = [self.factor()]
        while self.begins():
            factors.append(self.factor())
        return nt.product_of(tuple(factors))

    def factor(self) -> nt.Term:
        return self.powers(self.atom())

    def powers(self, term: nt.Term) -> nt.Term:
        while True:
            if self.kind() == "raised":
                term = nt.Power(term, self.raised(self.take()))
            elif self.kind() == "prime":
                term = self.primed(term)
            elif self.sign() == "^":
                self.take()
                exponent = self.exponent(term)
                term = term if exponent is None else nt.Power(term, exponent)
            else:
                return self.bound(term)

    def raised(self, token: Token) -> nt.Term:
        text = token.text.translate(RAISED)
        if text == "n":
            return self.named("n", token)
        number = nt.number(abs(int(text)))
        return nt.Negative(number) if text.startswith("-") else number

    def exponent(self, base: nt.Term) -> nt.Term | None:
        """What stands after ^; None where it is an index, x^(i)."""
        start = self.at
        inside = (
            self.tokens[start + 1].text if self.begins() and start + 2 < len(self.tokens) else ""
        )
        is_index = inside in self.vocabulary.bounds and not self.vocabulary.has(inside)
        if isinstance(base, nt.Indexed) and is_index and self.tokens[start + 2].text in ")}":
            self.at += 3
            return None
        return self.signed_factor()

    def primed(self, term: nt.Term) -> nt.Term:
        token = self.take()
        if self.by is None or len(token.text) > 1:
            raise self.error(
                "a prime does not say what is derived by", "write d/dm(...)", token.start
            )
        return self.partial(term, self.by)

    # Atoms

    def atom(self) -> nt.Term:
        if self.at >= len(self.tokens):
            raise self.error(
                "the formula ends too early", "expected a number, a name or a parenthesis"
            )
        readers = {
            "number": self.number,
            "name": self.name,
            "sigma": self.big_sum,
            "derivative": self.derivative,
        }
        kind = self.kind()
        if kind in readers:
            return readers[kind](self.take())
        if self.sign() in CLOSING:
            return self.group()
        if self.sign() == "√":
            self.take()
            return nt.Call("sqrt", self.atom())
        if self.sign() == "∂":
            return self.quotient(self.take())
        found = self.tokens[self.at].text
        remedies = {"|": 'write "abs(...)"', ",": 'write decimals with a point, "0.5"'}
        expected = remedies.get(found, "expected a number, a name or a parenthesis")
        raise self.error(f'unexpected "{found}"', expected)

    def group(self) -> nt.Term:
        opened = self.take()
        term = self.sum()
        if self.sign() != CLOSING[opened.text]:
            if self.at < len(self.tokens):
                found = self.tokens[self.at].text
                raise self.error(f'unexpected "{found}"', f'expected "{CLOSING[opened.text]}"')
            raise self.error(
                "a parenthesis is not closed", f'add "{CLOSING[opened.text]}"', opened.start
            )
        self.take()
        return term

    def number(self, token: Token) -> nt.Term:
        mantissa, _, exponent = token.text.lower().partition("e")
        if len(mantissa) > MAX_DIGITS or abs(int(exponent or 0)) > MAX_DIGITS:
            raise self.error(
                "this number is too long", f"use at most {MAX_DIGITS} digits", token.start
            )
        value = fractions.Fraction(token.text.rstrip("."))
        return nt.number(value, decimal=value.denominator > 1)

    def name(self, token: Token) -> nt.Term:
        name = spelled(token.text)
        function = ALIASES.get(token.text, token.text)
        if function in nt.FUNCTIONS and not self.vocabulary.has(name):
            return self.call(function, token)
        if name == "e" and self.sign() == "^" and self.is_euler():
            self.take()
            return nt.Call("exp", self.raised_run())
        if name == "d" and self.sign() == "(" and not self.vocabulary.has("d"):
            return self.quotient(token)
        return self.named(name, token)

    def is_euler(self) -> bool:
        """Whether e stands for exp: nobody has called anything e, or what is raised is no plain number."""
        if self.vocabulary.has("e"):
            return False
        return "e" not in self.vocabulary.usual or self.kind(1) != "number"

    def raised_run(self) -> nt.Term:
        """The exponent of e; e^-2x is exp(-2x) where signs bind tightly."""
        if self.sign() in ("+", "-"):
            minus = SIGNS.get(token := self.take().text, token) == "-"
            inner = self.raised_run()
            return nt.Negative(inner) if minus else inner
        factors = [self.factor()]
        while self.scopes.tight and self.kind() == "name" and not self.tokens[self.at].apart:
            factors.append(self.factor())
        return nt.product_of(tuple(factors))

    def named(self, name: str, token: Token) -> nt.Term:
        vocabulary = self.vocabulary
        if name in vocabulary.costs and not vocabulary.has(name):
            return self.cost(name, token)
        indexed = self.with_bracketed_index(name)
        found = indexed or vocabulary.meaning(name, self.counting) or self.split(token.text)
        if found is not None:
            return found
        if name in LEARNING_RATES:
            return nt.Symbol(name)
        raise self.unknown(token)

    def with_bracketed_index(self, name: str) -> nt.Term | None:
        """x[i] and x(i)."""
        if (
            self.sign() not in ("[", "(")
            or self.kind(1) != "name"
            or self.sign(2) not in ("]", ")")
        ):
            return None
        index = self.tokens[self.at + 1].text
        if self.vocabulary.has(index) or len(index) > 1:
            return None
        found = self.vocabulary.meaning(f"{name}_{index}", self.counting)
        if found is not None:
            self.at += 3
        return found

    def split(self, text: str) -> nt.Term | None:
        """Mx_i: names side by side without a sign, if each of them is known."""
        for length in range(len(text) - 1, 0, -1):
            head = self.vocabulary.meaning(spelled(text[:length]), self.counting)
            rest = text[length:]
            if head is None or not rest[0].isalpha():
                continue
            tail = self.vocabulary.meaning(spelled(rest), self.counting) or self.split(rest)
            if tail is not None:
                return nt.Product((head, *nt.factors_of(tail)))
        return None

    def unknown(self, token: Token) -> FormulaError:
        known = self.vocabulary.known
        functions = [*nt.FUNCTIONS, *ALIASES]
        begins = [f for f in functions if len(f) > 2 and token.text.startswith(f)]
        near = difflib.get_close_matches(token.text, [*known, *functions], 1, 0.7)
        if begins:
            remedy = f'write "{begins[0]}(...)"'
        elif near:
            remedy = f'did you mean "{near[0]}"?'
        else:
            remedy = f'its names are {", ".join(known)}; or define it on a line of its own, "{token.text} = ..."'
        return self.error(f'"{token.text}" is not a name of this exercise', remedy, token.start)

    def cost(self, name: str, token: Token) -> nt.Term:
        """J, J(m, b), f'(x)."""
        term: nt.Term = self.vocabulary.costs[name]
        if self.kind() == "prime":
            term = self.primed(term)
        if self.sign() == "(":
            end, inside = self.at + 1, []
            while end < len(self.tokens) and self.tokens[end].text != ")":
                inside.append(self.tokens[end].text)
                end += 1
            names = {str(variable.name) for variable in self.vocabulary.variables}
            if inside and all(part == "," or spelled(part) in names for part in inside):
                self.at = end + 1
        return term

    def call(self, function: str, token: Token) -> nt.Term:
        """sin(x), sin²(x), sin x."""
        raised = None
        if self.kind() == "raised":
            raised = self.raised(self.take())
        elif self.sign() == "^":
            self.take()
            raised = self.signed_factor()
        if isinstance(raised, nt.Negative):
            remedy = f'write "1/{function}(...)", or "a{function}(...)" for the inverse'
            raise self.error(f"{function} with a negative exponent", remedy, token.start)
        if self.sign() in CLOSING:
            arguments = self.arguments()
        elif self.kind() in ("number", "name"):
            arguments = (self.plain_run(),)
        else:
            raise self.error(f'"{token.text}" has no argument', f'write "{token.text}(...)"')
        try:
            term = nt.Call(function, *arguments)
        except (TypeError, ValueError) as failure:
            raise self.error(str(failure), f'write "{function}(...)"', token.start) from None
        return nt.Power(term, raised) if raised is not None else term

    def arguments(self) -> tuple[nt.Term, ...]:
        """What stands in the parentheses of a call, commas between."""
        opened = self.take()
        found = [self.sum()]
        while self.sign() == ",":
            self.take()
            found.append(self.sum())
        if self.sign() != CLOSING[opened.text]:
            raise self.error("a parenthesis is not closed", f'add "{CLOSING[opened.text]}"')
        self.take()
        return tuple(found)

    def plain_run(self) -> nt.Term:
        """Numbers and names side by side, as in sin 2x."""
        factors = [self.factor()]
        while self.kind() in ("number", "name") and self.tokens[self.at].text not in nt.FUNCTIONS:
            factors.append(self.factor())
        return nt.product_of(tuple(factors))

    # Σ and ∂

    def big_sum(self, token: Token) -> nt.Term:
        if not self.vocabulary.bounds:
            raise self.error("there is no Σ in this exercise", "write the formula", token.start)
        sign = re.match(r"[Σ∑]|\\sum|[Ss]um|[Mm]ean", token.text)
        assert sign is not None
        index = self.counted(token, token.text[sign.end() :])
        upper, lower = self.vocabulary.bounds_of(index)
        word = sign.group().lower() in ("sum", "mean", "\\sum")
        closed = word and self.sign() in CLOSING and not self.tokens[self.at].apart
        self.counting = (*self.counting, index)
        if self.scopes.summed == 2:
            body = self.sum()
        else:
            body = self.atom() if closed and not self.scopes.summed else self.signed()
        self.counting = self.counting[:-1]
        total = nt.BigSum(body, index, upper, lower)
        if sign.group().lower() == "mean":
            return nt.Product((nt.Fraction(nt.number(1), upper), total))
        return total

    def counted(self, token: Token, below: str) -> str:
        """The index of a Σ, from what stands under and above it."""
        written = spelled(re.split(r"\^|ᴺ|ⁿ", below)[0]).lstrip("_")
        index, _, start = written.partition("=")
        index = index or self.vocabulary.index
        if start and start != "1":
            raise self.error(f"this sum starts at {start}", "it counts from 1", token.start)
        if len(index) > 1 or not index.isalpha() or self.vocabulary.has(index):
            raise self.error(f'"{index}" is not an index', 'write "Σ_i" or "sum_i"', token.start)
        return index

    def derivative(self, token: Token) -> nt.Term:
        """∂J/∂m is a Term; ∂/∂m derives what stands after it."""
        by = self.vocabulary.variable(spelled(token.by), self.counting)
        if by is None:
            names = ", ".join(str(variable.name) for variable in self.vocabulary.variables)
            raise self.error(
                f'"{token.by}" is nothing to derive by', f"expected one of {names}", token.start
            )
        if token.of:
            return self.partial(self.named(spelled(token.of), token), by)
        return self.partial(self.derived(), by)

    def derived(self) -> nt.Term:
        """What a derivative sign reaches over."""
        reach = self.scopes.operator
        if self.sign() == "*":
            self.take()
        if reach == 2 or self.kind() == "sigma" or self.sign() == "-":
            return self.signed()
        return self.run() if reach == 1 or self.sign() not in CLOSING else self.factor()

    def quotient(self, token: Token) -> nt.Term:
        """d(...)/dm."""
        body = self.factor()
        by = None
        if self.sign() == "/":
            self.take()
            if self.sign() == "∂":
                self.take()
                name = self.take().text if self.kind() == "name" else ""
            else:
                name = self.take().text.removeprefix("d") if self.kind() == "name" else ""
            by = self.vocabulary.variable(spelled(name), self.counting)
        if by is None:
            remedy = 'write "d(...)/dm" or "d/dm(...)"'
            raise self.error("this derivative does not say by what", remedy, token.start)
        return self.partial(body, by)

    def partial(self, body: nt.Term, by: nt.Variable) -> nt.Term:
        if any(isinstance(part, nt.Partial) for part in _deep(body)):
            raise self.error("a derivative of a derivative", "write the inner one out first")
        ordinary = self.vocabulary.ordinary or isinstance(by, nt.Abbreviation)
        return nt.Partial(body, by, ordinary)

    def bound(self, term: nt.Term) -> nt.Term:
        """Refuse numbers that would grow without bound."""
        try:
            exact_number(term)
        except OverflowError:
            raise self.error("this number is too large", "use a smaller exponent") from None
        except ZeroDivisionError:
            raise self.error("this divides by zero", "change the denominator") from None
        return term


def _deep(term: nt.Term) -> Iterator[nt.Term]:
    """All parts of a Term, and of what its abbreviations stand for."""
    for _, part in term.walk():
        yield part
        if isinstance(part, nt.Abbreviation):
            yield from _deep(part.definition)
