"""Naming: which value each name on a student's update lines stands for, by how it is written where it gets one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from symgd.errors import FormulaError
from symgd.tutor.tokens import LineToken
from symgd.tutor.updates.letters import KNOWN_LETTERS
from symgd.tutor.updates.lines import UpdateEquation, refused
from symgd.tutor.updates.names import (
    GRADIENT_NAMES,
    STEP_LETTERS,
    TypedName,
    written_name,
)
from symgd.tutor.vocabulary import Vocabulary, spelled
from symgd.writing.formulas.names import AFTER

GRADIENT = "g"
BEFORE_LAST = "_last"  # ends the name of what θ was one step earlier
STEP = "t"
_NUMERIC = frozenset("0123456789.e+-*/^() −·×")
MOST_PIECES = 12


Sort = Literal["update", "first", "setting", "count"]


@dataclass(frozen=True)
class LeftStyle:
    """How a name stands on the left: plain, as what is new, or with the step's number."""

    when: str
    letter: str = ""
    by: int = 0
    count: int = 1
    assigned: bool = False


@dataclass
class Naming:
    """Names of equations for one parameter, or for the vector of all of them, whose name is `parameter`.

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
    own: str = ""  # what the line that is read gives a value
    equation: UpdateEquation | None = None  # that line

    @cached_property
    def styles(self) -> Mapping[str, LeftStyle]:
        """How each name is written where it gets its value."""
        found: dict[str, LeftStyle] = {}
        for equation in self.equations:
            name = equation.name
            if name.when == "first" or equation.joined or self.is_side(equation):
                continue
            key, when = self.key(name), name.when
            if key.endswith("_before") or name.base in self.changing:
                when = ""
            style = found.get(key)
            if style is None:
                found[key] = LeftStyle(when, name.letter, name.by, 1, equation.assigned)
            elif when == "" == style.when:
                found[key] = replace(style, count=style.count + 1)
        return found

    @cached_property
    def step_letter(self) -> str:
        """What counts the steps."""
        letters = (style.letter for style in self.styles.values() if style.letter)
        return next(letters, STEP)

    def key(self, name: TypedName) -> str:
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

    def is_other(self, name: TypedName) -> bool:
        """Whether a name that others have for the gradient is something else here: G in AdaGrad."""
        accumulated = name.base == "G" and any(e.name.base == "G" for e in self.equations)
        return accumulated or (name.base != GRADIENT and name.base in self.states)

    def is_side(self, equation: UpdateEquation) -> bool:
        """Whether a line gives a setting, the step's number or what is remembered at first."""
        return self.sort(equation) != "update"

    def sort(self, equation: UpdateEquation) -> Sort:
        """What a line gives a value to."""
        name = equation.name
        text = "".join(token.text for token in equation.rights[-1])
        if name.when == "first":
            return "first"
        counts = name.base in STEP_LETTERS and name.base not in (*self.owners, self.parameter)
        if counts and (name.base == STEP or set(text) <= {*_NUMERIC, name.base}):
            return "count"
        if not set(text) <= _NUMERIC or name.when:
            return "update"
        if name.base in {*self.letters, *KNOWN_LETTERS} - self.states:
            return "setting"
        others = [e for e in self.equations if e is not equation and e.name.base == name.base]
        return "first" if others else "update"

    def is_of_data(self, name: str) -> bool:
        """Whether a name is the model's: data, a count, a residual, another parameter."""
        if name in self.vocabulary.costs:
            return False
        if name in {*self.letters, STEP, self.parameter} and name not in self.vocabulary.symbols:
            return False
        return self.vocabulary.has(name) or self.vocabulary.meaning(name) is not None

    def is_known(self, name: TypedName) -> bool:
        known = {
            *self.letters,
            *KNOWN_LETTERS,
            *self.states,
            *self.owners,
            self.parameter,
            STEP,
            self.step_letter,
        }
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

    def resolved(self, name: TypedName, token: LineToken) -> str:
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
                raise self.refuse(token, cause, "use one of them")
            return self.timed(key, name.by - style.by, token)
        if name.when == "time":
            return (
                key
                if name.by < 0 or (key == self.own and style.when != "")
                else self.current(key, style)
            )
        return self.current(key, style)

    def timed(self, key: str, steps: int, token: LineToken) -> str:
        if steps in (0, -1, -2):
            return (f"{key}{AFTER}", key, f"{key}{BEFORE_LAST}")[-steps]
        cause = f'"{token.text}" is neither what it was before the step nor what it is after it'
        raise self.refuse(
            token,
            cause,
            "write v' for what v is after the step",
        )

    def current(self, key: str, style: LeftStyle) -> str:
        """A name of which nothing is said: what it is at this line."""
        made = self.versions.get(key, 0)
        if style.when == "new":
            remembered = key in self.states_read or key.partition("_")[0] in self.states
            return key if remembered or not made or key == self.parameter else f"{key}{AFTER}"
        if style.when == "time":
            return key if key in (self.own, self.parameter) else f"{key}{AFTER}"
        if made:
            return f"{key}{AFTER}" if made >= style.count else f"{key}_{'i' * made}{AFTER}"
        late = (
            self.late
            and style.count == 1
            and not style.assigned
            and key not in (self.own, self.parameter)
        )
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

    def unmade(self, name: TypedName, key: str) -> str:
        """A name that no line gives a value: a letter, or what the rule makes."""
        if name.base not in self.states:
            return key
        base = name.base
        if name.when == "new" or (name.when == "time" and name.by > 0):
            return f"{base}{AFTER}"
        if name.when == "time" and name.by == 0 and not any(s.by > 0 for s in self.styles.values()):
            return f"{base}{AFTER}"
        return base

    def made(self, key: str) -> str:
        """What a name is called once it has its value; one that gets several has them in turn."""
        count = self.versions[key] = self.versions.get(key, 0) + 1
        style = self.styles.get(key)
        last = style is None or count >= style.count
        return f"{key}{AFTER}" if last else f"{key}_{'i' * count}{AFTER}"

    def refuse(self, token: LineToken, cause: str, remedy: str) -> FormulaError:
        """The error of what is not understood on the line that is read."""
        assert self.equation is not None
        return refused(self.equation.line, self.equation.text, token.start, cause, remedy)
