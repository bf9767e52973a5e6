"""Spoken formulas: rows, and each sentence read back to the formula that it was made from."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import given, settings

from symgd import terms as nt
from symgd.derivation.typed import differentiate
from symgd.parsing.formula import parse
from symgd.terms import Indexed, Partial, Power, Product, Sum, Symbol, Term, number
from symgd.terms.functions import FUNCTIONS
from symgd.writing.formulas.speech import speech
from symgd.writing.words import languages, words_in

from strategies import formulas

ROWS = (
    ("x^2", "x squared", "x au carré"),
    ("2/N", "two over N", "deux sur N"),
    ("a/b*c", "a over b times c", "a sur b fois c"),
    ("a/(b*c)", "the fraction with numerator a and denominator b times c", "la fraction de numérateur a et de dénominateur b fois c"),
    ("(m*x + b)^2", "the quantity m times x plus b, end quantity, squared", "la quantité m fois x plus b, fin de quantité, au carré"),
    ("exp(-x)", "e to the power minus x", "e puissance moins x"),
    ("2^(n + 1)*x", "two to the power of n plus one, end power, times x", "deux à la puissance n plus un, fin de puissance, fois x"),
    ("sin(x)^2", "the quantity the sine of x, end quantity, squared", "la quantité le sinus de x, fin de quantité, au carré"),
    ("theta_1*X - x", "theta sub one times capital X minus x", "thêta indice un fois X majuscule moins x"),
    ("0.5*x", "0.5 times x", "0,5 fois x"),
    ("1/2*x", "one half times x", "un demi fois x"),
    ("max(0, 1 - x)", "the maximum of zero and the quantity one minus x", "le maximum de zéro et la quantité un moins x"),
    ("log(x, 2)", "the logarithm of x to the base two", "le logarithme de base deux de x"),
    ("abs(x)^2", "the quantity the absolute value of x, end quantity, squared", "la quantité la valeur absolue de x, fin de quantité, au carré"),
)  # fmt: skip


@pytest.mark.parametrize(("formula", "english", "french"), ROWS)
def test_rows(formula: str, english: str, french: str) -> None:
    assert speech(parse(formula)) == english
    assert speech(parse(formula), words_in("fr")) == french


def test_a_partial_names_what_is_short_first() -> None:
    m = Symbol("m")
    assert speech(Partial(Symbol("J"), m)) == "the partial derivative of J with respect to m"
    long = Partial(Sum((m, Symbol("b"))), m)
    assert speech(long) == "the partial derivative with respect to m of the quantity m plus b"


def test_a_sign_is_closed_where_a_power_would_take_it() -> None:
    minus_x = nt.Negative(Symbol("x"))
    assert speech(Power(minus_x, number(2))) == "the quantity minus x, end quantity, squared"
    assert speech(nt.Negative(Power(Symbol("x"), number(2)))) == "minus x squared"


def test_what_a_language_runs_together_is_said_so() -> None:
    said = differentiate("log(x)", "x").speech(detail="full", language="fr")
    assert "la dérivée du logarithme népérien de x par rapport à x est un sur x" in said


@pytest.mark.parametrize("language", languages())
def test_every_function_and_every_greek_letter_has_a_word(language: str) -> None:
    words = words_in(language)
    for function in FUNCTIONS.values():
        assert "{x}" in function.spoken, f"say how {function.name} is spoken in its declaration"
    for name in ("alpha", "omega", "Delta"):
        assert speech(Symbol(name), words).replace(" ", "").isalpha()
    assert speech(number(20), words).isalpha()


_VALUES = {"x": 1.25, "a": 0.75, "b": -0.5, "c": 1.5}


@settings(deadline=None, max_examples=150)
@given(formulas())
def test_each_sentence_means_one_formula(term: Term) -> None:
    heard = _Listener(speech(term)).expression()
    at = {sympy.Symbol(name): value for name, value in _VALUES.items()}
    ours, theirs = term.value.subs(at).evalf(), heard.subs(at).evalf()
    assert abs(ours - theirs) <= 1e-9 * max(1, abs(ours)), speech(term)


def test_sums_close_before_what_follows() -> None:
    x = Indexed("x", ("i",))
    total = nt.BigSum(Product((x, Symbol("a"))), "i", Symbol("N"))
    heard = speech(Sum((total, Symbol("b"))))
    assert heard == "the sum over i from one to N of x sub i times a, end sum, plus b"


class _Listener:
    """Reads a spoken formula back, knowing nothing of how it was made; closings may lack at the end only."""

    NUMERALS = {word: n for n, word in enumerate(speech(number(n)) for n in range(21))}  # noqa: RUF012
    FUNCTIONS = {"sine": sympy.sin, "cosine": sympy.cos, "exponential": sympy.exp}  # noqa: RUF012

    def __init__(self, sentence: str) -> None:
        self.words = sentence.replace(",", "").split()

    def next(self, *expected: str) -> bool:
        """Whether the next words are these; then they are taken."""
        found = self.words[: len(expected)] == list(expected)
        if found:
            del self.words[: len(expected)]
        return found

    def end(self, what: str) -> None:
        assert not self.words or self.next("end", what), self.words

    def expression(self) -> sympy.Expr:
        total = self.product()
        while self.words[:1] in (["plus"], ["minus"]):
            sign = 1 if self.words.pop(0) == "plus" else -1
            total += sign * self.product()
        return total

    def product(self) -> sympy.Expr:
        if self.next("minus"):
            return -self.product()
        result = self.factor()
        while self.next("times"):
            result *= self.factor()
        return result

    def factor(self) -> sympy.Expr:
        base = self.atom()
        if self.next("over"):
            base /= self.atom()
        while True:
            if self.next("squared"):
                base **= 2
            elif self.next("cubed"):
                base **= 3
            elif self.next("to", "the", "power", "of"):
                base **= self.expression()
                self.end("power")
            elif self.next("to", "the", "power"):
                base **= self.signed()
            else:
                return base

    def signed(self) -> sympy.Expr:
        return -self.atom() if self.next("minus") else self.atom()

    def atom(self) -> sympy.Expr:
        if self.next("minus"):
            return -self.atom()
        if self.next("the", "quantity"):
            inside = self.expression()
            self.end("quantity")
            return inside
        if self.next("the", "fraction", "with", "numerator"):
            top = self.expression()
            assert self.next("and", "denominator")
            bottom = self.expression()
            self.end("fraction")
            return top / bottom
        for part, value in (("half", 2), ("third", 3), ("quarter", 4)):
            if self.next("one", part):
                return sympy.Rational(1, value)
        if self.next("the", "hyperbolic", "tangent", "of"):
            return sympy.tanh(self.signed())
        if self.next("the"):
            function = self.FUNCTIONS[self.words.pop(0)]
            assert self.next("of")
            return function(self.signed())
        word = self.words.pop(0)
        if word in self.NUMERALS:
            return sympy.Integer(self.NUMERALS[word])
        return (
            sympy.E
            if word == "e"
            else sympy.Integer(word)
            if word.isdigit()
            else sympy.Symbol(word)
        )
