"""The grammar of a student's formula: sums of products of powers of atoms, products without a sign included."""

from __future__ import annotations

import fractions
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from symgd import terms as nt
from symgd.derivation.gradient import GENERIC
from symgd.parsing.formula import MAX_DIGITS
from symgd.parsing.source import MAX_DEPTH
from symgd.terms.exact import exact_number
from symgd.terms.functions import FUNCTIONS
from symgd.tutor.choices import Choices
from symgd.tutor.cursor import Cursor
from symgd.tutor.measure import expect_reachable
from symgd.tutor.tokens import CLOSING, RAISED, LineToken
from symgd.tutor.vocabulary import COUNTS, Vocabulary, spelled


@dataclass
class Grammar(Cursor):
    """Reads tokens by precedence; what an atom is, its heirs say."""

    vocabulary: Vocabulary
    choices: Choices
    by: nt.Variable | None
    depth: int = 0
    between: bool = False  # of two |, where the next one closes
    counting: tuple[str, ...] = ()

    @abstractmethod
    def atom(self) -> nt.Term:
        """A number, a name, a function's value, Σ, a derivative, or a group."""

    @abstractmethod
    def named(self, name: str, token: LineToken) -> nt.Term:
        """What a name means."""

    def whole(self) -> nt.Term:
        term = self.whole_sum()
        if self.at < len(self.tokens):
            found = self.tokens[self.at].text
            surplus = found in CLOSING.values()
            remedy = "remove it, or open one before it" if surplus else "write a sign before it"
            raise self.error(f'unexpected "{found}"', remedy)
        return term

    def sum(self) -> nt.Term:
        terms = [self.signed()]
        while self.sign() in ("+", "-"):
            terms.append(self.signed())
        return nt.sum_of(tuple(terms))

    def signed(self) -> nt.Term:
        """A product with the signs before it."""
        return self.after_signs(self.product)

    def signed_factor(self) -> nt.Term:
        """A factor with the signs before it."""
        return self.after_signs(self.factor)

    def after_signs(self, read: Callable[[], nt.Term]) -> nt.Term:
        """What `read` reads, with the signs before it, however many."""
        minus = False
        while self.sign() in ("+", "-"):
            minus ^= self.sign() == "-"
            self.take()
        term = read()
        return nt.Negative(term) if minus else term

    def product(self) -> nt.Term:
        factors = [self.factor()]
        while True:
            if self.accept("*"):
                factors.append(self.signed_factor())
            elif self.accept("/"):
                factors = [nt.Fraction(nt.product_of(tuple(factors)), self.divisor())]
                self.bound(factors[0])
            elif self.begins():
                factors.append(self.factor())
            else:
                return self.bound(nt.product_of(tuple(factors)))

    def begins(self) -> bool:
        """Whether the next token begins a factor, so that a product is meant."""
        if self.kind() in ("number", "name", "sigma", "derivative"):
            return True
        return self.sign() in (*CLOSING, "√", "∂") or (self.sign() == "|" and not self.between)

    def divisor(self) -> nt.Term:
        """What stands under a slash: 1/2N is 1/(2N) or (1/2)·N, 1/2 N is either too."""
        grouped = self.sign() in CLOSING
        first = self.signed_factor()
        runs = [self.is_close, self.never] if self.is_close() and not grouped else [self.never]
        runs += [self.is_beside] if self.is_beside() else []
        below = self.perhaps_counted(self.side_by_side(first, self.chosen(runs)))
        if exact_number(below) == 0:
            raise self.error("this divides by zero", "change the denominator")
        return below

    def perhaps_counted(self, below: nt.Term) -> nt.Term:
        """1/m and 1/2m, where m is a parameter, but many call the number of examples so."""
        vocabulary = self.vocabulary
        names = [part for part in nt.factors_of(below) if not isinstance(part, nt.Number)]
        doubtful = len(names) == 1 and names[0] in vocabulary.variables and vocabulary.bounds
        if not doubtful or below.names.isdisjoint(COUNTS) or not self.choices.of(2):
            return below
        return below.substitute({names[0]: vocabulary.bounds[vocabulary.index][0]})

    def side_by_side(self, first: nt.Term, goes_on: Callable[[], bool]) -> nt.Term:
        """Factors without a sign between them, as long as there are such."""
        factors = [first]
        while goes_on():
            factors.append(self.factor())
        return nt.product_of(tuple(factors))

    def chosen(self, meanings: list[Callable[[], bool]]) -> Callable[[], bool]:
        """What is meant of several things, the usual one first."""
        return meanings[self.choices.of(len(meanings)) if len(meanings) > 1 else 0]

    def never(self) -> bool:
        """That nothing more belongs to it."""
        return False

    def is_close(self) -> bool:
        """Whether a name stands close behind."""
        return self.kind() == "name" and not self.tokens[self.at].apart

    def is_beside(self) -> bool:
        """Whether a number or a name stands behind, or a parenthesis close behind."""
        grouped = self.sign() in CLOSING and not self.tokens[self.at].apart
        return grouped or self.kind() in ("number", "name")

    def is_plain(self) -> bool:
        """Whether a number or a name goes on with an argument, as in sin 2x."""
        return self.kind() in ("number", "name") and self.tokens[self.at].text not in FUNCTIONS

    def raised_run(self) -> nt.Term:
        """The exponent of e: e^-2x is exp(-2x) or exp(-2)·x, e^-x/2 is exp(-x/2) or exp(-x)/2."""
        return self.after_signs(self.run)

    def run(self) -> nt.Term:
        """What is raised, as far as it goes without parentheses."""
        grouped = self.sign() in CLOSING
        first = self.factor()
        if grouped:
            return first
        runs = [self.is_close, self.never] if self.is_close() else [self.never]
        runs += [self.is_plain] if self.is_plain() else []
        return self.perhaps_divided(self.side_by_side(first, self.chosen(runs)))

    def perhaps_divided(self, above: nt.Term) -> nt.Term:
        """What goes on with a slash, where the slash may belong to what stands before it alone."""
        if self.sign() != "/" or not self.choices.of(2):
            return above
        self.take()
        return nt.Fraction(above, self.divisor())

    def factor(self) -> nt.Term:
        """An atom with its powers."""
        return self.deeper(lambda: self.powers(self.atom()))

    def deeper(self, read: Callable[[], nt.Term]) -> nt.Term:
        """What `read` reads one level further inside."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error("the formula is nested too deeply", "write it on several lines")
        term = read()
        self.depth -= 1
        return term

    def powers(self, term: nt.Term) -> nt.Term:
        while True:
            if self.kind() == "raised":
                term = nt.Power(term, self.raised(self.take()))
            elif self.kind() == "prime":
                term = self.primed(term)
            elif self.accept("^"):
                exponent = self.exponent(term)
                term = term if exponent is None else nt.Power(term, exponent)
            else:
                return self.bound(term)

    def raised(self, token: LineToken) -> nt.Term:
        text = token.text.translate(RAISED)
        if text == "n":
            return self.named("n", token)
        number = nt.number(abs(int(text)))
        return nt.Negative(number) if text.startswith("-") else number

    def exponent(self, base: nt.Term) -> nt.Term | None:
        """What stands after ^; None where it is an index, x^(i) or x^{(i)}."""
        opened = 0
        while self.sign(opened) in CLOSING:
            opened += 1
        inside = self.tokens[self.at + opened].text if self.kind(opened) == "name" else ""
        is_index = inside in self.vocabulary.bounds and not self.vocabulary.has(inside)
        closed = all(self.sign(opened + 1 + n) in (")", "}") for n in range(opened))
        if isinstance(base, nt.Indexed | nt.Abbreviation) and opened and is_index and closed:
            self.at += 2 * opened + 1
            return None
        grouped = self.sign() in CLOSING
        power = self.signed_factor()
        if grouped:
            return power
        if self.is_close():
            power = self.side_by_side(power, self.chosen([self.never, self.is_close]))
        whole = self.kind(-1) == "number" == self.kind(1) and self.is_whole(-1, 1)
        return power if whole else self.perhaps_divided(power)

    def is_whole(self, above: int, below: int) -> bool:
        """Whether two numbers ahead make a whole one: x^4/2 is no root."""
        over, under = (exact_number(self.number(self.tokens[self.at + n])) for n in (above, below))
        return not over or not under or (over / under).denominator == 1

    def primed(self, term: nt.Term) -> nt.Term:
        """f′, and J′ₘ, which says what is derived by."""
        token = self.take()
        below = spelled(token.text.lstrip("'′’").lstrip("_")).lstrip("_")
        by = self.vocabulary.variable(below, self.counting) if below else self.by
        if by is None or token.text[1:2] in ("'", "′", "’"):
            cause = "a prime does not say what is derived by"
            remedy = "write d/dm(...), or one prime in a plain function"
            raise self.error(cause, remedy, token.start)
        if isinstance(term, nt.Abbreviation):
            self.skip_arguments()
            self.refuse_place(token)
        return self.partial(term, by)

    def refuse_place(self, token: LineToken) -> None:
        """f'(2) is a number and no product."""
        alone = self.sign() == "(" and self.kind(1) == "number" and self.sign(2) == ")"
        if alone and not self.tokens[self.at].apart:
            cause = "a derivative at one place is not marked"
            raise self.error(cause, "write the derivative itself", token.start)

    def skip_arguments(self) -> None:
        """The (x_i) of h(x_i): data, or all that it depends on, which its name says already."""
        depth, names = 0, []
        for end in range(self.at, len(self.tokens)):
            token = self.tokens[end]
            depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(token.text, 0)
            if token.kind == "name":
                names.append(spelled(token.text))
            if not depth:
                break
            if token.kind != "name" and token.text not in "(){}^,;":
                return
        if self.sign() == "(" and not depth and names and all(map(self.is_argument, names)):
            self.at = end + 1

    def is_argument(self, name: str) -> bool:
        """Whether a name is an index, or of data, or of what is derived by."""
        vocabulary = self.vocabulary
        meaning = vocabulary.meaning(name, self.counting)
        indexed = isinstance(meaning, nt.Indexed) or name in vocabulary.bounds
        return indexed or name in GENERIC or vocabulary.variable(name) in vocabulary.variables

    def group(self) -> nt.Term:
        opened = self.take()
        term = self.whole_sum()
        self.close(opened)
        return term

    def whole_sum(self) -> nt.Term:
        """A sum, and the other cases where it is one of several."""
        term = self.sum()
        return self.cases(term) if self.sign() == "if" else term

    def close(self, opened: LineToken) -> None:
        """Take the parenthesis that closes another."""
        closing = CLOSING[opened.text]
        if self.at >= len(self.tokens):
            raise self.error("a parenthesis is not closed", f'add "{closing}"', opened.start)
        found = self.take()
        if found.text != closing:
            raise self.error(f'unexpected "{found.text}"', f'expected "{closing}"', found.start)

    def cases(self, body: nt.Term) -> nt.Term:
        """{a if x > 0; b otherwise}, or a if x > 0 else b, from the first "if" on."""
        found: list[nt.Case] = []
        while True:
            if self.accept("otherwise"):
                found.append(nt.Case(body, nt.Otherwise()))
                return nt.Cases(tuple(found))
            if not self.accept("if"):
                raise self.error("a case has no condition", 'write "{a if x > 0; b otherwise}"')
            found.append(nt.Case(body, self.condition()))
            says_else = self.accept("else")
            if not says_else and not self.accept(";", ","):
                return nt.Cases(tuple(found))
            body = self.sum()
            if says_else and self.sign() != "if":
                return nt.Cases((*found, nt.Case(body, nt.Otherwise())))

    def condition(self) -> nt.Term:
        """Comparisons, and between them."""
        parts = [self.comparison()]
        kinds = set()
        while self.sign() in ("and", "or"):
            kinds.add(self.take().text)
            parts.append(self.comparison())
        if len(kinds) > 1:
            raise self.error('"and" and "or" in one condition', "write one of them")
        if not kinds:
            return parts[0]
        return nt.Junction("and" if "and" in kinds else "or", tuple(parts))

    def comparison(self) -> nt.Term:
        left = self.sum()
        if self.kind() != "compared":
            raise self.error("here a condition is missing", 'write one such as "x > 0"')
        sign = self.sign()
        self.take()
        return nt.Comparison(left, sign, self.sum())  # type: ignore[arg-type]

    def absolute(self) -> nt.Term:
        """|a|."""
        opened = self.take()
        self.between = True
        term = self.sum()
        if not self.accept("|"):
            raise self.error('"|" is not closed', 'add "|", or write "abs(...)"', opened.start)
        self.between = False
        return nt.call("abs", term)

    def number(self, token: LineToken) -> nt.Term:
        mantissa, _, exponent = token.text.lower().partition("e")
        if len(mantissa) > MAX_DIGITS or abs(int(exponent or 0)) > MAX_DIGITS:
            remedy = f"use at most {MAX_DIGITS} digits"
            raise self.error("this number is too long", remedy, token.start)
        value = fractions.Fraction(token.text.rstrip("."))
        return nt.number(value, decimal=value.denominator > 1)

    def partial(self, body: nt.Term, by: nt.Variable) -> nt.Term:
        if any(isinstance(part, nt.Partial) for part in body.parts(definitions=True)):
            raise self.error("a derivative of a derivative", "write the inner one out first")
        ordinary = self.vocabulary.ordinary or isinstance(by, nt.Abbreviation)
        if isinstance(by, nt.Abbreviation):
            costs = self.vocabulary.costs.values()
            body = self.in_terms_of(body, by) if body in costs else self.by_name(body, by)[0]
        return nt.Partial(body, by, ordinary)

    def by_name(self, body: nt.Term, part: nt.Abbreviation) -> tuple[nt.Term, bool]:
        """A Term with a part of it by name, though it is written out there; and whether it has that part."""
        inner = part.definition
        same = [t for t in body.parts() if t in (part, inner) or t.value == inner.value]
        return body.substitute(dict.fromkeys(same, part)), bool(same)

    def in_terms_of(self, cost: nt.Term, part: nt.Abbreviation) -> nt.Term:
        """What is to be derived, written with a part of it by name, for df/du."""
        assert isinstance(cost, nt.Abbreviation)
        inner = part.definition
        written, same = self.by_name(cost.definition, part)
        outside_sums = self.vocabulary.index not in (*part.indices, *inner.names)
        if not same or (self.vocabulary.bounds and not outside_sums):
            raise self.error(
                f"{cost.name} is not written with {part.name}, so it cannot be derived by it",
                f"derive {cost.name} by {self.vocabulary.parameters}, or give what is derived a name on a line before",
            )
        return nt.Abbreviation(cost.name, written, cost.indices)

    def bound(self, term: nt.Term) -> nt.Term:
        """Refuse numbers that would grow without bound."""
        try:
            exact_number(term)
            expect_reachable(term)
        except OverflowError:
            raise self.error("this number is too large", "use a smaller exponent") from None
        except ZeroDivisionError:
            raise self.error("this divides by zero", "change the denominator") from None
        return term
