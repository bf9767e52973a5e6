"""Slopes on a student's update lines, ∂J/∂m, ∇J(θ), J'(m) and g, and every other name, as a program has them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from symgd import terms as nt
from symgd.optimizers.words import ENTRYWISE, WORDS
from symgd.terms.functions import ALIASES, FUNCTIONS, SHORTHANDS
from symgd.tutor.parser import usual_reading
from symgd.tutor.tokens import CLOSING, LineToken, split
from symgd.tutor.updates.letters import KNOWN_LETTERS
from symgd.tutor.updates.names import (
    COST_NAMES,
    GRADIENT_NAMES,
    PARAMETER_NAMES,
    TypedName,
    with_time_behind,
    written_name,
)
from symgd.tutor.updates.naming import GRADIENT, Naming
from symgd.tutor.vocabulary import spelled

_SHORT = re.compile(r"d_?(?:J|L)?_?d?(\w+)")  # dm, dJ_dm
_POINT = "point_"  # what is read by itself, until its Term is put in


@dataclass
class SlopeReader(Naming):
    """Rewrites tokens, so that each name says which value is meant."""

    points: dict[nt.Term, nt.Term] = field(default_factory=dict)

    def plain(self, tokens: list[LineToken]) -> list[LineToken]:
        found: list[LineToken] = []
        at = 0
        while at < len(tokens):
            more, at = self.gradient(tokens, at) or self.name(tokens, at)
            found += more
        return found

    def gradient(self, tokens: list[LineToken], at: int) -> tuple[list[LineToken], int] | None:
        """∂J/∂m, ∇J(θ), J'(m), grad and g_m from some token on; None for anything else."""
        token = tokens[at]
        if token.kind == "derivative" and token.of and self.is_cost(token.of):
            return self.at_point(tokens, at + 1, token, self.owner_in(token.by, token))
        return (
            self.quotient(tokens, at)
            or self.nabla(tokens, at)
            or (self.named_gradient(tokens, at) if token.kind == "name" else None)
        )

    def is_cost(self, name: str) -> bool:
        """Whether a name may be that of the cost."""
        return spelled(name) in {*COST_NAMES, *self.vocabulary.costs}

    def owner_in(self, name: str, token: LineToken) -> str:
        """The parameter that is derived by, none for the vector of all; FormulaError for what is none."""
        by = written_name(name, self.owners)
        if by.base not in {*self.owners, self.parameter, *PARAMETER_NAMES}:
            raise self.refuse(token, f'"{name}" is no parameter', "derive by one that is learned")
        return by.base if by.base in self.owners else ""

    def nabla(self, tokens: list[LineToken], at: int) -> tuple[list[LineToken], int] | None:
        """∇J, ∇_θ J(θ) and ∇ alone."""
        token, after = tokens[at], at + 1
        below = token.kind == "derivative" and not token.of and token.text[0] == "∇"
        if not below and token.text != "∇":
            return None
        by = written_name(token.by, self.owners) if below else TypedName("")
        if after < len(tokens) and tokens[after].kind == "name":
            name = written_name(tokens[after].text, self.owners)
            if self.is_cost(name.base):
                after = with_time_behind(tokens, after + 1, name, raised=False)[1]
        return self.at_point(tokens, after, token, by.base if by.base in self.owners else "")

    def named_gradient(
        self, tokens: list[LineToken], at: int
    ) -> tuple[list[LineToken], int] | None:
        """J'(m), J_m, dm and g_m, where these names are nothing else."""
        token, after = tokens[at], at + 1
        name = written_name(token.text, self.owners)
        key = self.key(name)
        taken = key in self.styles and name.base in self.styles and name.base != self.parameter
        if taken and key != GRADIENT:
            return None
        primed = after < len(tokens) and tokens[after].kind == "prime"
        if name.base in COST_NAMES and not self.is_other(name) and (primed or name.owner):
            if primed:
                name, after = with_time_behind(tokens, after, name, raised=False)
            alone = self.argument(tokens, after)
            owner = name.owner or (alone if alone in self.owners else "")
            return self.at_point(tokens, after, token, owner)
        short = _SHORT.fullmatch(name.base)
        if short and short[1] in {*self.owners, self.parameter} and key not in self.styles:
            return self.at_point(tokens, after, token, short[1] if short[1] in self.owners else "")
        if name.base not in GRADIENT_NAMES or self.is_other(name) or key != GRADIENT:
            return None
        if GRADIENT in self.styles and not self.argument_of_parameter(tokens, after):
            return None
        after = with_time_behind(tokens, after, replace(name, when=""), raised=True)[1]
        return self.at_point(tokens, after, token, name.owner)

    def quotient(self, tokens: list[LineToken], at: int) -> tuple[list[LineToken], int] | None:
        """∂J(θ)/∂θ, and ∂(J(θ))/∂θ as LaTeX has it."""
        signs = {"∂", "d"}
        texts = [token.text for token in tokens]
        place, opened = at + (texts[at] in signs), 0
        while place < len(texts) and texts[place] == "(":
            opened, place = opened + 1, place + 1
        head = texts[place] if place < len(texts) else ""
        head = head[1:] if place == at and head[:1] in signs else head
        if spelled(head) not in {*COST_NAMES, *self.vocabulary.costs}:
            return None
        end = self.closing(tokens, place + 1)
        for _ in range(opened):
            end += texts[end : end + 1] == [")"]
        below = "".join(texts[end + 1 : end + 3]) if texts[end : end + 1] == ["/"] else ""
        if not below or below[0] not in signs or not (opened or end > place + 1):
            return None
        after = end + 2 if len(texts[end + 1]) > 1 else end + 3
        by = written_name(below[1:], self.owners)
        if by.base not in {*self.owners, self.parameter, *PARAMETER_NAMES}:
            return None
        return self.at_point(tokens, after, tokens[at], by.base if by.base in self.owners else "")

    def argument(self, tokens: Sequence[LineToken], at: int) -> str:
        """The name that stands alone in parentheses."""
        if at + 2 < len(tokens) and tokens[at].text == "(" and tokens[at + 2].text == ")":
            return spelled(tokens[at + 1].text)
        return ""

    def argument_of_parameter(self, tokens: Sequence[LineToken], at: int) -> bool:
        """Whether parentheses with the parameters in them follow: what stands there is no factor."""
        end = self.closing(tokens, at)
        names = [written_name(t.text, self.owners).base for t in tokens[at:end] if t.kind == "name"]
        ahead = {k for k in self.styles if k.startswith(self.parameter)}
        return bool({*names} & {self.parameter, *self.owners, *ahead})

    def closing(self, tokens: Sequence[LineToken], at: int) -> int:
        """Where the parenthesis that opens at a place closes; the place itself where none opens."""
        if at >= len(tokens) or tokens[at].text not in ("(", "["):
            return at
        depth = 0
        for place in range(at, len(tokens)):
            depth += (tokens[place].text in CLOSING) - (tokens[place].text in CLOSING.values())
            if not depth:
                return place + 1
        return at

    def at_point(
        self, tokens: list[LineToken], at: int, token: LineToken, owner: str
    ) -> tuple[list[LineToken], int]:
        """The gradient, at the parameters as they are, or at what stands in parentheses behind it."""
        symbol = GRADIENT if not owner or owner == self.owner else f"{GRADIENT}_{owner}"
        if not self.argument_of_parameter(tokens, at):
            return [replace(token, kind="name", text=symbol, of="", by="")], at
        end = self.closing(tokens, at)
        inside = self.plain(tokens[at + 1 : end - 1])
        names = [t.text for t in inside if t.kind == "name"]
        if all(t.kind == "name" or t.text in (",", ";") for t in inside) and self.are_before(names):
            return [replace(token, kind="name", text=symbol, of="", by="")], end
        if self.owner and any(t.text in (",", ";") for t in inside):
            cause = (
                "the gradient at another point is read for θ, the vector of all parameters, alone"
            )
            raise self.refuse(
                token,
                cause,
                'write "v\' = beta*v - alpha*g(theta + beta*v)"',
            )
        term = nt.Call(GRADIENT, (self.term_of(inside),), WORDS["g"].function)
        return [self.put(token, term)], end

    def are_before(self, names: Sequence[str]) -> bool:
        """Whether names are the parameters before the step, all or some of them."""
        return all(name in {self.parameter, *self.owners} for name in names)

    def name(self, tokens: list[LineToken], at: int) -> tuple[list[LineToken], int]:
        """A name as the program has it, in several tokens where it is several side by side."""
        token = tokens[at]
        if token.kind != "name":
            return [token], at + 1
        written = written_name(token.text, self.owners)
        if token.text in ENTRYWISE and token.text not in FUNCTIONS and not self.is_known(written):
            return self.word(tokens, at)
        if token.text in {*FUNCTIONS, *ALIASES, *SHORTHANDS} and self.is_call(tokens, at, written):
            return [token], at + 1
        if self.is_of_data(spelled(token.text)) and self.key(written) not in self.styles:
            return [token], at + 1
        if not self.is_known(written):
            pieces = self.pieces(token.text)
            if pieces:
                parts = [replace(token, text=piece, apart=False) for piece in pieces]
                parts = [replace(p, kind="number") if p.text[0].isdigit() else p for p in parts]
                tokens[at : at + 1] = parts
                return self.name(tokens, at)
        style = self.styles.get(self.key(written))
        indexed = style is not None or written.base in self.states
        timed = style is not None and style.when == "time"
        written, end = with_time_behind(tokens, at + 1, written, raised=timed, indexed=indexed)
        return [replace(token, text=self.resolved(written, token))], end

    def word(self, tokens: list[LineToken], at: int) -> tuple[list[LineToken], int]:
        """A word of update rules, clip(u, low, high), whose arguments are read by themselves."""
        token, end = tokens[at], self.closing(tokens, at + 1)
        function = ENTRYWISE[token.text]
        parts = split(tokens[at + 2 : end - 1], lambda each: each.text in (",", ";"))
        if end == at + 1 or len(parts) != function.arity or not all(parts):
            cause = f'"{token.text}" takes {function.arity} formulas in parentheses'
            raise self.refuse(
                token,
                cause,
                f'write "{token.text}(...)"',
            )
        terms = tuple(self.term_of(self.plain(part)) for part in parts)
        return [self.put(token, nt.Call(token.text, terms, function))], end

    def term_of(self, tokens: list[LineToken]) -> nt.Term:
        """What some tokens usually mean."""
        known = replace(self.vocabulary, symbols=self.vocabulary.symbols | self.symbols_in(tokens))
        text = self.equation.text if self.equation is not None else ""
        return usual_reading(text, tokens, known).substitute(self.points)

    def symbols_in(self, tokens: Sequence[LineToken]) -> set[str]:
        """The names in some tokens that are neither functions nor of the model."""
        names = {token.text for token in tokens if token.kind == "name"}
        functions = {*FUNCTIONS, *ALIASES, *SHORTHANDS} - {*self.letters, *KNOWN_LETTERS}
        return {name for name in names - functions if not self.is_of_data(name)}

    def put(self, token: LineToken, term: nt.Term) -> LineToken:
        """A token that stands for a Term that is read already."""
        mark = f"{_POINT}{len(self.points)}"
        self.points[nt.Symbol(mark)] = term
        return replace(token, kind="name", text=mark, of="", by="")

    def is_call(self, tokens: Sequence[LineToken], at: int, name: TypedName) -> bool:
        """Whether a function's name is called, and no letter: gamma*v."""
        follows = tokens[at + 1].text if at + 1 < len(tokens) else ""
        return not self.is_known(name) or (follows in CLOSING and name.base not in self.styles)
