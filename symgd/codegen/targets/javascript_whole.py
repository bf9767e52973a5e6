"""The step of an update rule over vectors and matrices in a generated ES module: arrays, and arrays of rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from symgd import terms as nt
from symgd.codegen.expressions.expressions import ATOM, NAME, Code
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.rules.update_source import NEWTON, no_word
from symgd.codegen.targets.entry_source import EntrySource, ScriptWriter, no_total
from symgd.codegen.targets.whole_rules import OF_COST, along, asks_elsewhere, is_whole_word
from symgd.errors import GenerationError
from symgd.optimizers.rule import PARAMETERS_AFTER, THETA, UpdateRule
from symgd.optimizers.words import ARGMIN, SOLVE, Kind, kind_of
from symgd.parsing.updates import FIRST
from symgd.writing.formulas.names import AFTER
from symgd.writing.formulas.text import text

FORMS: Mapping[str, str] = {
    "norm": "norm({})",
    SOLVE: "solve({}, {})",
    NEWTON: "newtonStep({}, {})",
    "transpose": "transposed({})",
    "diag": "diagonal({})",
    "outer": "outer({}, {})",
    "J": "at({})[0]",
    "g": "at({})[1]",
    ARGMIN: "lowestByValues(({1}) => {0})",
    "along": "lowestBySlopes(({1}) => at({0})[0], ({1}) => dot(at({0})[1], {2}))",
    FIRST: "firstThatFits(({1}) => {0}, ({1}) => {2})",
    "push": "push({}, {}, {})",
    "two_loop": "twoLoop({}, {}, {})",
}
STEP = """\
{constants}
/** What the optimizer remembers, by name: numbers, an array for each parameter, or rows. */
export const STATES = {states};

/** What is remembered before the first step. */
function begun(rate) {{
  return [{begun}];
}}

/** The learning rate of step {t} of T. */
function rateAt({t}, {alpha}, T) {{
  return {rate};
}}

/**
 * One step of the rule, and what is remembered then.
 *
{formulas}
 */
