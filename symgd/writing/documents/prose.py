"""What a document says round its formulas, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from symgd.terms import BigSum, Equation, Junction, Term
from symgd.terms.unrolling import unrolling_of
from symgd.writing.formulas.styles import RELATIONS
from symgd.writing.outline import Line, Outline, Reason, Section
from symgd.writing.steps import Check, Step
from symgd.writing.words import Message, Words, message


@dataclass(frozen=True)
class Prose:
    """The words of one document."""

    outline: Outline
    words: Words  # with the format's own escapes
    formula: Callable[..., str]  # writes a Term on a line of its own
    write: Callable[[Term], str]  # writes one among words
    full: bool = False  # a line's rules give their sentences, not their names alone
    typed: bool = False  # functions are called as they are typed

    def told(
        self, definition: Callable[[Equation], str], section: Callable[[Section], Sequence[str]]
    ) -> Iterator[str]:
        """The parts of the document: definitions, sections with what is said under them, and how all was checked."""
        yield from map(definition, self.outline.definitions)
        for part in self.outline.sections:
            yield from section(part)
            yield from map(self.said, part.said)
        yield self.closing()

    def said(self, said: Message) -> str:
        """A sentence of the exposition."""
        return said.written(self.write, self.words)

    def heading(self, said: Message) -> str:
        """A heading that runs into what stands under it."""
        return self.words(message("{heading}:"), heading=self.said(said))

    def left(self, line: Line) -> str:
        """What stands before a line's = sign, if anything."""
        return "" if line.left is None else f"{self.formula(line.left)} "

    def line(self, line: Line, relation: str) -> str:
        """A line as a formula, with its relation as the format writes it."""
        return f"{self.left(line)}{relation} {self.formula(line.right)}"

    def reason(self, line: Line) -> str:
        """What is said beside a line: the names of its rules, or with each its sentence."""
        if not self.full:
            return self._rules(line.reasons)
        return self.words(message("; ")).join(map(self._sentence, line.reasons))

    def sentence(self, line: Line) -> str:
        """A whole line as a sentence, for those who hear it."""
        spoken = self.line(line, self.words(RELATIONS[line.relation].spoken))
        reason = self.reason(line)
        if not reason:
            return f"{spoken}."
        return self.words(message("{line}: {reason}."), line=spoken, reason=reason)

    def _sentence(self, reason: Reason) -> str:
        sentence = reason.sentence(self.write, self.words)
        return self.words(
            message("{rule}: {sentence}"), rule=self._rules([reason]), sentence=sentence
        )

    def _rules(self, reasons: Iterable[Reason]) -> str:
        """The rules, the letters that come into use with them, u = …, and the conditions under which they hold."""
        names = (reason.name(self.words, typed=self.typed) for reason in reasons)
        rules = ", ".join(dict.fromkeys(names))
        letters = [self.write(equation) for reason in reasons for equation in reason.introduced]
        if letters:
            said = message("{rules}, with {letters}")
            rules = self.words(said, rules=rules, letters=", ".join(letters))
        found = {self.write(c): c for reason in reasons for c in reason.conditions}
        if not found:
            return rules
        # "a and b or c" could be read in two ways.
        several = len(found) > 1
        written = (f"({w})" if several and isinstance(c, Junction) else w for w, c in found.items())
        conditions = self.words(message(" and ")).join(written)
        said = message("{rules}, where {conditions}")
        return self.words(said, rules=rules, conditions=conditions)

    def closing(self) -> str:
        """How everything was checked, in a sentence or two; empty where there is nothing of that kind."""
        words, steps = self.words, self.outline.exposition.steps
        sampled = [step for step in steps if step.check.method != "arithmetic"]
        if not sampled and not self.outline.exposition.checks:
            return ""
        parts = [self._how_checked(steps), *self._results(self.outline.exposition.checks)]
        closed = words(message("{sentence}."), sentence=words(message("; ")).join(parts))
        uncovered = sum(not step.rule.covered for step in steps)
        if uncovered:
            closed += " " + words(
                message(
                    "{number} step taken from SymPy, not derived.",
                    "{number} steps taken from SymPy, not derived.",
                ),
                number=uncovered,
            )
        return closed

    def _how_checked(self, steps: Iterable[Step]) -> str:
        words = self.words
        steps = [step for step in steps if step.check.method != "arithmetic"]
        exact = sum(step.check.method == "exact" for step in steps)
        methods = {
            message("{number} in exact rational arithmetic"): exact,
            message("{number} to 30 digits"): len(steps) - exact,
        }
        parts = [words(said, number=number) for said, number in methods.items() if number]
        parts += self._unrolled(steps[0].before) if steps else []
        checked = words(
            message(
                "Checked by sampling: {number} step at 3 random points",
                "Checked by sampling: {number} steps at 3 random points each",
            ),
            number=len(steps),
        )
        return f"{checked} ({', '.join(parts)})" if parts else checked

    def _unrolled(self, line: Term) -> list[str]:
        """How many terms each Σ of a line was given."""
        if not any(isinstance(part, BigSum) for _, part in line.walk()):
            return []
        three, few = message("sums unrolled to 3 terms"), message("sums unrolled to a few terms")
        return [self.words(three if len(unrolling_of(line).counts) == 1 else few)]

    def _results(self, checks: Sequence[Check]) -> list[str]:
        """How the last lines were checked."""
        notes = sorted({self.words(check.remark) for check in checks if check.remark})
        if not notes:
            return []
        said = self.words(message(" or ")).join(notes)
        results = message("result {notes}", "results {notes}")
        return [self.words(results, number=len(checks), notes=said)]


def prose(
    outline: Outline,
    formula: Callable[..., str],
    escape: Callable[[str], str] = str,
    sign: str = "",
    typed: bool = False,
) -> Prose:
    """The words of a document that says `outline`: the format writes a Term by `formula`, among words between signs.

    `escape` writes words in which a character may have another meaning.
    """
    words = replace(outline.words, escape=escape)

    def write(term: Term) -> str:
        return f"{sign}{formula(term)}{sign}"

    return Prose(outline, words, formula, write, outline.reading.detail == "full", typed)
