"""A student's equations of an update as statements over Terms, in which v' is what v is after the step."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from symgd import terms as nt
from symgd.errors import FormulaError
from symgd.optimizers.words import ENTRYWISE, WORDS
from symgd.terms.functions import ALIASES, FUNCTIONS, SHORTHANDS
from symgd.tutor.parser import all_readings
from symgd.tutor.tokens import CLOSING, LineToken, split
from symgd.tutor.updates.letters import KNOWN_LETTERS
from symgd.tutor.updates.lines import UpdateEquation, at_line, refused
from symgd.tutor.updates.names import (
    COST_NAMES,
    GRADIENT_NAMES,
    PARAMETER_NAMES,
    STEP_LETTERS,
    Written,
    with_time_behind,
    written_name,
)
from symgd.tutor.vocabulary import Vocabulary, spelled
from symgd.writing.formulas.names import AFTER

GRADIENT = "g"
BEFORE_LAST = "_last"  # ends the name of what θ was one step earlier
STEP = "t"
_POINT = "point_"  # a gradient at another point, until its Term is put in
_NUMERIC = frozenset("0123456789.e+-*/^() −·×")
MOST_PIECES = 12

Sort = Literal["update", "first", "setting", "count"]


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


@dataclass(frozen=True)
class _Style:
    """How a name stands on the left: plain, as what is new, or with the step's number."""

    when: str
    letter: str = ""
    by: int = 0
    count: int = 1
    assigned: bool = False


