"""Hints: the next step from a student's last right line, at three strengths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import Any

from symgd import terms as nt
from symgd.derivation.algebra.tidy import tidy_with
from symgd.derivation.engine import derive_on
from symgd.errors import FormulaError
from symgd.registry.options import names_options
from symgd.tutor.exercise import Exercise, first_partial
from symgd.tutor.marking import mark
from symgd.tutor.spoken import Spoken, as_shown
from symgd.tutor.statement import Mark
from symgd.tutor.transcript import texts_of
from symgd.tutor.verdict import Verdict
from symgd.writing.formulas.text import text
from symgd.writing.outline import Reason, lines
from symgd.writing.reading import Reading
from symgd.writing.words import Language, Message, Words, message

SCHEMA = "symgd/hint/1"


@names_options
@dataclass(frozen=True, repr=False)
class Hint(Spoken):
    """The next step, told as strongly as was asked for.

    Parameters
    ----------
    strength : {1, 2, 3}
        Which rule; also on which part; also the line itself.
    after : Mark or None
        The line that it goes on from; None where there is none yet.
    left : Term
        What is being derived.
    reasons : tuple of Reason
        The rules behind the next line; none where nothing is left to do.
    laws : tuple of str
        The rules as formulas.
    part : Term or None
        What the first rule is used on.
    next : Term or None
        The next line.
    verdict : Verdict or None
        Where a line is wrong, what is wrong with it.
    language : str or path, optional
        What it is told in where nothing else is asked for.
    """

    strength: int
    after: Mark | None
    left: nt.Term
    reasons: tuple[Reason, ...] = ()
    laws: tuple[str, ...] = ()
    part: nt.Term | None = None
    next: nt.Term | None = None
    verdict: Verdict | None = None
    language: Language = None

    def __repr__(self) -> str:
        said = [line for line in self.text().splitlines() if not line.startswith(" ")]
        return f"Hint({' '.join(said)!r})"

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the rules."""
        return tuple(dict.fromkeys(reason.rule for reason in self.reasons))

    def _paragraphs(self) -> Iterator[list[Message]]:
        yield list(self._lines())

    def _lines(self) -> Iterator[Message]:
        if self.verdict is not None and self.verdict.line is not None:
            line = self.verdict.line
            yield message("Line {line} is not right: mend it first (check says why).", line=line)
        if not self.reasons:
            yield message("Nothing is left to do for {left}.", left=self.left)
            return
        rules = reduce(
            lambda one, two: message("{first}, then {second}", first=one, second=two),
            map(_the_rule, self.rules),
        )
        if self.after is not None:
            yield message("After line {line}: use {rules}.", line=self.after.line, rules=rules)
        else:
            yield message("To begin with {left}: use {rules}.", left=self.left, rules=rules)
        yield from (Message("  {law}", {"law": law}) for law in self.laws)
        if self.strength > 1 and self.part is not None:
            yield message("Use it on {part}:", part=self.part)
            for reason in self.reasons:
                yield from _explained(reason)
        if self.strength > 2 and self.next is not None:
            yield message("The line: {equation}", equation=nt.Equation(self.left, self.next))

    def _record(self, words: Words) -> dict[str, Any]:
        """What the hint's strength tells, and no more; keys and `rules` in English, `names` as they are called."""
        write = partial(text, words=words)
        record: dict[str, Any] = {
            "schema": SCHEMA,
            "strength": self.strength,
            "after_line": self.after.line if self.after else None,
            "wrong_line": self.verdict.line if self.verdict else None,
            "finished": not self.reasons,
            "rules": list(self.rules),
            "names": list(map(words.rule, self.rules)),
            "laws": list(self.laws),
        }
        if self.strength > 1 and self.part is not None:
            record["part"] = as_shown(self.part, words)
            record["why"] = [reason.sentence(write, words) for reason in self.reasons]
        if self.strength > 2 and self.next is not None:
            record["line"] = as_shown(nt.Equation(self.left, self.next), words)
        return record


def _the_rule(name: str) -> Message:
    """A rule as a sentence has it."""
    rule = Message(name, context="rule")
    if name.endswith(("rule", "examples")):
        return message("the {rule}", rule=rule)
    return message('the rule "{rule}"', rule=rule)


