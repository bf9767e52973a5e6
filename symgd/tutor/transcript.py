"""A student's text as statements, left = right, each with its line number."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from symgd import terms as nt
from symgd.derivation.checking.check import check_equal
from symgd.errors import FormulaError
from symgd.tutor.equations import Parts, equations
from symgd.tutor.exercise import Exercise
from symgd.tutor.measure import Measure, TooLong
from symgd.tutor.parser import all_readings, readings, usual_reading
from symgd.tutor.preprocess import TypedLine, typed_lines
from symgd.tutor.statement import Kind, Statement
from symgd.tutor.tokens import LineToken, equations_of, split, tokens_of
from symgd.tutor.traced import Place
from symgd.tutor.vocabulary import LEARNING_RATES, Vocabulary, is_function, spelled

MAX_LINES = 500
_DASHES = ("-", "−", "–")
# Names of functions that are as often names of their parts.
PART_NAMES = ("g", "h")


@dataclass
class _TypedRow:
    """What an error points into."""

    line: int
    text: str
    places: tuple[Place, ...]  # where each character was typed

    @classmethod
    def of(cls, line: TypedLine) -> _TypedRow:
        """A line that is not cut yet."""
        return _TypedRow(line.number, line.text, line.places)


@dataclass
class _CutLine(_TypedRow):
    """One line, cut at its = signs."""

    parts: Parts
    joined: bool  # it goes on from the line before
    defined: str | None  # the name that it defines
    in_order: bool  # it is certain what is derived by, and not one of several entries


@dataclass
class _Definition(_TypedRow):
    name: str
    tokens: list[LineToken]
    indices: tuple[str, ...]
    called: bool = False
    uses: list[_Definition] | None = None
    # What it has been read as, by what the names in it meant.
    known: dict[object, tuple[nt.Abbreviation, Vocabulary]] = field(default_factory=dict)


def read(exercise: Exercise, lines: str | Iterable[str]) -> tuple[list[Statement], tuple[int, ...]]:
    """A student's statements, and the lines that were taken for words; a FormulaError says which cannot be read."""
    texts = texts_of(lines)
    if len(texts) > MAX_LINES:
        raise FormulaError(f"there are {len(texts)} lines", f"symgd reads at most {MAX_LINES}")
    return _TranscriptReader(exercise, texts).read()


def texts_of(lines: str | Iterable[str]) -> list[str]:
    """A student's text, line by line."""
    if not isinstance(lines, Iterable):
        cause = f"a student's lines are a text, not {type(lines).__name__}"
        raise FormulaError(cause, 'write them as "dJ/dm = ..."')
    return lines.splitlines() if isinstance(lines, str) else [str(line) for line in lines]


