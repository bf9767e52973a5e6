"""The step of an update rule over vectors and matrices in a generated module for any array library."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from symgd import terms as nt
from symgd.codegen.expressions import layout
from symgd.codegen.expressions.context import unpacked, written_tuple
from symgd.codegen.expressions.expressions import ATOM, Code
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.rules.update_source import NEWTON, no_word
from symgd.codegen.targets.entry_source import EntrySource, EntryWriter, NumberWriter
from symgd.codegen.targets.whole_rules import SQUARES, along, asks_elsewhere, is_whole_word
from symgd.optimizers.rule import PARAMETERS_AFTER, THETA, UpdateRule
from symgd.optimizers.words import ARGMIN, SOLVE, kind_of
from symgd.parsing.updates import FIRST
from symgd.writing.formulas.names import AFTER

FORMS: Mapping[str, str] = {
    "norm": "_norm(xp, {})",
    SOLVE: "_solve(xp, {}, {})",
    NEWTON: "_newton_step(xp, {}, {})",
    "transpose": "xp.matrix_transpose({})",
    "diag": "_diagonal(xp, {})",
    "outer": "_outer({}, {})",
    "J": "at({})[0]",
    "g": "at({})[1]",
    ARGMIN: "lowest_by_values(lambda {1}: {0})",
    "along": "lowest_by_slopes(lambda {1}: at({0})[0], lambda {1}: float(xp.vecdot(at({0})[1], {2})))",
    FIRST: "_first_that_fits(lambda {1}: {0}, lambda {1}: {2})",
    "push": "_push(xp, {}, {}, {})",
    "two_loop": "_two_loop(xp, {}, {}, {})",
}
STEP = '''\
STATES = {states}  # what the optimizer remembers: numbers, vectors or matrices, name by name
State: TypeAlias = tuple[int, Any]  # how many steps have been made, and what is remembered


def _begun(xp: Any, learning_rate: float, like: Array) -> list[Any]:
    """What is remembered before the first step."""
    return {begun}


def _rate({t}: float, {alpha}: float, T: float) -> float:
    """The learning rate of step t of T."""
    return {rate}


def _stepped(
    xp: Any,
    point: Sequence[Array],
    slopes: Sequence[Array],
    {t}: float,
    {alpha}: float,
    state: Sequence[Any],
    like: Array,
    data: Sequence[Array],
) -> tuple[list[Array], list[Any]]:
    """One step of the rule, and what is remembered then; numbers are made like entries of `like`.

{formulas}
    """
{statements}
    return [{theta}[k, ...] for k in range(len(PARAMETERS))], [{kept}]
'''


class ArraysWriter(EntryWriter):
    """Writes vectors and matrices as arrays, and numbers as Python's."""

    def __init__(self, name: Callable[[nt.Term], str], rule: UpdateRule) -> None:
        super().__init__(name, rule)
        self.kinds, self.rule = dict(rule.kinds), rule
        self.numbers = _NumbersAmongArrays(name, self)

    def code(self, term: nt.Term) -> Code:
        """`term` as Python."""
        if isinstance(term, nt.Call) and is_whole_word(term):
            return Code(self.word(term), ATOM)
        return super().code(term)

    def word(self, term: nt.Call) -> str:
        *parts, last = term.arguments
        written = [self.text(part) for part in parts]
        if term.function == "dot":
            both = {kind_of(part, self.kinds) for part in term.arguments} == {"vector"}
            form = "float(xp.vecdot({}, {}))" if both else "xp.matmul({}, {})"
            return form.format(*written, self.text(last))
        if term.function == ARGMIN and (line := along(term, self.rule)):
            point, ahead = (self.text(part) for part in line)
            return FORMS["along"].format(point, self.text(last), ahead)
        condition = term.function == FIRST
        written.append(self.numbers.asked(last) if condition else self.text(last))
        newton = term.function == SOLVE and parts == [nt.Symbol("H")]
        form = FORMS.get(NEWTON if newton else term.function, "")
        if not form:
            raise no_word(term.function, "the Python array API standard")
        return form.format(*written)


class _NumbersAmongArrays(NumberWriter):
    """Writes numbers, some of which are of vectors."""

    def __init__(self, name: Callable[[nt.Term], str], whole: ArraysWriter) -> None:
        super().__init__(name, whole.total, "python")
        self.whole = whole

    def code(self, term: nt.Term) -> Code:
        """`term` as Python."""
        if isinstance(term, nt.Call) and is_whole_word(term):
            return Code(self.whole.word(term), ATOM)
        return super().code(term)


def whole_step(code: RuleCode, taken: Collection[str]) -> tuple[str, str]:
    """The constants, and the rule."""
    source = EntrySource(code, "the Python array API standard", taken, whole=True)
    names, rule = source.names, code.rule
    writer = ArraysWriter(source.name, rule)
    t, alpha = names.get("t", "t_"), names.get("alpha", "alpha_")
    rows, theta = [*_given(source, rule), *source.lines(writer)], names[PARAMETERS_AFTER]
    if rule.kinds[PARAMETERS_AFTER] == "number":  # the same for all
        rows.append(f"{theta} = xp.full_like(xp.stack(list(point)), {theta})")
    constants = code.declared(source.constants)
    return constants, STEP.format(
        states=written_tuple(f'"{name}"' for name in rule.state),
        begun=f"[{', '.join(_begun(source, rule, writer))}]",
        t=t,
        alpha=alpha,
        rate=source.rate(t, alpha, lambda name, total, _: NumberWriter(name, total, "python")),
        formulas=layout.docstring("\n".join(f"    {row}" for row in code.told)),
        statements="\n".join(f"    {row}" for row in rows),
        theta=theta,
        kept=", ".join(names[name + AFTER] for name in rule.state),
    )


def _given(source: EntrySource, rule: UpdateRule) -> Iterator[str]:
    """What a step knows before its statements."""
    names = source.names
    if asks_elsewhere(rule):
        yield "at = _asked(xp, data)"
    given = {
        THETA: "xp.stack(list(point))",
        "g": "xp.stack(list(slopes))",
        "p": "len(PARAMETERS)",
        "j": "_counted(xp, len(PARAMETERS), like)",
        "I": "_identity(xp, len(PARAMETERS), like)",
        "H": "_hessian(xp, *point, *data)",
    }
    for name, value in given.items():
        if name in names:
            yield f"{names[name]} = {value}"
    if {*SQUARES} & names.keys():
        both = ", ".join(names.get(name, "_") for name in SQUARES)
        yield f"{both} = _residuals(xp, *point, *data)"
    if rule.state:
        yield f"{unpacked([names[name] for name in rule.state], 4)} = state"


def _begun(source: EntrySource, rule: UpdateRule, writer: ArraysWriter) -> Iterator[str]:
    """What each part of the state is at first."""
    count = "len(PARAMETERS)"
    for name, first in zip(rule.state, source.begun(writer.numbers, "learning_rate"), strict=True):
        square = f"{first} * _identity(xp, {count}, like)"
        empty = f"_identity(xp, {count}, like)[:, :0]"
        vector = f"xp.stack([_number(xp, {first}, like)] * {count})"
        full = {"number": f"float({first})", "vector": vector}
        yield full.get(rule.kinds[name], empty if name in rule.columns else square)