@dataclass
class UpdateReader:
    """Reads equations for one parameter, or for the vector of all of them, whose name is `parameter`.

    `late` says that v on a line before that of v = … is what it is after it.
    """

    equations: Sequence[UpdateEquation]
    parameter: str
    owner: str  # empty for a vector
    owners: tuple[str, ...]
    letters: frozenset[str]  # of the rule
    states: frozenset[str]  # of the rule
    vocabulary: Vocabulary
    late: bool = False
    versions: dict[str, int] = field(default_factory=dict)
    points: dict[nt.Term, nt.Term] = field(default_factory=dict)

    @cached_property
    def styles(self) -> Mapping[str, _Style]:
        """How each name is written where it gets its value."""
        found: dict[str, _Style] = {}
        for equation in self.equations:
            name = equation.name
            if name.when == "first" or equation.joined or self.is_side(equation):
                continue
            key, when = self.key(name), name.when
            if key.endswith("_before") or name.base in self.changing:
                when = ""
            style = found.get(key)
            if style is None:
                found[key] = _Style(when, name.letter, name.by, 1, equation.assigned)
            elif when == "" == style.when:
                found[key] = replace(style, count=style.count + 1)
        return found

    @cached_property
    def step_letter(self) -> str:
        """What counts the steps."""
        letters = (style.letter for style in self.styles.values() if style.letter)
        return next(letters, STEP)

    def key(self, name: Written) -> str:
        """A name with its owner, v_m; what belongs to the vector, or is written for any parameter, has none."""
        if name.base == self.parameter and not name.owner and name.when != "old":
            return self.parameter
        if name.when == "time" and name.base in self.changing:
            return f"{name.base}_{name.letter}"
        if name.when == "old" and name.base in self.kept:
            return f"{name.base}_before"
        base = GRADIENT if name.base in GRADIENT_NAMES and not self.is_other(name) else name.base
        return f"{base}_{name.owner}" if name.owner and base != GRADIENT else base

    @cached_property
    def changing(self) -> frozenset[str]:
        """Letters of which another one is made for each step: α_t = α·√(1 − β₂ᵗ)/(1 − β₁ᵗ)."""
        return frozenset(e.name.base for e in self.equations if self.is_changed(e))

    def is_changed(self, equation: UpdateEquation) -> bool:
        """Whether an equation makes α_t of α."""
        base = equation.name.base
        if equation.name.when != "time" or base not in {*self.letters, *KNOWN_LETTERS}:
            return False
        tokens = (t for part in equation.rights for t in part if t.kind == "name")
        names = [written_name(t.text, self.owners) for t in tokens]
        return any(n.base == base and not n.when for n in names) and base not in self.states

    @cached_property
    def kept(self) -> frozenset[str]:
        """Names whose value before the step is kept under another: v_prev = v."""
        return frozenset(e.name.base for e in self.equations if e.name.when == "old")

    def is_other(self, name: Written) -> bool:
        """Whether a name that others have for the gradient is something else here: G in AdaGrad."""
        accumulated = name.base == "G" and any(e.name.base == "G" for e in self.equations)
        return accumulated or (name.base != GRADIENT and name.base in self.states)

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

    def is_of_another(self, name: Written) -> bool:
        """Whether a line is about another parameter."""
        whose = name.owner or (name.base if name.base in self.owners else "")
        return bool(self.owner and whose and whose != self.owner)

    def is_side(self, equation: UpdateEquation) -> bool:
        """Whether a line gives a setting, the step's number or what is remembered at first."""
        return self.sort(equation) != "update"

    def sort(self, equation: UpdateEquation) -> Sort:
        """What a line gives a value to."""
        name = equation.name
        text = "".join(token.text for token in equation.rights[-1])
        if name.when == "first":
            return "first"
        if name.base in STEP_LETTERS and name.base not in (*self.owners, self.parameter):
            if name.base == STEP or set(text) <= {*_NUMERIC, name.base}:
                return "count"
        if not set(text) <= _NUMERIC or name.when:
            return "update"
        if name.base in {*self.letters, *KNOWN_LETTERS} - self.states:
            return "setting"
        others = [e for e in self.equations if e is not equation and e.name.base == name.base]
        return "first" if others else "update"

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
                yield replace(before, line=equation.line, written=written, readings=terms, is_all=is_all, again=True)
                continue
            target = key if sort == "first" else self.made(key)
            before = UpdateLine(equation.line, written, sort, target, key, terms, is_all)
            yield before

    def made(self, key: str) -> str:
        """What a name is called once it has its value; one that gets several has them in turn."""
        count = self.versions[key] = self.versions.get(key, 0) + 1
        style = self.styles.get(key)
        last = style is None or count >= style.count
        return f"{key}{AFTER}" if last else f"{key}_{'i' * count}{AFTER}"

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

    def plain(self, tokens: list[LineToken]) -> list[LineToken]:
        found: list[LineToken] = []
        at = 0
        while at < len(tokens):
            more, at = self.gradient(tokens, at) or self.name(tokens, at)
            found += more
        return found

    def gradient(
        self, tokens: list[LineToken], at: int
    ) -> tuple[list[LineToken], int] | None:
        """∂J/∂m, ∇J(θ), J'(m), grad and g_m from some token on; None for anything else."""
        token, after = tokens[at], at + 1
        if token.kind == "derivative" and token.of and spelled(token.of) in {*COST_NAMES, *self.vocabulary.costs}:
            by = written_name(token.by, self.owners)
            if by.base not in {*self.owners, self.parameter, *PARAMETER_NAMES}:
                raise refused(self.equation.line, self.equation.text, token.start, f'"{token.by}" is no parameter', "derive by one that is learned")
            return self.at_point(tokens, after, token, by.base if by.base in self.owners else "")
        quotient = self.quotient(tokens, at)
        if quotient is not None:
            return quotient
        below = token.kind == "derivative" and not token.of and token.text[0] == "∇"
        if below or token.text == "∇":
            by = written_name(token.by, self.owners) if below else Written("")
            if after < len(tokens) and tokens[after].kind == "name":
                name = written_name(tokens[after].text, self.owners)
                if name.base in {*COST_NAMES, *self.vocabulary.costs}:
                    after = with_time_behind(tokens, after + 1, name, raised=False)[1]
            return self.at_point(tokens, after, token, by.base if by.base in self.owners else "")
        if token.kind != "name":
            return None
        name = written_name(token.text, self.owners)
        if name.base in self.styles and self.key(name) in self.styles and name.base != self.parameter:
            if self.key(name) != GRADIENT:
                return None
        primed = after < len(tokens) and tokens[after].kind == "prime"
        if name.base in COST_NAMES and not self.is_other(name) and (primed or name.owner):
            if primed:
                name, after = with_time_behind(tokens, after, name, raised=False)
            alone = self.argument(tokens, after)
            owner = name.owner or (alone if alone in self.owners else "")
            return self.at_point(tokens, after, token, owner)
        short = re.fullmatch(r"d_?(?:J|L)?_?d?(\w+)", name.base)
        if short and short[1] in {*self.owners, self.parameter} and short[1] != name.base:
            if token.text.startswith("d") and self.key(name) not in self.styles:
                return self.at_point(tokens, after, token, short[1] if short[1] in self.owners else "")
        if name.base in GRADIENT_NAMES and not self.is_other(name) and self.key(name) == GRADIENT:
            if GRADIENT in self.styles:
                if not self.argument_of_parameter(tokens, after):
                    return None
            after = with_time_behind(tokens, after, replace(name, when=""), raised=True)[1]
            return self.at_point(tokens, after, token, name.owner)
        return None

    def quotient(
        self, tokens: list[LineToken], at: int
    ) -> tuple[list[LineToken], int] | None:
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
            cause = "the gradient at another point is read for θ, the vector of all parameters, alone"
            raise refused(self.equation.line, self.equation.text, token.start, cause, 'write "v\' = beta*v - alpha*g(theta + beta*v)"')
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
            raise refused(self.equation.line, self.equation.text, token.start, cause, f'write "{token.text}(...)"')
        terms = tuple(self.term_of(self.plain(part)) for part in parts)
        return [self.put(token, nt.Call(token.text, terms, function))], end

    def term_of(self, tokens: list[LineToken]) -> nt.Term:
        """What some tokens usually mean."""
        known = replace(self.vocabulary, symbols=self.vocabulary.symbols | self.symbols_in(tokens))
        return all_readings(self.equation.text, tokens, known)[0][0].substitute(self.points)

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

    def is_call(self, tokens: Sequence[LineToken], at: int, name: Written) -> bool:
        """Whether a function's name is called, and no letter: gamma*v."""
        follows = tokens[at + 1].text if at + 1 < len(tokens) else ""
        return not self.is_known(name) or (follows in CLOSING and name.base not in self.styles)

    def is_of_data(self, name: str) -> bool:
        """Whether a name is the model's: data, a count, a residual, another parameter."""
        if name in self.vocabulary.costs:
            return False
        if name in {*self.letters, STEP, self.parameter} and name not in self.vocabulary.symbols:
            return False
        return self.vocabulary.has(name) or self.vocabulary.meaning(name) is not None

    def is_known(self, name: Written) -> bool:
        known = {*self.letters, *KNOWN_LETTERS, *self.states, *self.owners, self.parameter, STEP, self.step_letter}
        return self.key(name) in self.styles or name.base in known or name.base in GRADIENT_NAMES

    def pieces(self, text: str) -> list[str]:
        """Known names side by side, βv and 2αg; none where it is not made of such."""
        if len(text) > MOST_PIECES * 4:
            return []
        for length in range(len(text) - 1, 0, -1):
            head, rest = text[:length], text[length:]
            if rest[0] in "_'" or head[-1] == "_":
                continue
            digits = head.isdigit()
            if not digits and not self.is_known(written_name(head, self.owners)):
                continue
            name = written_name(rest, self.owners)
            if self.is_known(name) or self.is_of_data(spelled(rest)):
                return [head, rest]
            tail = self.pieces(rest)
            if tail:
                return [head, *tail]
        return []

    def resolved(self, name: Written, token: LineToken) -> str:
        """Which value is meant: v before the step, v' after it."""
        key = self.key(name)
        style = self.styles.get(key)
        if style is None and name.base in self.states and name.owner == self.owner:
            key = name.base if name.base in self.styles else key
        if key == self.step_letter and style is None:
            return STEP
        if style is None:
            return self.unmade(name, key)
        if name.when == "new":
            return f"{key}{AFTER}"
        if name.when == "old" and name.base not in self.kept:
            return key
        if name.when == "time" and style.when == "time":
            if name.letter != style.letter:
                cause = f'two letters count the steps, "{style.letter}" and "{name.letter}"'
                raise refused(self.equation.line, self.equation.text, token.start, cause, "use one of them")
            return self.timed(key, name.by - style.by, token)
        if name.when == "time":
            return key if name.by < 0 or (key == self.own and style.when != "") else self.current(key, style)
        return self.current(key, style)

    def timed(self, key: str, steps: int, token: LineToken) -> str:
        if steps in (0, -1, -2):
            return (f"{key}{AFTER}", key, f"{key}{BEFORE_LAST}")[-steps]
        cause = f'"{token.text}" is neither what it was before the step nor what it is after it'
        raise refused(self.equation.line, self.equation.text, token.start, cause, "write v' for what v is after the step")

    def current(self, key: str, style: _Style) -> str:
        """A name of which nothing is said: what it is at this line."""
        made = self.versions.get(key, 0)
        if style.when == "new":
            remembered = key in self.states_read or key.partition("_")[0] in self.states
            return key if remembered or not made or key == self.parameter else f"{key}{AFTER}"
        if style.when == "time":
            return key if key in (self.own, self.parameter) else f"{key}{AFTER}"
        if made:
            return f"{key}{AFTER}" if made >= style.count else f"{key}_{'i' * made}{AFTER}"
        late = self.late and style.count == 1 and not style.assigned and key not in (self.own, self.parameter)
        return f"{key}{AFTER}" if late else key

    @cached_property
    def states_read(self) -> frozenset[str]:
        """What stands on the right of its own equation, so that it is remembered."""
        found: set[str] = set()
        for equation in self.equations:
            key = self.key(equation.name)
            for part in equation.rights:
                names = (written_name(t.text, self.owners) for t in part if t.kind == "name")
                if any(self.key(name) == key for name in names):
                    found.add(key)
        return frozenset(found)

    def unmade(self, name: Written, key: str) -> str:
        """A name that no line gives a value: a letter, or what the rule makes."""
        if name.base not in self.states:
            return key
        base = name.base
        if name.when == "new" or (name.when == "time" and name.by > 0):
            return f"{base}{AFTER}"
        if name.when == "time" and name.by == 0 and not any(s.by > 0 for s in self.styles.values()):
            return f"{base}{AFTER}"
        return base
