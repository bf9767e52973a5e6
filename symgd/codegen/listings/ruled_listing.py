"""The listing of an optimizer: its update rule stands as it is written, over arrays, each formula above its line.

Laws
----
- `update` is handed what the rule reads, and the data only where the rule asks the cost at another point
- what is too long for a line has its corrected means by name: m_hat is m/(1 − β₁ᵗ)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from symgd import terms as nt
from symgd.codegen.evaluators.residuals import expect_squares, residuals_source
from symgd.codegen.expressions import layout
from symgd.codegen.expressions.context import Context
from symgd.codegen.listings.listing import (
    CALLED,
    EPOCHS,
    FUNCTION,
    TOGETHER,
    WIDTH,
    Listing,
    comments,
    manner,
)
from symgd.codegen.listings.listing_example import Example, ruled_example
from symgd.codegen.listings.readable import readable
from symgd.codegen.listings.stacked_second import stacked_hessian
from symgd.codegen.program.jumps import expect_smooth
from symgd.codegen.program.lower import lower_hessian, lower_residuals
from symgd.codegen.rules.rule_code import RuleCode, rate_source
from symgd.codegen.rules.update_code import descent_lines
from symgd.codegen.rules.update_source import ALONG, NEWTON, UpdateSource
from symgd.derivation.gradient import Gradient
from symgd.derivation.second_order.hessian import hessian
from symgd.optimizers.rule import PARAMETERS_AFTER, THETA
from symgd.optimizers.words import ARGMIN, COST, SOLVE
from symgd.parsing.updates import FIRST
from symgd.problem.problem import Problem
from symgd.writing.formulas.names import AFTER
from symgd.writing.formulas.text import text

FORMS: Mapping[str, str] = {
    NEWTON: "np.linalg.solve({}, {})",
    SOLVE: "np.linalg.lstsq({}, {}, rcond=None)[0]",
    FIRST: "next({0} for {1} in range(200) if {2})",
    "clip": "np.clip({}, {}, {})",
    "push": "np.column_stack([{}, {}])[:, -int({}) :]",
    ARGMIN: "least(lambda {1}: {0})",
    ALONG: "lowest(lambda {1}: {0}, lambda {1}: {2})",
    "two_loop": "two_loop({}, {}, {})",
}
UPHILL = "  # raises where the cost curves downwards"
ASKED = ("t", "H", "r", "Jac")  # what a step is handed beside θ and g
SQUARES = ("r", "Jac")
COUNTED: Mapping[str, str] = {
    "p": "len(theta)",
    "j": "np.arange(1, len(theta) + 1)",
    "I": "np.eye(len(theta))",
}

RATE = """\
def rate(<<arguments>>):
<<formula>>
    return <<value>>
"""
DESCEND = """\
def descend(<<data>>start=<<start>>, <<rate>>max_iter=100):
<<taken>>    theta = <<begun>>
<<state>>    trace = [(*theta, <<value>>(<<given>>))]
    for <<step>> in range(<<range>>):
<<asked>>        <<kept>> = update(<<passed>>)
        trace.append((*theta, <<value>>(<<given>>)))
    return np.array(trace)
"""
RESIDUALS = """\
def residuals(theta, <<names>>):
    # J is the sum of their squares; the second answer has their derivatives
    <<unpack>> = theta
    <<count>> = len(<<last>>)
<<statements>>
    slopes = [np.broadcast_to(slope, <<count>>) for slope in <<slopes>>]
    scale = <<scale>>
<<answer>>
"""
LOWEST = """\
def lowest(value, slope):
    def beyond(s):  # the lowest point of the line
        return not (value(s) <= value(0.0) and slope(s) <= 0)

    s = 1.0 if slope(0.0) < 0 else 0.0
    while s > 0 and beyond(s):
        s /= 2
    while slope(s) < 0 and not beyond(2 * s):
        s *= 2
        if s > 1e300:
            raise ValueError("along this line the cost falls for ever")
    near, far = s, 2 * s if slope(s) < 0 else s
    while near < (middle := (near + far) / 2) < far:
        past = slope(middle) > 0 if slope(far) > 0 else beyond(middle)
        near, far = (near, middle) if past else (middle, far)
    return near
