"""Hints: the next step from a student's last right line, at three strengths."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from os import PathLike

from symgd import terms as nt
from symgd.derivation.engine import derive_on
from symgd.errors import FormulaError, either, for_command_line, for_python
from symgd.tutor.exercise import Exercise
from symgd.tutor.marking import mark
from symgd.tutor.transcript import texts_of
from symgd.tutor.verdict import Mark, Verdict, plain, save_words
from symgd.writing.latex import latex
from symgd.writing.outline import Line, Reason, lines
from symgd.writing.reading import Reading
from symgd.writing.steps import Step
from symgd.writing.text import text

SCHEMA = "symgd/hint/1"
CHECK = either("hint.verdict", "symgd check")


@dataclass(frozen=True, repr=False)
class Hint:
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
    """

    strength: int
    after: Mark | None
    left: nt.Term
    reasons: tuple[Reason, ...] = ()
    laws: tuple[str, ...] = ()
    part: nt.Term | None = None
    next: nt.Term | None = None
    verdict: Verdict | None = None

    def __repr__(self) -> str:
        return f"Hint({self.text().splitlines()[-1]!r})"

    def __str__(self) -> str:
        return self.text()

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the rules."""
        return tuple(dict.fromkeys(reason.rule for reason in self.reasons))

    def text(self, *, ascii: bool = False) -> str:
        """The hint in words."""
        return self._words(ascii, for_python)

    def on_command_line(self, *, ascii: bool = False) -> str:
        """The same for who types at a command line."""
        return self._words(ascii, for_command_line)

    def markdown(self) -> str:
        """The hint as notebooks and code hosts render it."""
        lines = self._lines(lambda term: f"${latex(term)}$")
        return for_python("\n\n".join(line.strip() for line in lines)) + "\n"

    def _words(self, ascii: bool, told: Callable[[str], str]) -> str:
        words = told("\n".join(self._lines(lambda term: text(term, ascii=ascii)))) + "\n"
        return plain(words) if ascii else words

    def _lines(self, write: Callable[[nt.Term], str]) -> list[str]:
        said = []
        if self.verdict is not None and self.verdict.line is not None:
            said.append(f"Line {self.verdict.line} is not right: mend it first ({CHECK} says why).")
        if not self.reasons:
            said.append(f"Nothing is left to do for {write(self.left)}.")
            return said
        begin = f"To begin with {write(self.left)}"
        where = f"After line {self.after.line}" if self.after else begin
        said.append(f"{where}: use the {', then the '.join(self.named)}.")
        said += [f"  {law}" for law in self.laws]
        if self.strength > 1 and self.part is not None:
            said.append(f"Use it on {write(self.part)}:")
            said += [f"  {line}" for reason in self.reasons for line in _words(reason, write)]
        if self.strength > 2 and self.next is not None:
            said.append(f"The line: {write(nt.Equation(self.left, self.next))}")
        return said

    @property
    def named(self) -> tuple[str, ...]:
        """The rules as a sentence has them."""
        return tuple(
            name if name.endswith(("rule", "examples")) else f'rule "{name}"' for name in self.rules
        )

    def json(self) -> str:
        """The hint for programs: what its strength tells, and no more."""
        record: dict[str, object] = {
            "schema": SCHEMA,
            "strength": self.strength,
            "after_line": self.after.line if self.after else None,
            "wrong_line": self.verdict.line if self.verdict else None,
            "finished": not self.reasons,
            "rules": list(self.rules),
            "laws": list(self.laws),
        }
        if self.strength > 1 and self.part is not None:
            record["part"] = _both(self.part)
            record["why"] = [reason.sentence(text) for reason in self.reasons]
        if self.strength > 2 and self.next is not None:
            record["line"] = _both(nt.Equation(self.left, self.next))
        return json.dumps(record, indent=2, ensure_ascii=False) + "\n"

    def save(self, path: str | PathLike[str]) -> None:
        """Write the hint to a .txt, .md or .json file.

        Raises
        ------
        OutputError
            For another suffix, or when the file cannot be written.
        """
        save_words(path, self.text, self.markdown, self.json)

    def _repr_markdown_(self) -> str:
        return self.markdown()


def _words(reason: Reason, write: Callable[[nt.Term], str]) -> list[str]:
    """A reason's sentence, and what the letters that it brings in stand for."""
    inner = [f"with {write(term)}" for term in reason.introduced if isinstance(term, nt.Equation)]
    return [reason.sentence(write), *inner]


def _both(term: nt.Term) -> dict[str, str]:
    return {"text": text(term), "latex": latex(term)}


def hint(exercise: Exercise, written: str | Iterable[str] = "", strength: int = 1) -> Hint:
    """The next step from a student's last right line.

    Parameters
    ----------
    exercise : Exercise
    written : str or iterable of str
        What the student has so far; nothing asks for the first step.
    strength : {1, 2, 3}
        1 names the rule, 2 also the part that it is used on, 3 also the line that comes out.

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
    wrong = verdict if verdict is not None and verdict.kind == "wrong" else None
    if verdict is not None and verdict.kind == "right" and not _begun(exercise, verdict):
        return Hint(strength, None, verdict.marks[-1].left)  # steps of descent alone
    for left, after in _going_on(exercise, verdict):
        truth = exercise.truth[left.variable.name]
        line = after.term if after is not None else truth
        steps = derive_on(line, truth.variable, like=exercise.body, tidy=exercise.tidy)
        rows = [row for row in lines(steps, Reading()) if text(row.right) != text(line)]
        if rows:
            return _told(strength, after, left, rows[0], wrong)
    return Hint(strength, after, left, verdict=wrong)


def _told(
    strength: int, after: Mark | None, left: nt.Partial, row: Line, wrong: Verdict | None
) -> Hint:
    loud = [step for step in row.steps if not step.rule.quiet] or list(row.steps)
    laws = tuple(dict.fromkeys(step.rule.law for step in loud))
    return Hint(strength, after, left, row.reasons, laws, _part(loud), row.right, wrong)


def _part(steps: list[Step]) -> nt.Term:
    first = steps[0]
    return first.before.at(first.path)


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
        if last is None or any(isinstance(part, nt.Partial) for _, part in last.term.walk()):
            yield left, last
    for name, truth in exercise.truth.items():
        if name not in begun and name in (exercise.asked or exercise.truth):
            yield nt.Partial(exercise.function, truth.variable, truth.ordinary), None
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
