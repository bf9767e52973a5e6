"""Laws of rules as formulas: they are declared as texts, ∂(c·f)/∂x = c·∂f/∂x, and are set with real fractions here."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from symgd.errors import SymgdError
from symgd.parsing.formula import parse
from symgd.terms import Abbreviation, Equation, Negative, Partial, Product, Symbol, Term
from symgd.writing.formulas.text import text
from symgd.writing.formulas.typst import typst
from symgd.writing.outline import Reason
from symgd.writing.steps import Step

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ", "0123456789−n")
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉ᵢₖ", "0123456789ik")
SIGNS = {"·": "dot.op", "*": "dot.op", "−": "−", "-": "−", "±": "±", "+": "+", "=": "=", ",": ","}
TOKEN = re.compile(
    r" / |[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ]+|[₀₁₂₃₄₅₆₇₈₉ᵢₖ]+|[A-Za-z]{2,}|[^\W\d_]|\d+|[Σ∂(),/=+\-−±·*^]"
)
FUNCTIONS = (
    "sin",
    "cos",
    "tan",
    "exp",
    "log",
    "abs",
    "sign",
    "sigmoid",
    "tanh",
    "sinh",
    "cosh",
    "ln",
    "softmax",
)
WORDS = ("if", "with", "otherwise")
DERIVATIVE = re.compile(r"∂/∂(\w) (.+) = (.+)")  # of a function, declared as formulas are typed
UNSAID = ("put back", "order", "parentheses")  # what they do is seen, and letters say no more
ONE_SIGN, TWO_SIGNS = "(−a)·b = −a·b", "−(−a) = a"
FRESH = "fghcpqrsvw"  # letters for laws, in their order
CONSTANTS = "kpqrsw"  # for what is held in a law of derivatives, where functions have other letters
RENAMED = re.compile(r"(?<![A-Za-ce-z])[abcfghuv]{1,3}(?![A-Za-z])")  # in a row they are factors
LETTER = re.compile(r"(?<![A-Za-z])x(?![A-Za-z])")


def law_of(
    reason: Reason, steps: tuple[Step, ...], generic: Term, taken: Collection[str] = ()
) -> str:
    """A rule's law as it fits what was done, in the letter that was derived by; nothing where it is none.

    No other letter of it is `taken`, as the formula's own are.
    """
    if reason.rule in UNSAID:
        return ""
    made = [step for step in steps if step.rule.name == reason.rule]
    law = free(_of_signs(made[0]) if reason.rule == "signs" else made[0].rule.law, taken)
    if "=" not in law and "∂/∂u" not in law:
        return ""
    if not LETTER.search(law):
        return law
    variable = dict(reason.bindings).get("variable", generic)
    if isinstance(variable, Abbreviation):
        return LETTER.sub(variable.name, law).replace("∂", "d")
    name = text(variable)
    others = set(re.findall(r"[^\W\d_]", LETTER.sub("", law)))
    return LETTER.sub(text(generic) if name in others else name, law)


def free(law: str, taken: Collection[str]) -> str:
    """A law with other letters for those that a formula has.

    Examples
    --------
    >>> free("(a/b)·c = (a·c)/b", {"a", "b", "x"})
    '(f/g)·c = (f·c)/g'
    >>> free("∂c/∂x = 0", {"a", "b", "c"})
    '∂k/∂x = 0'
    """
    there = {letter for run in RENAMED.findall(law) for letter in run}
    held = there & {"c"} & set(taken) if "∂" in law else set()
    if held:
        other = next((each for each in CONSTANTS if each not in there and each not in taken), "c")
        law = RENAMED.sub(lambda run: run[0].replace("c", other), law)
        there = there - held | {other}
    fresh = iter([each for each in FRESH if each not in there and each not in taken])
    first = there & set("ab")  # the first two go together
    clashing = {each for each in there if each in taken} | (first if first & set(taken) else set())
    new = {each: next(fresh, each) for each in sorted(clashing)}
    return RENAMED.sub(lambda run: "".join(new.get(each, each) for each in run[0]), law)


def _of_signs(step: Step) -> str:
    """What was done to minus signs: one put in front, or two that cancel."""
    before, after = (
        sum(isinstance(part, Negative) for _, part in term.walk())
        for term in (step.before, step.after)
    )
    if before - after < 2:
        return ONE_SIGN
    held = isinstance(step.before.at(step.path), Product)
    return step.rule.law if held else TWO_SIGNS


@dataclass
class _LawReader:
    """Reads a law from left to right; what it cannot read is None."""

    tokens: list[str]

    def equation(self) -> str:
        made = ""
        while self.tokens:
            if self.tokens[0] == "=":
                self.tokens.pop(0)
                made += " = "
            made += self.quotient()
        return made

    def quotient(self) -> str:
        """What stands left and right of a wide stroke."""
        made = self.sum()
        if self.tokens and self.tokens[0] == " / ":
            self.tokens.pop(0)
            made = f"({made})/({self.sum()})"
        return made

    def sum(self) -> str:
        made = ""
        while self.tokens and self.tokens[0] not in ("=", ")", " / "):
            token = self.tokens[0]
            if token in SIGNS:
                made += f" {SIGNS[self.tokens.pop(0)]} "
            else:
                made += self.ratio() + " "
        return made

    def ratio(self) -> str:
        """An atom, or one over another."""
        made, inner = self.atom()
        if self.tokens and self.tokens[0] == "/":
            self.tokens.pop(0)
            below, plain = self.atom()
            return f"({inner or made})/({plain or below})"
        return made

    def atom(self) -> tuple[str, str]:
        """Something to the left or right of a stroke, and what is in its parentheses, where it is only these."""
        token = self.tokens.pop(0)
        if token == "(":
            inner = self.quotient()
            if not self.tokens or self.tokens.pop(0) != ")":
                raise ValueError(inner)
            return self.scripts(f"({inner})"), inner if not self._script() else ""
        if token in ("∂", "d"):
            following = self.tokens and self.tokens[0] not in ("/", " / ", "=", ")")
            sign = "partial " if token == "∂" else "dif "
            return sign + (self.applied() if following else ""), ""
        if token == "Σ":
            return "sum ", ""
        if token in FUNCTIONS:
            return self.scripts(f'op("{token}")'), ""
        if re.fullmatch(r"d[^\W\d_]", token):
            of = self.atom()[0] if self.tokens and self.tokens[0] == "(" else ""
            return f"dif {self.scripts(token[1:])}{of}", ""
        if not re.fullmatch(r"[^\W_]+", token):
            raise ValueError(token)
        *firsts, last = [token] if token.isdigit() else [*token]
        shown = f'"{last}"' if last.isdigit() else last
        return " ".join((*firsts, self.scripts(shown))), ""

    def applied(self) -> str:
        """An atom, with what it is a function of: f(u)."""
        made, _ = self.atom()
        if self.tokens and self.tokens[0] == "(" and made[-1].isalpha():
            made += self.atom()[0]
        return made

    def _script(self) -> bool:
        return bool(self.tokens) and self.tokens[0][0] in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ₀₁₂₃₄₅₆₇₈₉ᵢₖ"

    def scripts(self, made: str) -> str:
        """With what stands above or below on its right."""
        while self._script() or (self.tokens and self.tokens[0] == "^"):
            if self.tokens[0] == "^":
                self.tokens.pop(0)
                above, inner = self.atom()
                made += f"^({inner or above})"
                continue
            token = self.tokens.pop(0)
            above = token.translate(SUPERSCRIPTS)
            made += f"^({above})" if above != token else f"_({token.translate(SUBSCRIPTS)})"
        return made


def law_source(law: str) -> str | None:
    """A law in Typst's mathematics; None where it has words in it.

    Examples
    --------
    >>> law_source("∂c/∂x = 0")
    '(partial c)/(partial x)  = "0" '
    >>> law_source("{f if …") is None
    True
    """
    declared = DERIVATIVE.fullmatch(law)
    if declared:
        variable, *sides = declared.groups()
        try:
            before, after = map(parse, sides)
        except SymgdError:
            return None
        return typst(Equation(Partial(before, Symbol(variable), ordinary=True), after))
    if TOKEN.sub("", law).strip() or set(WORDS) & set(law.split()):
        return None
    tokens = TOKEN.findall(law)
    try:
        return _LawReader(tokens).equation()
    except (ValueError, IndexError):
        return None