"""
TWO_LOOP = """\
def two_loop(S, Y, g):
    pairs = [(s, y, 1 / np.dot(s, y)) for s, y in zip(S.T, Y.T, strict=True)]
    parts = []
    for s, y, weight in reversed(pairs):
        parts.append(weight * np.dot(s, g))
        g = g - parts[-1] * y
    if pairs:
        s, y, _ = pairs[-1]
        g = g * (np.dot(s, y) / np.dot(y, y))
    for s, y, weight in pairs:
        g = g + (parts.pop() - weight * np.dot(y, g)) * s
    return g
"""
LEAST = """\
def least(value):
    s = 1.0
    while s > 0 and not value(s) < value(0.0):
        s /= 2
    while value(2 * s) < value(s):
        s *= 2
        if s > 1e300:
            raise ValueError("what argmin is asked for falls for ever")
    near, far = s / 2, 2 * s  # and golden sections between
    while far - near > 1e-9 * far:
        part = (math.sqrt(5) - 1) / 2 * (far - near)
        falls = value(near + part) < value(far - part)
        near, far = (far - part, far) if falls else (near, near + part)
    return (near + far) / 2
"""
HELPERS = {"lowest": LOWEST, "least": LEAST, "two_loop": TWO_LOOP}
HESSIAN = """\
def hessian(<<given>>):
<<statements>>
    return np.array(<<rows>>)
