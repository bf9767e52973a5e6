"""Marking: which of a student's lines is the first that does not follow, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from symgd import terms as nt
from symgd.derivation.checking.check import Checker
from symgd.derivation.gradient import GENERIC
from symgd.errors import DerivationError, FormulaError, either
from symgd.terms.calculus import by_letter
from symgd.tutor.counterexample import (
    agree_with_more_examples,
    are_proportional,
    counterexample,
    small_numbers,
    value_at,
)
from symgd.tutor.diagnosis import Diagnoser
from symgd.tutor.exercise import Exercise, first_partial
from symgd.tutor.misconception import Misconception, WrongLine, finished
from symgd.tutor.misconceptions import MISCONCEPTIONS
from symgd.tutor.statement import Mark, Statement, Status
from symgd.tutor.transcript import rate_in, read
from symgd.tutor.verdict import Verdict
from symgd.tutor.vocabulary import LEARNING_RATES
from symgd.writing.formulas.text import text
from symgd.writing.together import remarks_on
from symgd.writing.words import Language

# Of a line that means different things to different people, so many are looked at for what went wrong.
MAX_READINGS = 3


@dataclass
class _MarkedChain:
    """Statements that are said to be equal to one thing, and their marks."""

    statements: list[Statement]
    truth: nt.Term
    variable: nt.Variable | None
    marks: list[Mark] = field(default_factory=list)
    wrong: Mark | None = None
    before: Mark | None = None

    @property
    def kind(self) -> str:
        return self.statements[0].kind


def mark(
    exercise: Exercise,
    lines: str | Iterable[str],
    misconceptions: Sequence[Misconception] = MISCONCEPTIONS,
    *,
    language: Language = None,
) -> Verdict:
    """Find the first line that does not follow, and the misconception behind it.

    Parameters
    ----------
    exercise : Exercise
        What is to be derived.
    lines : str or iterable of str
        The student's lines, as they were typed.
    misconceptions : sequence of Misconception
        In the order in which they are tried.
    language : str or path, optional
        What the verdict is said in, as `words_in` has it: "fr".

    Returns
    -------
    Verdict

    Raises
    ------
    FormulaError
        When a line cannot be read.

    Examples
    --------
    >>> verdict = mark(Exercise.of_formula("(2*x + 1)^3", "x"), "f'(x) = 3(2x + 1)^2")
    >>> verdict.line, verdict.misconception.name
    (1, 'lost inner derivative')
    """
    statements, words = read(exercise, lines)
    verdict = _Marker(exercise, misconceptions).verdict(statements)
    vocabulary = exercise.vocabulary
    remarks = remarks_on(vocabulary.symbols, {*vocabulary.symbols, *vocabulary.columns})
    return replace(verdict, words=words, remarks=remarks, language=language)


@dataclass
class _Marker:
    exercise: Exercise
    misconceptions: Sequence[Misconception]
    checker: Checker = field(default_factory=Checker)
    definitions: list[Statement] = field(default_factory=list)
    cost: nt.Term | None = None  # as the student wrote it, where that is not the exercise's

    def equal(self, left: nt.Term, right: nt.Term) -> bool:
        passed = self.checker.equal(left, right).passed
        return passed and agree_with_more_examples(self.exercise, left, right)

    def verdict(self, statements: Sequence[Statement]) -> Verdict:
        self.definitions = [each for each in statements if each.kind == "definition"]
        statements = [self.settled(statement) for statement in statements]
        chains = [chain for group in _grouped(statements) for chain in self.chains(group)]
        for chain in chains:
            self.mark_chain(chain)
        marks = tuple(dict.fromkeys(mark for chain in chains for mark in chain.marks))
        missing = self.missing(chains)
        wrong = [chain for chain in chains if chain.wrong is not None]
        if wrong:
            first = min(wrong, key=lambda chain: chain.wrong.line if chain.wrong else 0)
            return self.explained(first, marks, missing)
        return Verdict("unfinished" if missing else "right", marks, missing=missing)

    def chains(self, statements: list[Statement]) -> Iterator[_MarkedChain]:
        """A chain, or one for each parameter where it speaks of θ, any of them."""
        first, left, truths = statements[0], statements[0].left, self.exercise.truth
        variable = left.variable if isinstance(left, nt.Partial) else None
        name = variable.name if variable is not None and first.kind == "derivative" else ""
        if first.kind == "update":
            yield _MarkedChain(statements, self.updated(first), None)
        elif first.kind == "cost":
            yield _MarkedChain(statements, self.exercise.body, variable)
        elif name in GENERIC and name not in truths:
            for truth in truths.values():
                if isinstance(truth.variable, nt.Symbol):
                    own = [_by(statement, name, truth.variable) for statement in statements]
                    yield _MarkedChain(own, truth, truth.variable)
        elif first.kind != "definition":
            asked = self.exercise.lettered(variable) if name and variable is not None else None
            meant = asked[0] if asked else self.meant(first)
            yield _MarkedChain(statements, meant, variable)

    def settled(self, statement: Statement) -> Statement:
        """A statement that begins with a derivative that is asked for, however it is written, as one of that."""
        exercise, left = self.exercise, statement.left
        if not statement.opens or statement.kind not in ("derivative", "side"):
            return statement
        if statement.lefts:
            left = self.meant(statement)
        for name, truth in exercise.truth.items():
            asked = exercise.left(name)
            other = statement.kind == "side" and first_partial(left) is not None
            if left == asked or (other and self.equal(truth, left)):
                return replace(statement, kind="derivative", left=asked)
        return statement

    def meant(self, statement: Statement) -> nt.Term:
        """What a left-hand side means: of several meanings the one that makes its line right, else the usual one."""
        usual = statement.left
        if not statement.lefts or self.reading(usual, statement, strict=False) is not None:
            return usual
        others = (left for left in statement.lefts if self.reading(left, statement, strict=False))
        return next(others, usual)

    def updated(self, statement: Statement) -> nt.Term:
        """One step of gradient descent, at the rate that the student names."""
        assert isinstance(statement.left, nt.Symbol | nt.Indexed)
        asked = self.exercise.lettered(statement.left)
        assert asked is not None
        rate = rate_in(statement.readings[0]) or nt.Symbol(LEARNING_RATES[0])
        step = nt.Product((rate, asked[0]))
        return nt.Sum((statement.left, nt.Negative(step)))

    def mark_chain(self, chain: _MarkedChain) -> None:
        before = chain.truth
        for statement in chain.statements:
            term = self.reading(chain.truth, statement)
            status: Status
            if term is not None:
                status = "right again" if chain.wrong else "right"
            else:
                term = statement.readings[0]
                self.refuse_equation(chain, statement)
                self.refuse_doubt(statement)
                self.refuse_doubtful_names((statement.left, term, before))
                follows = chain.wrong and self.equal(before, term)
                status = "follows" if follows or self.is_of_written_cost(chain, term) else "wrong"
            note = "" if term is statement.readings[0] else f"read as {text(term)}"
            mark = Mark(statement.line, statement.written, statement.left, term, status, note)
            if status == "wrong" and chain.wrong is None:
                chain.wrong = mark
                chain.before = chain.marks[-1] if chain.marks else None
                if chain.kind == "cost":
                    self.cost = self.cost or term
            chain.marks.append(mark)
            before = term

    def is_of_written_cost(self, chain: _MarkedChain, term: nt.Term) -> bool:
        """Whether a derivative is right for the wrong cost that the student began with."""
        if self.cost is None or chain.kind != "derivative" or chain.variable is None:
            return False
        return self.equal(nt.Partial(self.cost, chain.variable), term)

    def refuse_doubt(self, statement: Statement) -> None:
        """What can be read in more ways than were tried is not called wrong."""
        if not statement.is_all:
            raise FormulaError(
                f"line {statement.line}: what stands here can be read in too many ways",
                "write products with * and put fractions and exponents in parentheses",
            )

    def refuse_doubtful_names(self, terms: Iterable[nt.Term]) -> None:
        """Names that were defined by a formula with several meanings leave in doubt what is written with them."""
        names = frozenset().union(*(term.names for term in terms))
        for definition in self.definitions:
            first, *others = definition.readings
            used = isinstance(definition.left, nt.Variable) and definition.left.name in names
            if used and not all(self.equal(first, other) for other in others):
                raise FormulaError(
                    f'line {definition.line}: "{definition.written}" can be read in several ways',
                    "write products with * and put fractions and exponents in parentheses",
                )

    def refuse_equation(self, chain: _MarkedChain, statement: Statement) -> None:
        """What does not follow from anything here, an equation to be solved or one that holds at the minimum only.

        m = … and a multiple of ∂J/∂m = 0 are neither right nor wrong.
        """
        if statement.is_assumed:
            raise _no_statement(statement)
        derivative = isinstance(nt.unsigned(statement.left), nt.Partial)
        if chain.kind != "side" or not statement.opens or derivative:
            return
        left, right = statement.left, statement.readings[0]
        model = bool(self.exercise.vocabulary.bounds)
        solved = isinstance(left, nt.Symbol | nt.Indexed) and left.name in self.exercise.truth
        difference = nt.Sum((left, nt.Negative(right)))
        lasts = [derivation.last for derivation in self.exercise.derivations.values()]
        if model and (
            solved or any(are_proportional(self.exercise, difference, last) for last in lasts)
        ):
            raise FormulaError(
                f"line {statement.line}: this equation holds at the minimum only, and derivatives alone are marked",
                f"leave it out; {either('problem.stationary() derives', 'symgd solve derives')} it",
            )
        if first_partial(left) is None:
            raise _no_statement(statement)

    def reading(self, truth: nt.Term, statement: Statement, strict: bool = True) -> nt.Term | None:
        """The first reading of a statement that is right; an error where none can be compared, if `strict`."""
        trials = 0
        for term in statement.readings:
            check = self.checker.equal(truth, term)
            if check.passed and agree_with_more_examples(self.exercise, truth, term):
                return term
            trials += check.trials
        if not trials and strict:
            raise DerivationError(
                f"line {statement.line} cannot be compared: {check.note}",
                "write it differently, or check the lines before it alone",
            )
        return None

    def missing(self, chains: list[_MarkedChain]) -> tuple[str, ...]:
        """What is asked for and not there, or not finished."""
        begun = {c.variable.name: c for c in chains if c.kind == "derivative" and c.variable}
        stepped = any(chain.kind == "update" for chain in chains)
        left = begun if begun or stepped else self.exercise.truth
        asked = dict.fromkeys((*self.exercise.asked, *left))
        found: set[nt.Term] = set()  # derivatives that were found on the way
        for chain in chains:
            if chain.wrong is None and any(_is_finished(mark.term, found) for mark in chain.marks):
                found.add(chain.statements[0].left)
        done = [n for n, c in begun.items() if any(_is_finished(m.term, found) for m in c.marks)]
        return tuple(name for name in asked if name not in done)

    # What went wrong

    def explained(
        self, chain: _MarkedChain, marks: tuple[Mark, ...], missing: tuple[str, ...]
    ) -> Verdict:
        """What explains the wrong line, in the first of its readings that anything explains."""
        assert chain.wrong is not None
        before = chain.before.term if chain.before else chain.truth
        right, usual, hurried = self.right_of(chain), chain.wrong.term, False
        seen = counterexample(self.exercise, before, usual)
        known = Verdict("wrong", marks, chain.wrong, chain.before, (), right, seen, missing)
        if seen is None and not self.has_values(usual):
            return known
        line = next(s for s in chain.statements if s.readings[0] == usual)
        stepped = chain.statements[0].left if chain.kind == "update" else None
        by = stepped if isinstance(stepped, nt.Variable) else chain.variable
        variable = by or self.exercise.vocabulary.variables[0]
        for term in line.readings[:MAX_READINGS]:
            case = WrongLine(before, right, term, variable, self.exercise, self.turned(term))
            numbers = seen if term is usual else counterexample(self.exercise, before, term)
            diagnoser = Diagnoser(case, self.misconceptions, self.equal, numbers)
            found = diagnoser.found()
            if found:
                return replace(known, diagnoses=found)
            hurried = hurried or diagnoser.spent
        return replace(known, hurried=hurried)

    def has_values(self, term: nt.Term) -> bool:
        """Whether a Term has a value at any small numbers: what has none is no slip of anything."""
        numbers = small_numbers(self.exercise, term.names)
        return any(value_at(term, each) is not None for each in numbers)

    def right_of(self, chain: _MarkedChain) -> nt.Term:
        """The right result: what is derived as our own derivations end, anything else worked out."""
        variables = [each.variable for each in self.exercise.derivations.values()]
        variables += [chain.variable] if chain.variable is not None else []
        pairs = filter(None, map(self.exercise.lettered, variables))
        known: dict[nt.Term, nt.Term] = dict(pairs)
        return finished(chain.truth.substitute(known))

    def turned(self, written: nt.Term) -> bool:
        """Whether the residual stands in a line the other way round."""
        usual = next(iter(self.exercise.vocabulary.usual.values()), None)
        if usual is None:
            return False
        turned = nt.Negative(usual.definition)
        sums = (part for part in written.parts() if isinstance(part, nt.Sum))
        return any(self.equal(turned, part) for part in sums)


def _grouped(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    """Chains: a statement that opens, and those that go on from it; a derivative may be taken up again."""
    groups: dict[object, list[Statement]] = {}
    current: list[Statement] = []
    for number, statement in enumerate(statements):
        if statement.opens:
            key = statement.left if statement.kind == "derivative" else number
            current = groups.setdefault(key, [])
        elif not groups:
            current = groups.setdefault(statement.left, [])
        current.append(statement)
    yield from groups.values()


def _is_finished(term: nt.Term, found: set[nt.Term]) -> bool:
    """Whether a line holds no derivatives but those that were found."""
    return all(part in found for part in term.parts() if isinstance(part, nt.Partial))


def _no_statement(statement: Statement) -> FormulaError:
    return FormulaError(
        f"line {statement.line}: what stands before the first = is no derivative, no cost and no new name, and the equation does not hold for all values",
        "leave it out, or write what is derived by what",
    )


def _by(statement: Statement, letter: str, variable: nt.Symbol) -> Statement:
    readings = tuple(by_letter(term, {letter}, variable) for term in statement.readings)
    return replace(statement, readings=readings)
