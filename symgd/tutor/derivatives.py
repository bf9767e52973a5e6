"""Derivatives on a student's line: ∂J/∂m, d/dx (…), d(…)/dm, and chains, ∂J/∂ŷ · ∂ŷ/∂m."""

from __future__ import annotations

from symgd import terms as nt
from symgd.tutor.sums import Sums
from symgd.tutor.tokens import CLOSING, SIGNS, LineToken
from symgd.tutor.vocabulary import spelled


class Derivatives(Sums):
    """The part of the grammar that reads derivatives which are still to be taken."""

    def derivative(self, token: LineToken) -> nt.Term:
        """∂J/∂m is a Term; ∂/∂m derives what stands after it."""
        by = self.vocabulary.variable(spelled(token.by), self.counting)
        if by is None:
            expected = f"expected one of {self.vocabulary.parameters}"
            raise self.error(f'"{token.by}" is nothing to derive by', expected, token.start)
        if token.of:
            chained = self.chained(token)
            return chained or self.partial(self.named(spelled(token.of), token), by)
        if not self.begins() and self.sign() not in ("*", "-"):  # D_m, where J is derived
            return self.partial(next(iter(self.vocabulary.costs.values())), by)
        return self.partial(self.derived(), by)

    def chained(self, token: LineToken) -> nt.Partial | None:
        """∂J/∂ŷ · ∂ŷ/∂m is ∂J/∂m where J depends on m through every ŷ alone; None for anything else."""
        vocabulary, at, last = self.vocabulary, self.at, token
        links = [vocabulary.variable(spelled(token.by))]
        while True:
            ahead = self.tokens[at : at + 2]
            dotted = len(ahead) > 1 and SIGNS.get(ahead[0].text, ahead[0].text) == "*"
            ahead = ahead[dotted:]
            if not ahead or not ahead[0].of or spelled(ahead[0].of) != spelled(last.by):
                break
            last, at = ahead[0], at + 1 + dotted
            links.append(vocabulary.variable(spelled(last.by)))
        *inner, by = links
        cost = vocabulary.costs.get(spelled(token.of))
        if not vocabulary.bounds or cost is None or not inner or by not in vocabulary.variables:
            return None
        whole = cost.definition
        for link in inner:
            if not isinstance(link, nt.Abbreviation) or not _passes_through(whole, link, by):
                return None
            whole = link.definition
        self.at = at
        return nt.Partial(cost, by, vocabulary.ordinary)

    def derived(self) -> nt.Term:
        """What a derivative sign reaches over."""
        self.accept("*")
        grouped, start = self.sign() in CLOSING, self.at
        if self.kind() == "sigma" or self.sign() == "-":
            return self.signed()
        first = self.factor()
        runs = [self.never] if grouped else [self.begins]
        if self.begins():
            runs = [*runs, *([self.begins] if grouped else [self.never])]
        whole = [self.signed] if self.begins() or self.sign() in ("*", "/") else []
        whole += [self.sum] if not grouped and not self.is_inside() else []
        if len(runs) + len(whole) == 1:
            return self.side_by_side(first, runs[0])
        chosen = self.choices.of(len(runs) + len(whole))
        if chosen < len(runs):
            return self.side_by_side(first, runs[chosen])
        self.at = start
        return whole[chosen - len(runs)]()

    def is_inside(self) -> bool:
        """Whether what is read stands in parentheses."""
        before = "".join(token.text for token in self.tokens[: self.at])
        return any(before.count(one) > before.count(other) for one, other in CLOSING.items())

    def quotient(self, token: LineToken) -> nt.Term:
        """d(...)/dm."""
        body = self.factor()
        by = None
        if self.accept("/"):
            sign = self.take().text if self.sign() == "∂" else "d"
            name = self.take().text if self.kind() == "name" else ""
            by = self.vocabulary.variable(spelled(name.removeprefix(sign)), self.counting)
        if by is None:
            remedy = 'write "d(...)/dm" or "d/dm(...)"'
            raise self.error("this derivative does not say by what", remedy, token.start)
        return self.partial(body, by)


def _passes_through(whole: nt.Term, part: nt.Abbreviation, variable: nt.Variable) -> bool:
    """Whether a Term depends on a variable through a part of it alone."""
    inner, mark = part.definition, nt.Symbol(f"{part.name}__")
    plain = nt.terms_of(inner)
    turned = tuple(t.term if isinstance(t, nt.Negative) else nt.Negative(t) for t in plain)
    found: dict[nt.Term, nt.Term] = {}
    for each in whole.parts():
        if each == part or each.value == inner.value:
            found[each] = mark
        terms = nt.terms_of(each)
        own = next((own for own in (plain, turned) if {*own} <= {*terms}), ())
        if len(own) > 1:
            found[each] = nt.sum_of((mark, *(term for term in terms if term not in own)))
    return bool(found) and variable.name not in whole.substitute(found).names
