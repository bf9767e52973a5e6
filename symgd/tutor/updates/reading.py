"""A student's equations of an update as statements over Terms, in which v' is what v is after the step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symgd import terms as nt
from symgd.errors import FormulaError
from symgd.tutor.parser import all_readings
from symgd.tutor.tokens import LineToken
from symgd.tutor.updates.lines import UpdateEquation, at_line
from symgd.tutor.updates.names import (
    TypedName,
)
from symgd.tutor.updates.naming import Sort
from symgd.tutor.updates.slope_reader import SlopeReader


@dataclass(frozen=True)
class UpdateLine:
    """One right-hand side: what it is said to be, in which readings, and where it stands.

    `target` is its name in a program, "v'", and `shown` in an answer. `again` says that it stands behind a second =.
    """

    line: int
    written: str
    sort: Sort
    target: str
    shown: str
    readings: tuple[nt.Term, ...]
    is_all: bool = True
    again: bool = False


@dataclass
class UpdateReader(SlopeReader):
    """Reads the equations for one parameter, or for the vector of all."""

    def read(self) -> list[UpdateLine]:
        """The statements in the order of the lines."""
        found: list[UpdateLine] = []
        for equation in self.equations:
            if self.is_of_another(equation.name):
                continue
            try:
                found += self.statements(equation, found[-1] if found else None)
            except FormulaError as error:
                if error.cause.startswith("line "):
                    raise
                raise at_line(equation.line, error) from None
        return found

    def is_of_another(self, name: TypedName) -> bool:
        """Whether a line is about another parameter."""
        whose = name.owner or (name.base if name.base in self.owners else "")
        return bool(self.owner and whose and whose != self.owner)

    def statements(
        self, equation: UpdateEquation, before: UpdateLine | None
    ) -> Iterator[UpdateLine]:
        sort, key = self.sort(equation), self.key(equation.name)
        if equation.joined and before is not None:
            sort = before.sort
        for number, part in enumerate(equation.rights):
            written = equation.text[part[0].start : part[-1].start + len(part[-1].text)]
            if sort in ("setting", "count"):
                yield UpdateLine(equation.line, written, sort, key, key, (nt.number(0),))
                continue
            again = number > 0 or equation.joined
            terms, is_all = self.terms(equation, part, "" if again else key)
            terms = tuple(term.substitute(self.points) for term in terms)
            if again and before is not None:
                yield replace(
                    before,
                    line=equation.line,
                    written=written,
                    readings=terms,
                    is_all=is_all,
                    again=True,
                )
                continue
            target = key if sort == "first" else self.made(key)
            before = UpdateLine(equation.line, written, sort, target, key, terms, is_all)
            yield before

    def terms(
        self, equation: UpdateEquation, part: Sequence[LineToken], own: str
    ) -> tuple[tuple[nt.Term, ...], bool]:
        """What a right-hand side may mean."""
        self.own, self.equation = own, equation
        tokens = self.plain(list(part))
        extra = self.symbols_in(tokens)
        vocabulary = replace(
            self.vocabulary,
            symbols=self.vocabulary.symbols | extra,
            costs={n: c for n, c in self.vocabulary.costs.items() if n not in extra},
            usual={n: c for n, c in self.vocabulary.usual.items() if n not in extra},
        )
        return all_readings(equation.text, tokens, vocabulary)

    # Tokens: every name as the program has it
