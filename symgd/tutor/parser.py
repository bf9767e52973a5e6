"""One line of a student's formula to Term: Σ, ∂/∂m, x_i, 2x(a + b), and what else people type.

The text is cut into tokens and read by precedence; nothing is ever evaluated. Where people mean different things by
the same signs, 1/2N or d/dx 3x^5, a line has several readings, the usual one first.
"""

from __future__ import annotations

import itertools
import re

from symgd import terms as nt
from symgd.errors import FormulaError
from symgd.parsing.formula import parse
from symgd.registry.near import near_names
from symgd.terms.functions import ALIASES, FUNCTIONS, SHORTHANDS
from symgd.tutor.choices import Choices, every_way
from symgd.tutor.derivatives import Derivatives
from symgd.tutor.tokens import CLOSING, LineToken
from symgd.tutor.vocabulary import (
    FUNCTION_NAMES,
    LEARNING_RATES,
    SPOKEN,
    Vocabulary,
    spelled,
)

MAX_NEAR = 40  # letters of a name for which a near one is looked for


def readings(
    text: str, tokens: list[LineToken], vocabulary: Vocabulary, by: nt.Variable | None = None
) -> tuple[nt.Term, ...]:
    """What a formula, some tokens of a line, may mean, the usual reading first; a prime is derived by `by`."""
    return all_readings(text, tokens, vocabulary, by)[0]


def usual_reading(text: str, tokens: list[LineToken], vocabulary: Vocabulary) -> nt.Term:
    """What a formula usually means."""
    return _Hand(text, tokens, vocabulary, Choices(), None).whole()


def all_readings(
    text: str,
    tokens: list[LineToken],
    vocabulary: Vocabulary,
    by: nt.Variable | None = None,
    *,
    one_example: bool = False,
) -> tuple[tuple[nt.Term, ...], bool]:
    """The readings, and whether there are no more; what is said of `one_example` has its index outside every Σ."""

    def read(choices: Choices) -> nt.Term:
        return _Hand(text, tokens, vocabulary, choices, by).whole()

    return every_way(read, lambda term: not one_example and vocabulary.is_loose(term))