class _TranscriptReader:
    def __init__(self, exercise: Exercise, texts: list[str]) -> None:
        self.exercise = exercise
        self.texts = texts
        self.definitions: list[_Definition] = []
        self.rows: list[_CutLine] = []
        self.unread: dict[int, FormulaError] = {}
        self.measure = Measure()

    def read(self) -> tuple[list[Statement], tuple[int, ...]]:
        lines, words = typed_lines(self.texts, self.known)
        for line in lines:
            self.cut(line)
        statements: list[Statement] = []
        for row in self.rows:
            try:
                statements += self.statements(row, statements[-1] if statements else None)
            except TooLong:
                raise
            except FormulaError as error:
                raise next(iter(self.unread.values()), self.at_line(error, row)) from None
        if all(statement.kind == "definition" for statement in statements):
            remedy = f'write one such as "{self.example} = ..."'
            raise FormulaError("there is no line to check", remedy)
        return statements, words

    @property
    def example(self) -> str:
        variable = next(iter(self.exercise.derivations))
        return f"d{self.exercise.function.name}/d{variable}"

    def at_line(self, error: FormulaError, row: _TypedRow) -> FormulaError:
        """The same error with the line's number, and its place in what the student typed."""
        line, text, position = row.line, error.text, error.position
        if text == row.text and row.places:
            line, position = row.places[min(position, len(row.places) - 1)]
            position += error.position >= len(text.rstrip())
            text = self.texts[line - 1]
        where = f"line {line}, column {position + 1}" if text else f"line {line}"
        cause = f"{where}: {error.cause}"
        return FormulaError(cause, error.words[1], text=text, position=position)

    # Lines

    def known(self, name: str) -> bool:
        """Whether a word is a name of the exercise, or several side by side; two letters, "by", are rather a word."""
        vocabulary = self.exercise.vocabulary
        together = len(name) > 2 and bool(vocabulary.pieces(name))
        return together or self.is_name(name) or name in vocabulary.costs

    def is_name(self, name: str) -> bool:
        """Whether the exercise has this name."""
        return self.exercise.vocabulary.meaning(spelled(name)) is not None

    def cut(self, line: TypedLine) -> None:
        """Split a line's equations at their = signs, and keep what they define."""
        try:
            for given, formula in line.defined:
                self.define(
                    _TypedRow(line.number, formula, ()), given, tokens_of(formula, self.is_name)
                )
            equations = equations_of(tokens_of(line.text, self.is_name))
        except FormulaError as error:
            raise self.at_line(error, _TypedRow.of(line)) from None
        for tokens in equations:
            self.cut_equation(line, split(tokens, lambda token: token.kind == "equals"))

    def cut_equation(self, line: TypedLine, parts: Parts) -> None:
        if not parts[0] and len(parts) == 1:
            return
        joined = len(parts) == 1 or not parts[0]
        parts = parts if parts[0] else parts[1:]
        try:
            found, in_order = equations(line.text, parts, self.exercise.vocabulary)
        except FormulaError as error:
            raise self.at_line(error, _TypedRow.of(line)) from None
        for each in found:
            self.add(line, each, joined, in_order)

    def add(self, line: TypedLine, parts: Parts, joined: bool, in_order: bool) -> None:
        name = self.defined_name(parts) if not joined else None
        if name is not None:
            self.define(_TypedRow.of(line), name, parts[1], len(parts[0]) > 1)
        self.rows.append(
            _CutLine(line.number, line.text, line.places, parts, joined, name, in_order)
        )

    def defined_name(self, parts: Parts) -> str | None:
        """The name that a line defines: u = …, e_i = …, g(x) = …"""
        first = parts[0]
        if not first or first[0].kind != "name":
            return None
        rest = "".join(token.text for token in first[1:])
        if rest and not re.fullmatch(r"[\[(]\w[\])]", rest):
            return None
        name = spelled(first[0].text)
        known = self.exercise.vocabulary
        cost = name in known.costs and not self.is_part(name, parts[1])
        entry = isinstance(known.meaning(name), nt.Indexed)
        function = is_function(name) and len(first) > 1
        taken = name in known.symbols or name in known.columns or cost or entry or function
        return None if taken or self.short_for(name) else name

    def is_part(self, name: str, tokens: list[LineToken]) -> bool:
        """Whether a name that others have for the cost is a part of it here: E = m x_i + b - y_i, g(x) = x^2."""
        exercise = self.exercise
        if name == exercise.function.name:
            return False
        if exercise.vocabulary.bounds:
            summed = any(t.kind == "sigma" or t.text in exercise.vocabulary.costs for t in tokens)
            return bool(tokens) and not summed
        if name not in PART_NAMES:
            return False
        text = " ".join(token.text for token in tokens)
        try:
            right = readings(text, tokens, exercise.vocabulary)[0]
        except FormulaError:
            return True
        return not check_equal(right, exercise.body).passed

    def short_for(self, name: str) -> nt.Partial | None:
        """The derivative that a single name on the left stands for: J_m, grad_m, dm."""
        exercise = self.exercise
        if exercise.vocabulary.has(name):
            return None
        costs = (f"{cost}_" for cost in exercise.vocabulary.costs)
        heads = ("grad_", "gradient_", "g_", "d", *costs)
        plain = (v for v, start in exercise.truth.items() if isinstance(start.variable, nt.Symbol))
        known = (v for v in plain if any(name == f"{head}{v}" for head in heads))
        return next(map(exercise.left, known), None)

    def define(
        self, row: _TypedRow, name: str, tokens: list[LineToken], called: bool = False
    ) -> None:
        name = spelled(name)
        indices: tuple[str, ...] = ()
        base, _, subscript = name.partition("_")
        if len(subscript) == 1 and subscript.isalpha() and self.exercise.vocabulary.bounds:
            name, indices = base, (subscript,)
        where = row.line, row.text, row.places
        self.definitions.append(_Definition(*where, name, tokens, indices, called))

    def wanted(self, tokens: Iterable[LineToken]) -> list[_Definition]:
        """The definitions whose names stand in some tokens, and in one another, in the order of the lines."""
        texts = [spelled(token.text) for token in tokens if token.kind in ("name", "derivative")]
        waiting = [d for d in self.definitions if any(d.name in text for text in texts)]
        found: dict[int, _Definition] = {}
        while waiting:
            definition = waiting.pop()
            if id(definition) not in found:
                found[id(definition)] = definition
                waiting += self.used(definition)
        return [definition for definition in self.definitions if id(definition) in found]

    def used(self, definition: _Definition) -> list[_Definition]:
        """The definitions whose names may stand in another one."""
        if definition.uses is None:
            texts = {spelled(token.text) for token in definition.tokens}
            definition.uses = [d for d in self.definitions if any(d.name in text for text in texts)]
        return definition.uses

    def defined_term(self, definition: _Definition, vocabulary: Vocabulary) -> nt.Abbreviation:
        """What a definition says where the names in it mean what they do; the same object where they mean the same."""
        names = dict.fromkeys(d.name for d in self.used(definition))
        key = tuple((id(vocabulary.meanings.get(n)), n in vocabulary.called) for n in names)
        if key not in definition.known:
            term = usual_reading(definition.text, definition.tokens, vocabulary)
            meaning = nt.Abbreviation(definition.name, term, definition.indices)
            # The vocabulary is kept so that its meanings keep their identities.
            definition.known[key] = meaning, vocabulary
        return definition.known[key][0]

    def vocabulary(self, line: int, tokens: Iterable[LineToken]) -> Vocabulary:
        """The names in some tokens as they stand at a line: those defined before it, else those defined after."""
        found = self.exercise.vocabulary
        wanted = self.wanted(tokens)
        later = [d for d in reversed(wanted) if d.line > line]
        for definition in (*later, *(d for d in wanted if d.line <= line)):
            try:
                meaning = self.defined_term(definition, found)
            except FormulaError as error:
                self.unread.setdefault(definition.line, self.at_line(error, definition))
                continue
            self.unread.pop(definition.line, None)
            self.measure.expect_short(definition.line, meaning.definition)
            found = found.defining(definition.name, meaning, definition.called)
        return found

    # Statements

    def statements(self, row: _CutLine, before: Statement | None) -> list[Statement]:
        vocabulary = self.vocabulary(row.line, itertools.chain(*row.parts))
        left, kind, parts, others = self.opening(row, before, vocabulary)
        by = left.variable if isinstance(left, nt.Partial) else self.only_variable()
        found: list[Statement] = []
        for number, part in enumerate(parts):
            if not part:
                cause, end = 'nothing stands after "="', len(row.text)
                raise FormulaError(cause, "write a formula", text=row.text, position=end)
            written = row.text[part[0].start : part[-1].start + len(part[-1].text)]
            one = kind == "definition" and bool(nt.indices_of(left))
            terms, is_all = all_readings(row.text, part, vocabulary, by, one_example=one)
            self.measure.add(row.line, terms[0])
            if kind == "side" and self.is_step(left, terms[0]):
                kind = "update"
            opens = not row.joined and number == 0
            lefts = others if opens and kind in ("derivative", "side") else ()
            assumed = opens and kind == "derivative" and len(parts) == len(row.parts) > 1
            found.append(
                Statement(row.line, written, kind, left, terms, opens, is_all, lefts, assumed)
            )
        return found

    def is_step(self, left: nt.Term, right: nt.Term) -> bool:
        """Whether a line is a step of gradient descent: m = m − …, or any m = … with a learning rate."""
        if not isinstance(left, nt.Symbol | nt.Indexed) or self.exercise.lettered(left) is None:
            return False
        return left in nt.terms_of(right) or rate_in(right) is not None

    def opening(
        self, row: _CutLine, before: Statement | None, vocabulary: Vocabulary
    ) -> tuple[nt.Term, Kind, Parts, tuple[nt.Term, ...]]:
        """What a line's formulas are said to be equal to, and what else that may mean."""
        asked = self.exercise.asked
        if row.joined:
            if before is not None:
                return before.left, before.kind, row.parts, ()
            if len(asked) != 1:
                raise FormulaError(
                    "the first line does not say what is derived by what",
                    f'begin with "{self.example} = ..."',
                    text=row.text,
                )
            return self.exercise.left(asked[0]), "derivative", row.parts, ()
        first, *rest = row.parts
        short = self.short_for(spelled(first[0].text)) if len(first) == 1 else None
        if short is not None:
            return short, "derivative", rest, ()
        meaning = vocabulary.meaning(row.defined) if row.defined else None
        if meaning is not None:
            return meaning, "definition", rest, ()
        lefts = readings(row.text, first, vocabulary, self.only_variable())
        if first[0].text in _DASHES and len(first) > 1 and first[1].apart:  # a minus or a bullet
            lefts += readings(row.text, first[1:], vocabulary, self.only_variable())
        if not row.in_order:
            lefts += tuple(map(self.exercise.left, self.exercise.truth))
        meant = [self.classified(left) for left in lefts]
        bulleted = isinstance(lefts[0], nt.Negative)
        certain = (each for each in meant if each[1] != "side" and not bulleted)
        found, kind = next(certain, meant[0])
        begins = before is None and len(asked) == 1
        if begins and kind == "side" and not self.is_equation(lefts[0]):
            return self.exercise.left(asked[0]), "derivative", row.parts, ()
        return found, kind, rest, tuple(left for left, _ in meant[1:])

    def is_equation(self, left: nt.Term) -> bool:
        """Whether a left-hand side is no derivative that is begun, but speaks of one, or of what is derived."""
        function = self.exercise.function
        return any(part == function or isinstance(part, nt.Partial) for part in left.parts())

    def only_variable(self) -> nt.Variable | None:
        variables = self.exercise.vocabulary.variables
        return variables[0] if len(variables) == 1 else None

    def classified(self, left: nt.Term) -> tuple[nt.Term, Kind]:
        """What a left-hand side is: the cost, a derivative of it, or something else."""
        exercise = self.exercise
        if left == exercise.function:
            return left, "cost"
        if isinstance(left, nt.Partial) and left.body == exercise.function:
            return left, "derivative"
        predicted = exercise.vocabulary.usual.get("yhat")
        if isinstance(left, nt.Indexed) and predicted is not None and left.name == exercise.target:
            return predicted.with_index(exercise.vocabulary.index, left.indices[0]), "side"
        if isinstance(left, nt.Partial) and left.body == exercise.body:
            return nt.Partial(exercise.function, left.variable, left.ordinary), "derivative"
        return left, "side"


def rate_in(term: nt.Term) -> nt.Symbol | nt.Number | None:
    """The learning rate in a Term, if it has one: a letter, or a decimal such as 0.1."""
    letter = next((nt.Symbol(name) for name in LEARNING_RATES if name in term.names), None)
    return letter or next((p for p in term.parts() if isinstance(p, nt.Number) and p.decimal), None)