function stepped(point, slopes, {t}, {alpha}, state, data) {{
{statements}
}}
"""


class WholeWriter(ScriptWriter):
    """Writes numbers, vectors as arrays, and matrices as arrays of rows."""

    def __init__(self, name: Callable[[nt.Term], str], rule: UpdateRule) -> None:
        super().__init__(name, no_total, "javascript")
        self.rule = rule

    def kind(self, term: nt.Term) -> Kind:
        return kind_of(term, self.rule.kinds)

    def code(self, term: nt.Term) -> Code:
        """`term` as JavaScript."""
        if isinstance(term, nt.Call) and is_whole_word(term):
            return Code(self._word(term), ATOM)
        if self.kind(term) == "number":
            return super().code(term)
        if isinstance(term, nt.Symbol):
            return Code(self.name(term), NAME)
        if self.is_decided(term):
            assert isinstance(term, nt.Cases)
            return Code(f"({self._chosen(term.cases)})", ATOM)
        return Code(self._each(term), ATOM)

    def is_decided(self, term: nt.Term) -> bool:
        """Whether numbers decide between vectors, or between matrices."""
        if not isinstance(term, nt.Cases):
            return False
        asked = {self.kind(case.condition) for case in term.cases}
        return asked == {"number"} and len({self.kind(case.body) for case in term.cases}) == 1

    def _word(self, term: nt.Call) -> str:
        *parts, last = term.arguments
        if term.function == "dot":
            return self._product_of(parts[0], last)
        if term.function == ARGMIN and (line := along(term, self.rule)):
            point, ahead = (self.text(part) for part in line)
            return FORMS["along"].format(point, self.text(last), ahead)
        written = [self.text(part) for part in parts]
        written.append(self._condition(last) if term.function == FIRST else self.text(last))
        newton = term.function == SOLVE and parts == [nt.Symbol("H")]
        form = FORMS.get(NEWTON if newton else term.function)
        if form is None:
            raise no_word(term.function, "JavaScript")
        return form.format(*written)

    def _product_of(self, one: nt.Term, other: nt.Term) -> str:
        """uᵀv, A·v, Aᵀ·u or A·B."""
        left, right = self.text(one), self.text(other)
        kinds = self.kind(one), self.kind(other)
        if kinds == ("vector", "matrix"):
            return f"times(transposed({right}), {left})"
        word = {("vector", "vector"): "dot", ("matrix", "matrix"): "product"}.get(kinds, "times")
        return f"{word}({left}, {right})"

    def _each(self, term: nt.Term) -> str:
        """A vector or a matrix that is worked out entry by entry."""
        entries = _OneEntry(self)
        written = entries.text(term)
        kinds = {self.kind(part) for part in entries.parts}
        if len(kinds) != 1:
            cause = f"JavaScript has no {text(term)}: a vector beside a matrix"
            raise GenerationError(cause, "make a matrix of the vector, by outer or diag")
        word = "each" if kinds == {"vector"} else "table"
        names, values = ", ".join(entries.parts.values()), map(self.text, entries.parts)
        whole = f"{word}(({names}) => {written}, {', '.join(values)})"
        if not entries.numbers:
            return whole
        names, values = ", ".join(entries.numbers.values()), map(self.text, entries.numbers)
        return f"(({names}) => {whole})({', '.join(values)})"


class _OneEntry(ScriptWriter):
    """Writes one entry of a vector or a matrix; no name from outside has a $."""

    def __init__(self, whole: WholeWriter) -> None:
        super().__init__(whole.name, no_total, "javascript")
        self.whole = whole
        self.parts: dict[nt.Term, str] = {}
        self.numbers: dict[nt.Term, str] = {}

    def code(self, term: nt.Term) -> Code:
        """An entry of `term`."""
        kind = self.whole.kind(term)
        if kind == "number":
            if any(map(is_whole_word, term.parts())):
                return Code(self.numbers.setdefault(term, f"$n{len(self.numbers)}"), NAME)
            return super().code(term)
        if isinstance(term, nt.Symbol):
            return Code(self.parts.setdefault(term, f"${self.name(term)}"), NAME)
        if is_whole_word(term) or self.whole.is_decided(term):
            return Code(self.parts.setdefault(term, f"${len(self.parts)}"), NAME)
        return super().code(term)


def whole_step(code: RuleCode, taken: frozenset[str]) -> str:
    """The rule."""
    source = EntrySource(code, "JavaScript", taken, whole=True)
    names, rule = source.names, code.rule
    writer = WholeWriter(source.name, rule)
    t, alpha = names.get("t", "_t"), names.get("alpha", "_alpha")
    rows = [*_given(source, rule), *(f"{row};" for row in source.lines(writer, "let "))]
    theta = names[PARAMETERS_AFTER]
    if rule.kinds[PARAMETERS_AFTER] == "number":  # the same for all
        rows.append(f"{theta} = PARAMETERS.map(() => {theta});")
    after = ", ".join(names[name + AFTER] for name in rule.state)
    rows.append(f"return [{theta}, [{after}]];")
    formulas = [row.replace("*/", "* /") for row in code.told]
    return STEP.format(
        constants=code.declared(source.constants, "const {} = {};", " //"),
        states=json.dumps([*rule.state]),
        begun=", ".join(_begun(source, rule, writer)),
        t=t,
        alpha=alpha,
        rate=source.rate(t, alpha, ScriptWriter),
        formulas="\n".join(f" *     {line}" for line in formulas),
        statements="\n".join(f"  {row}" for row in rows),
    )


def _given(source: EntrySource, rule: UpdateRule) -> Iterator[str]:
    """What a step knows before its statements."""
    names = source.names
    if asks_elsewhere(rule):
        yield "const at = asked(data);"
    if THETA in names:
        yield f"let {names[THETA]} = point;"
    given = {
        "g": "slopes",
        "p": "PARAMETERS.length",
        "j": "PARAMETERS.map((_, k) => k + 1)",
        "I": "identity(PARAMETERS.length)",
        "H": "hessian(point, data)",
    }
    for name, value in given.items():
        if name in names:
            yield f"const {names[name]} = {value};"
    if {*OF_COST[1:]} & names.keys():
        both = ", ".join(names.get(name, "") for name in OF_COST[1:])
        yield f"const [{both}] = residuals(point, data);"
    if rule.state:
        yield f"let [{', '.join(names[name] for name in rule.state)}] = state;"


def _begun(source: EntrySource, rule: UpdateRule, writer: ScriptWriter) -> Iterator[str]:
    """What each part of the state is at first."""
    for name, first in zip(rule.state, source.begun(writer, "rate"), strict=True):
        full = {"number": first, "vector": f"PARAMETERS.map(() => {first})"}
        square = f"identity(PARAMETERS.length, {first})"
        empty = "PARAMETERS.map(() => [])"
        yield full.get(rule.kinds[name], empty if name in rule.columns else square)