"""


def ruled_listing(problem: Problem, gradient: Gradient, code: RuleCode) -> str:
    """The listing of an optimizer."""
    return RuledListing(problem, gradient, code).text()


class RuledListing(Listing):
    """Writes the listing of one optimizer."""

    def __init__(self, problem: Problem, gradient: Gradient, code: RuleCode) -> None:
        super().__init__(problem, gradient, descent_lines, few=False)
        self.code, self.law = code, code.rule
        if self.law.used & {*SQUARES}:
            expect_squares(problem, code.optimizer.name)
        if "H" in self.law.used:
            expect_smooth(problem, code.optimizer.name)
        own = {*manner(problem, self.cost.program, few=False).reserved, *CALLED}
        own |= set() if code.schedule is None else {"rate"}
        taken = {*own, *self.columns, self.slopes.count, *self.cost.settings.values()}
        self.settings, self.of_rate = code.constants(taken)
        self.constant_of: dict[str, str] = {
            name: constant for name, (constant, _) in self.settings.items()
        }
        asks = ", ".join(("{}", *self.columns))
        forms = {
            **FORMS,
            "J": f"{self.value}({asks})",
            "g": f"gradient({asks})",
        }
        given = {THETA: TOGETHER[0], "g": TOGETHER[1], "I": "identity", **self.constant_of}
        self.source = UpdateSource(
            self.law,
            "numpy",
            given,
            taken - {*TOGETHER} | {name for name, _ in self.of_rate.values()},
            forms,
        )
        self.lines = [*self._statements()]
        for constant in (self.constant_of[name] for name in code.whole if name in self.constant_of):
            self.lines = [
                line.replace(f"-int({constant}) :", f"-{constant}:") for line in self.lines
            ]
        called = "".join(self.lines)
        self.elsewhere = f"{self.value}(" in called or "gradient(" in called

    @cached_property
    def handed(self) -> list[str]:
        """What `update` takes, in order."""
        names = self.source.names
        read = [names[name] for name in ASKED if name in self.law.used]
        data = self.columns if self.elsewhere else []
        last = [names["alpha"]] if "alpha" in self.law.used else []
        slope = [TOGETHER[1]] if "g" in self.law.used else []
        state = [names[name] for name in self.law.state]
        return [TOGETHER[0], *slope, *read, *state, *data, *last]

    # -- the parts ------------------------------------------------------------------------------

    def title(self) -> str:
        """What it is of."""
        return self.titled(self.code.title)

    def constants(self) -> str:
        """The settings of the loss, then the optimizer's."""
        return super().constants() + self.code.declared((self.settings, self.of_rate))

    def middle(self) -> list[str]:
        """What stands between the gradient and the loop."""
        body = "\n".join(self.update_body())
        arguments = ", ".join(self.handed)
        update = self.slopes.filled(FUNCTION, name="update", arguments=arguments, body=body)
        second = [self.second()] if "H" in self.law.used else []
        if self.law.used & {*SQUARES}:
            second.append(self.residuals())
        called = "".join(self.lines)
        second += [code for word, code in HELPERS.items() if f"{word}(" in called]
        return [*second, *([self.rate_law()] if self.code.schedule is not None else []), update]

    def update_body(self) -> list[str]:
        """The rule's statements."""
        names = self.source.names
        counted = [f"    {names[n]} = {code}" for n, code in COUNTED.items() if n in self.law.used]
        if "np.linalg.solve(" in "".join(self.lines):  # as FORMS has Newton's step alone
            counted.append(f"    np.linalg.cholesky({names['H']}){UPHILL}")
        kept = [PARAMETERS_AFTER, *(name + AFTER for name in self.law.state)]
        return [*counted, *self.lines, f"    return {', '.join(names[name] for name in kept)}"]

    def _statements(self) -> Iterator[str]:
        names, writer = self.source.names, self.source.writer
        corrected: dict[nt.Term, nt.Term] = {}
        for statement, formula in zip(self.law.statements, self.code.equations, strict=True):
            equation = nt.Equation(formula.left, formula.right.rewrite(self._lettered))
            yield from comments([text(equation)], 3)
            term = statement.term.substitute(corrected)
            line = f"    {names[statement.name]} = {writer.text(term)}"
            if len(line) > WIDTH and not layout.is_one_call(line, WIDTH):
                for part in self._means(term):
                    name = f"{names[part.numerator.name]}_hat"  # type: ignore[attr-defined]  # a Symbol's
                    corrected[part] = nt.Symbol(name)
                    yield f"    {name} = {writer.text(part)}"
                term = term.substitute(corrected)
            yield from (f"    {row}" for row in self.source.block(statement.name, term, WIDTH - 4))

    def _lettered(self, term: nt.Term) -> nt.Term | None:
        """J(θ) by the letter of this cost."""
        if not (isinstance(term, nt.Call) and term.function == COST):
            return None
        letter = self.problem.notation.cost
        return nt.Call(letter, term.arguments, replace(term.declared, name=letter))

    def _means(self, term: nt.Term) -> list[nt.Fraction]:
        """State over a number, as in bias correction."""
        state = {nt.Symbol(name + AFTER) for name in self.law.state}
        parts = dict.fromkeys(part for part in term.parts() if isinstance(part, nt.Fraction))
        kinds = self.law.kinds
        return [
            part
            for part in parts
            if part.numerator in state
            and all(kinds.get(name, "number") == "number" for name in part.denominator.names)
        ]

    def second(self) -> str:
        """The Hessian."""
        stacked = stacked_hessian(self)
        if stacked:
            return stacked
        found = hessian(self.gradient)
        program, pairs = lower_hessian(self.problem, self.gradient, lambda: found, letters=True)
        for _ in range(2):  # a mean shows where its total has been put in
            program = readable(program, self.problem.notation.count, set())
        context = Context(self.problem, program, manner(self.problem, program, few=False))
        lines = self.statements(context)
        values: dict[tuple[int, int], str] = {}
        names = context.parameters
        for (row, column), term in zip(pairs, program.results, strict=True):
            wanted = "_".join((self.problem.notation.cost, names[row], names[column]))
            name = context.names.give("second", wanted)
            lines.assign(name, term)
            values[row, column] = values[column, row] = name
        count = range(len(self.problem.parameters))
        rows = [f"[{', '.join(values[row, column] for column in count)}]" for row in count]
        return context.filled(
            HESSIAN,
            given=self.given,
            statements="\n".join(lines.lines),
            rows=f"[{', '.join(rows)}]",
        )

    def residuals(self) -> str:
        """What the cost is the sum of squares of, and the derivatives."""
        program = readable(lower_residuals(self.problem), self.problem.notation.count, {"residual"})
        written = manner(self.problem, program, few=False)
        own = written.reserved | {"scale", "slopes", "slope", "below", "reached"}
        return residuals_source(self.problem, replace(written, reserved=own), RESIDUALS)

    def rate_law(self) -> str:
        """The law of the learning rate."""
        schedule = self.code.schedule
        assert schedule is not None
        equation = nt.Equation(nt.Symbol("alpha" + AFTER), schedule.term)
        return self.slopes.filled(
            RATE,
            arguments="t, T, alpha",
            formula="\n".join(comments([text(equation)], most=4)),
            value=rate_source(schedule, self.of_rate),
        )

    # -- the loop -------------------------------------------------------------------------------

    def descend(self, example: Example) -> str:
        """The loop."""
        names, used = self.source.names, self.law.used
        count, step = self.many(), names.get("t", "t")
        rate = "learning_rate"
        start_of, (start_written, theta) = self.code.start_of, self.begun(example)
        begun = [(names[n], start_of(n, self.constant_of, count, rate)) for n in self.law.state]
        asked = [f"g = gradient({self.given})"] if "g" in used else []
        asked += [f"{names['H']} = hessian({self.given})"] if "H" in used else []
        if used & {*SQUARES}:
            both = ", ".join(names.get(name, "_") for name in SQUARES)
            asked.append(f"{both} = residuals({self.given})")
        passed, counts = list(self.handed), "t" in used
        if "alpha" in used:
            passed[-1] = rate
        if self.code.schedule is not None and "alpha" in used:
            counts, passed[-1] = True, names["alpha"]
            asked.append(f"{names['alpha']} = rate({step}, max_iter, {rate})")
        return self.slopes.filled(
            DESCEND,
            start=start_written,
            begun=theta,
            rate=f"learning_rate={example.rate!r}, " if self.code.needs != "none" else "",
            value=self.value,
            given=self.given,
            **self.data(),
            state="".join(f"    {line}\n" for line in _begun(begun)),
            step=step if counts else "_",
            range="1, max_iter + 1" if counts else "max_iter",
            asked="".join(f"        {line}\n" for line in asked),
            kept=", ".join((TOGETHER[0], *(name for name, _ in begun))),
            passed=", ".join(passed),
        )

    def example(self, example: Example) -> str:
        """How it is called; with no step where equations have no solution on any numbers that were tried."""
        shown = super().example(example)
        if not (example.lost and self.law.calls("solve")):
            return shown
        said = f"    # {self.code.called} needs a start where its equations have a solution: pass one\n"
        return shown.replace("    print(", f"{said}    print(").replace(
            f"max_iter={EPOCHS}", "max_iter=0"
        )

    def many(self) -> str:
        """How many parameters there are, as text."""
        return str(len(self.problem.parameters))

    def shown(self) -> Example:
        """Numbers on which the optimizer lowers the cost."""
        return ruled_example(self.problem, self.gradient, self.code, self.shown_inputs())


def _begun(state: Sequence[tuple[str, str]]) -> list[str]:
    """What the state is at first; the same for several in one line."""
    values = dict.fromkeys(value for _, value in state)
    named = ((value, [name for name, other in state if other == value]) for value in values)
    return [f"{' = '.join(names)} = {value}" for value, names in named]