def _explained(reason: Reason) -> Iterator[Message]:
    """A reason's sentence, and what the letters that it brings in stand for."""
    sentence = Message(reason.why, dict(reason.bindings))
    yield Message("  {sentence}", {"sentence": sentence})
    for equation in reason.introduced:
        yield message("  with {equation}", equation=equation)


def hint(
    exercise: Exercise,
    written: str | Iterable[str] = "",
    strength: int = 1,
    *,
    language: Language = None,
) -> Hint:
    """The next step from a student's last right line.

    Parameters
    ----------
    exercise : Exercise
    written : str or iterable of str
        What the student has so far; nothing asks for the first step.
    strength : {1, 2, 3}
        1 names the rule, 2 also the part that it is used on, 3 also the line that comes out.
    language : str or path, optional
        As `words_in` has it: "fr".

    Raises
    ------
    FormulaError
        When a line cannot be read, or for another strength.

    Examples
    --------
    >>> print(hint(Exercise.of_formula("(2*x + 1)^3", "x"), "f'(x) = d/dx (2x + 1)^3", 3), end="")
    After line 1: use the chain rule, then the power rule.
      ∂f(u)/∂x = df/du·∂u/∂x
      ∂(xⁿ)/∂x = n·xⁿ⁻¹
    Use it on d/dx (2x + 1)³:
      the derivative of the outer function at u, times the derivative of u
      with u = 2x + 1
      the exponent 3 comes down as a factor and is lowered by one
    The line: df/dx = 3(2x + 1)² d/dx (2x + 1)
    """
    if strength not in (1, 2, 3):
        raise FormulaError(f"there is no hint of strength {strength}", "use 1, 2 or 3")
    texts = texts_of(written)
    verdict = mark(exercise, texts) if any(line.strip() for line in texts) else None
    return replace(_next(exercise, verdict, strength), language=language)


def _next(exercise: Exercise, verdict: Verdict | None, strength: int) -> Hint:
    wrong = verdict if verdict is not None and verdict.kind == "wrong" else None
    if verdict is not None and verdict.kind == "right" and not _begun(exercise, verdict):
        return Hint(strength, None, verdict.marks[-1].left)  # steps of descent alone
    tidy = tidy_with(exercise.constants_inside)
    for left, after in _going_on(exercise, verdict):
        asked = exercise.lettered(left.variable)
        truth = asked[0] if asked is not None else exercise.truth[left.variable.name]
        line = after.term if after is not None else truth
        steps = derive_on(line, truth.variable, like=exercise.body, tidy=tidy)
        rows = [row for row in lines(steps, Reading()) if text(row.right) != text(line)]
        if rows:
            row = rows[0]
            loud = [step for step in row.steps if not step.rule.quiet] or list(row.steps)
            laws = tuple(dict.fromkeys(step.rule.law for step in loud))
            part = loud[0].before.at(loud[0].path)
            return Hint(strength, after, left, row.reasons, laws, part, row.right, wrong)
    return Hint(strength, after, left, verdict=wrong)


def _going_on(
    exercise: Exercise, verdict: Verdict | None
) -> Iterator[tuple[nt.Partial, Mark | None]]:
    """What may be derived next, and the last right line of it.

    First what is wrong or holds a derivative still, then what is not begun, then what may be tidied.
    """
    begun = _begun(exercise, verdict)
    wrong = verdict.wrong.left if verdict is not None and verdict.wrong is not None else None
    if verdict is not None and isinstance(wrong, nt.Partial) and wrong.variable.name in begun:
        yield wrong, verdict.before
    for left, last in begun.values():
        if last is None or first_partial(last.term) is not None:
            yield left, last
    for name in exercise.truth:
        if name not in begun and name in (exercise.asked or exercise.truth):
            yield exercise.left(name), None
    yield from begun.values()


def _begun(
    exercise: Exercise, verdict: Verdict | None
) -> dict[str, tuple[nt.Partial, Mark | None]]:
    """The derivatives that have lines already, each with its last right one."""
    begun: dict[str, tuple[nt.Partial, Mark | None]] = {}
    for each in verdict.marks if verdict is not None else ():
        left = each.left
        if not isinstance(left, nt.Partial) or left.body != exercise.function:
            continue
        name = left.variable.name
        if name in exercise.truth and each.status in ("right", "right again"):
            begun[name] = (left, each)
        elif name in exercise.truth:
            begun.setdefault(name, (left, None))
    return begun