class _Hand(Derivatives):
    """Names, functions, sums and derivatives, as people write them."""

    def atom(self) -> nt.Term:
        expected = "expected a number, a name or a parenthesis"
        if self.at >= len(self.tokens):
            raise self.error("the formula ends too early", expected)
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
        if self.accept("√"):
            return self.root()
        if self.sign() == "∂":
            return self.quotient(self.take())
        if self.sign() == "|" and not self.between:
            return self.absolute()
        found = self.tokens[self.at].text
        remedy = 'write decimals with a point, "0.5"' if found == "," else expected
        raise self.error(f'unexpected "{found}"', remedy)

    def root(self) -> nt.Term:
        """√x, √2x, which is √(2x) or √2·x, and √x², which is √(x²) or (√x)²."""
        grouped = self.sign() in CLOSING
        inside = self.deeper(self.atom)
        if not grouped and self.is_close():
            inside = self.side_by_side(inside, self.chosen([self.never, self.is_close]))
        elif (self.sign() == "^" or self.kind() == "raised") and self.choices.of(2):
            inside = self.powers(inside)
        return nt.call("sqrt", inside)

    def name(self, token: LineToken) -> nt.Term:
        name = spelled(token.text)
        function = SPOKEN.get(name, ALIASES.get(token.text, token.text))
        if function in FUNCTIONS and self.kind() == "prime" and not self.vocabulary.has(name):
            return self.outer_derivative(function)
        known = function in FUNCTIONS or function in SHORTHANDS
        if known and not self.vocabulary.has(name) and self.has_argument():
            return self.call(function, token)
        if name == "piecewise" and self.sign() == "(":
            return self.piecewise()
        if name.startswith("log_") and not self.vocabulary.has(name) and self.has_argument():
            return self.call("log", token, (self.base(name.removeprefix("log_"), token),))
        if name == "e" and self.sign() == "^" and self.is_euler():
            self.take()
            return nt.call("exp", self.raised_run())
        if name == "d" and self.sign() == "(" and not self.vocabulary.has("d"):
            return self.quotient(token)
        return self.named(name, token)

    def outer_derivative(self, function: str) -> nt.Term:
        """sin′(u): the derivative of a function by what stands inside it."""
        token = self.take()
        if len(token.text) > 1 or self.sign() not in CLOSING:
            raise self.error("this prime is not followed by parentheses", f"write {function}'(...)")
        inner = self.group()
        u = inner if isinstance(inner, nt.Symbol | nt.Abbreviation) else nt.Abbreviation("u", inner)
        return self.partial(nt.call(function, u), u)

    def base(self, name: str, token: LineToken) -> nt.Term:
        """The base of log_2 and log_a."""
        return nt.number(int(name)) if name.isdecimal() else self.named(name, token)

    def piecewise(self) -> nt.Term:
        """piecewise((a, x > 0), (b, otherwise))."""
        opened = self.take()
        found: list[nt.Case] = []
        while not found or self.accept(","):
            pair = self.take() if self.sign() == "(" else opened
            body = self.sum()
            if not self.accept(","):
                remedy = 'write "piecewise((a, x > 0), (b, otherwise))"'
                raise self.error("a case has no condition", remedy)
            otherwise = self.accept("otherwise")
            found.append(nt.Case(body, nt.Otherwise() if otherwise else self.condition()))
            self.close(pair)
        self.close(opened)
        return nt.Cases(tuple(found))

    def has_argument(self) -> bool:
        """Whether what stands here can be the argument of a function, or its exponent."""
        return self.kind() in ("number", "name", "raised") or self.sign() in (*CLOSING, "^")

    def is_euler(self) -> bool:
        """Whether e stands for exp: nobody has called anything e, or a residual e is hardly raised to what it is."""
        known = self.vocabulary
        if "e" in (*known.symbols, *known.columns):
            return False
        if ("e" in known.usual or "e" in known.meanings) and self.kind(1) == "number":
            return False
        return "e" not in known.meanings or not self.choices.of(2)

    def named(self, name: str, token: LineToken) -> nt.Term:
        vocabulary = self.vocabulary
        if name in vocabulary.costs and not vocabulary.has(name):
            return self.cost(name, token)
        indexed = self.with_bracketed_index(name)
        found = indexed or vocabulary.meaning(name, self.counting) or self.split(token)
        if isinstance(found, nt.Abbreviation) and found.name in vocabulary.called:
            self.skip_arguments()
            if found.name in vocabulary.meanings:
                self.refuse_value(found.name, token)
        if found is not None:
            return found
        if name in LEARNING_RATES:
            return nt.Symbol(name)
        if vocabulary.bounds and re.fullmatch("delta_[a-z]{2}", name):
            return nt.Delta((name[-2], name[-1]))
        if name in ("e", "E"):  # nobody has called anything that; SymPy writes E
            return nt.call("exp", nt.number(1))
        raise self.unknown(token)

    def refuse_value(self, name: str, token: LineToken) -> None:
        """g(2x), where g(x) = … was defined, is another value of g and no product; p(1 − p) is one."""
        if self.sign() != "(" or self.tokens[self.at].apart or self.kind(-1) != "name":
            return
        inside = [t.text for t in self.tokens[self.at :]]
        if name not in inside:
            cause = f"{name} of anything but its variable is not read"
            raise self.error(
                cause, f'write it out; for a product write "{name}*(...)"', token.start
            )

    def with_bracketed_index(self, name: str) -> nt.Term | None:
        """x[i] and x(i), x[i, j], and x_j^{(i)}."""
        table = self.table_entry(name)
        if table is not None:
            return table
        index = self.enclosed()
        if len(index) != 1 or self.vocabulary.has(index):
            return None
        found = self.vocabulary.meaning(f"{name}_{index}", self.counting)
        if found is not None:
            self.at += 3
        return found

    def table_entry(self, name: str) -> nt.Term | None:
        """x[i, j] and x_j^{(i)}, the example in parentheses above."""
        base, _, below = name.partition("_")
        if self.vocabulary.columns.get(base) != 2:
            return None
        ahead = self.tokens[self.at : self.at + 6]
        signs = [token.text for token in ahead]
        kinds = [token.kind for token in ahead]
        if not below and signs[:1] + signs[2:3] + signs[4:5] == ["[", ",", "]"]:
            indices, width = (signs[1], signs[3]), 5
            named = kinds[1] == kinds[3] == "name"
        else:
            opened = ["^", "{", "("] if signs[1:2] == ["{"] else ["^", "("]
            place, width = len(opened), 2 * len(opened)
            closed = signs[place + 1 : width] == [CLOSING[s] for s in reversed(opened[1:])]
            named = (
                len(below) == 1 and signs[:place] == opened and closed and kinds[place] == "name"
            )
            indices = (signs[place] if named else "", below)
        if not named or not all(len(i) == 1 and i.isalpha() for i in indices):
            return None
        self.at += width
        return nt.Indexed(base, indices)

    def split(self, token: LineToken) -> nt.Term | None:
        """The first of several names side by side without a sign, mx_i and 2xcos2x, if each of them is known."""
        pieces = self.vocabulary.pieces(token.text, self.counting, self.sign() == "^")
        if not pieces or token.kind != "name":
            return None
        starts = itertools.accumulate((len(piece) for piece in pieces), initial=token.start)
        found = [
            LineToken("number" if piece[0].isdigit() else "name", piece, start)
            for piece, start in zip(pieces, starts, strict=False)
        ]
        self.tokens[self.at - 1 : self.at] = found
        return self.name(found[0])

    def unknown(self, token: LineToken) -> FormulaError:
        known = self.vocabulary.known
        functions = [*FUNCTIONS, *ALIASES]
        begins = [f for f in functions if len(f) > 2 and token.text.startswith(f)]
        near = near_names(token.text[:MAX_NEAR], [*known, *functions], cutoff=0.7)
        if near == [token.text]:
            remedy = f'write its indices, "{token.text}_ij" or "{token.text}[i, j]"'
        elif begins:
            remedy = f'write "{begins[0]}(...)"'
        elif near:
            remedy = f'did you mean "{near[0]}"?'
        else:
            remedy = f'its names are {", ".join(known)}; or define it on a line of its own, "{token.text} = ..."'
        return self.error(f'"{token.text}" is not a name of this exercise', remedy, token.start)

    def cost(self, name: str, token: LineToken) -> nt.Term:
        """J, J(m, b), f'(x), J'(m)."""
        term = self.vocabulary.costs[name]
        if self.kind() != "prime":
            self.skip_arguments()
            self.refuse_other_arguments(name, token)
            return term
        by = self.vocabulary.variable(spelled(self.enclosed(1)), self.counting)
        if by is None or len(self.tokens[self.at].text) > 1:
            return self.primed(term)
        self.at += 4
        return self.partial(term, by)

    def refuse_other_arguments(self, name: str, token: LineToken) -> None:
        """E[…] is an expected value and f(x + h) another value of f: neither is a product."""
        if self.sign() not in ("(", "[") or self.tokens[self.at].apart:
            return
        if self.vocabulary.bounds:
            cause = f"what {name} is taken of is not read"
            remedy = f'write a mean as "mean(...)", a product as "{name}*(...)"'
            raise self.error(cause, remedy, token.start)
        if name in FUNCTION_NAMES and name != "y":
            cause = f"{name} of anything but its variable is not read"
            raise self.error(
                cause, f'write it out; for a product write "{name}*(...)"', token.start
            )

    def enclosed(self, ahead: int = 0) -> str:
        """The name that stands alone in parentheses or brackets; none where anything else does."""
        around = self.sign(ahead) + self.sign(ahead + 2)
        alone = around in ("()", "[]") and self.kind(ahead + 1) == "name"
        return self.tokens[self.at + ahead + 1].text if alone else ""

    def call(self, function: str, token: LineToken, base: tuple[nt.Term, ...] = ()) -> nt.Term:
        """sin(x), sin²(x), sin x, log_2(x)."""
        raised = None
        if self.kind() == "raised":
            raised = self.raised(self.take())
        elif self.accept("^"):
            raised = self.signed_factor()
        if isinstance(raised, nt.Negative):
            remedy = f'write "1/{function}(...)", or "a{function}(...)" for the inverse'
            raise self.error(f"{function} with a negative exponent", remedy, token.start)
        if self.sign() in CLOSING:
            arguments = self.arguments()
        elif self.kind() in ("number", "name"):
            return self.applied(function, token, raised, base)
        else:
            raise self.error(f'"{token.text}" has no argument', f'write "{token.text}(...)"')
        term = self.called(function, (*arguments, *base), token)
        return nt.Power(term, raised) if raised is not None else term

    def applied(
        self,
        function: str,
        token: LineToken,
        raised: nt.Term | None,
        base: tuple[nt.Term, ...] = (),
    ) -> nt.Term:
        """A function without parentheses: sin 2x y may be sin(2xy), sin(2x)·y and sin(2)·x·y, sin x² may be sin²(x)."""
        first = self.factor()
        runs = [self.never]
        if self.is_plain():
            runs = [self.is_plain, self.never, *([self.is_close] if self.is_close() else [])]
        elif self.sign() in CLOSING:
            runs = [self.never, self.begins]
        inside = self.perhaps_divided(self.side_by_side(first, self.chosen(runs)))
        if (
            inside is first
            and isinstance(first, nt.Power)
            and raised is None
            and self.choices.of(2)
        ):
            inside, raised = first.base, first.exponent
        term = self.called(function, (inside, *base), token)
        return nt.Power(term, raised) if raised is not None else term

    def called(self, function: str, arguments: tuple[nt.Term, ...], token: LineToken) -> nt.Term:
        """The function of its arguments, or what it is short for."""
        short = SHORTHANDS.get(function)
        arity = short[0] if short else FUNCTIONS[function].arity
        two = function == "log" and len(arguments) == 2
        if not two and (len(arguments) < 2 if arity is None else len(arguments) != arity):
            wanted = (
                "two or more formulas" if arity is None else f"{arity} formula{'s'[: arity - 1]}"
            )
            cause = f'"{token.text}" has {len(arguments)} in its parentheses'
            raise self.error(cause, f"it takes {wanted}", token.start)
        if short is None:
            return self.bound(nt.call(function, *arguments))
        parts: dict[nt.Term, nt.Term] = {
            nt.Symbol(letter): argument for letter, argument in zip("uv", arguments, strict=False)
        }
        return parse(short[1], constants=()).substitute(parts)

    def arguments(self) -> tuple[nt.Term, ...]:
        """What stands in the parentheses of a call, commas between."""
        opened = self.take()
        found = [self.sum()]
        while self.accept(","):
            found.append(self.sum())
        self.close(opened)
        return tuple(found)
