"""A gradient that a student wrote out inside an update, where that is what is wrong with the line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symgd import terms as nt
from symgd.errors import SymgdError
from symgd.tutor.exercise import Exercise
from symgd.tutor.marking import mark
from symgd.tutor.updates.attempt import StudentProgram
from symgd.tutor.updates.judging import Judge, WrongUpdate
from symgd.tutor.updates.naming import GRADIENT
from symgd.tutor.verdict import Verdict
from symgd.writing.formulas.text import text


def wrong_slope(
    exercise: Exercise, owner: str, wrong: WrongUpdate, attempt: StudentProgram, judge: Judge
) -> Verdict | None:
    """What is wrong with a gradient that is written out, marked as a derivative; None where that is not it."""
    statement = attempt.program.statements[wrong.index]
    for path, part, rest in _slopes(statement.term, attempt):
        term = statement.term.replace(path, rest)
        statements = list(attempt.program.statements)
        statements[wrong.index] = replace(statement, term=term)
        program = replace(attempt.program, statements=tuple(statements))
        other = Judge(judge.comparison, program, judge.meaning, judge.match)
        if not other.trials or wrong.ends in other.differences:
            continue
        line = f"d{exercise.function.name}/d{owner} = {text(part, ascii=True)}"
        try:
            verdict = mark(exercise, [line])
        except SymgdError:
            continue
        return verdict if verdict.kind == "wrong" else None
    return None


def _slopes(
    term: nt.Term, attempt: StudentProgram
) -> Iterator[tuple[tuple[int, ...], nt.Term, nt.Term]]:
    """Where data stand: the place, what may be the gradient there, and what the place would be with g for it."""
    letters = {*attempt.letters, *attempt.program.states, *attempt.program.made}
    slope = nt.Symbol(GRADIENT)

    def is_data(part: nt.Term) -> bool:
        return any(isinstance(p, nt.Indexed | nt.BigSum) for p in part.parts())

    for path, part in term.walk():
        if not is_data(part):
            continue
        if part.names.isdisjoint(letters):
            yield tuple(path), part, slope
        elif isinstance(part, nt.Product):
            own = [f for f in part.factors if f.names.isdisjoint(letters)]
            rest = [f for f in part.factors if not f.names.isdisjoint(letters)]
            if len(own) > 1 and any(map(is_data, own)):
                yield tuple(path), nt.product_of(tuple(own)), nt.product_of((*rest, slope))
            met = [nt.Symbol(name) for name in sorted(part.names & letters)]
            bare = part.substitute(dict.fromkeys(met, nt.number(1)))  # α·2/N Σ, read as (α·2/N) Σ
            yield tuple(path), bare, nt.product_of((*met, slope))
