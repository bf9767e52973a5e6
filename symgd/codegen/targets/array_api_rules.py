"""What an optimizer's rule adds to a generated module for any array library, and has otherwise there."""

from __future__ import annotations

import re
from collections.abc import Collection

from symgd.codegen.expressions import layout
from symgd.codegen.expressions.context import unpacked
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.targets import without_value
from symgd.codegen.targets.array_api_whole import whole_step
from symgd.codegen.targets.entry_source import EntrySource, EntryWriter, NumberWriter
from symgd.codegen.targets.whole_rules import is_whole, may_refuse

LANGUAGE = "the Python array API standard"
OWN = frozenset(
    [
        "xp",
        "like",
        "point",
        "slopes",
        "moved",
        "kept",
        "values",
        "alpha_",
        "state",
        "value",
        "slope",
        "t_",
        "k",
        "T",
        "at",
        "data",
        "lowest_by_slopes",
        "lowest_by_values",
        "DOUBLINGS",
        "GOLDEN",
        "MOST_TRIED",
        "NoStep",
        "Along",
        "Callable",
        "calm",
    ]
)

STEP = '''\
STATES = {states}  # what the optimizer remembers: a number for each parameter, name by name
State: TypeAlias = tuple[int, Any]  # how many steps have been made, and what is remembered


def _begun(xp: Any, learning_rate: float, like: Array) -> list[list[Any]]:
    """What is remembered before the first step."""
    return [[first] * len(PARAMETERS) for first in {begun}]


def _rate({t}: float, {alpha}: float, T: float) -> float:
    """The learning rate of step t of T."""
    return {rate}


def _stepped(
    xp: Any,
    point: Sequence[Array],
    slopes: Sequence[Array],
    {t}: float,
    {alpha}: float,
    state: Sequence[Sequence[Any]],
    like: Array,
) -> tuple[list[Array], list[list[Any]]]:
    """One step of the rule, and what is remembered then; numbers are made like entries of `like`.

{formulas}
    """
    moved: list[Array] = []
    kept: list[list[Any]] = [[] for _ in STATES]
    for k, (value, slope) in enumerate(zip(point, slopes, strict=True)):
{statements}
    return moved, kept
'''
UPDATE = '''\
def update(
    parameters: Parameters,
    <<array_lines>>,
    learning_rate: float,
    state: State | None = None,
) -> tuple[Parameters, State]:
    """The parameters after one step, in the form that they come in, and the state for the next."""
    xp, data = _columns(<<columns>>)
    like, point = data[0], _values(xp, parameters, data[0])
    made, remembered = (0, _begun(xp, learning_rate, like)) if state is None else state
    _, slopes = _evaluate(xp, *point, *<<prepared>>)
    moved, kept = _stepped(xp, point, slopes, made + 1, learning_rate, remembered, like)
    return _like(xp, parameters, moved), (made + 1, kept)
'''


REFUSED = """\
        try:
            moved, kept = _stepped(xp, point, slopes, step + 1, alpha, state, like, data)
        except NoStep as refused:
            if not step:
                raise
            ended = "diverged" if value > trace[0][-2] else "no step"
            return Descent(tuple(point), value, step, ended, f"{_after(ended, step)}: {refused}", trace)
"""


RESTS = '''\
def _rests(
    xp: Any, point: Any, slopes: Any, step: int, alpha: float, state: Any, *given: Any
) -> bool:
    """Whether the next steps would not move a parameter either, at the same gradient."""
    try:
        for later in range(step + 1, step + 4):
            moved, state = _stepped(xp, point, slopes, later, alpha, state, *given)
            if {moved} != {point}:
                return False
    except ({refusals}):
        pass
    return True
'''


# Where what is remembered is numbers.
LOST = """\
        if not all(math.isfinite(float(one)) for row in kept for one in row):
            said = f"{_after('diverged', step)}: what the next would remember is too large for a "
            said += "float; rescale the columns, or pass another start"
            return Descent(tuple(point), value, step, "diverged", said, trace)
"""


LOST_VECTORS = LOST.replace(
    "all(math.isfinite(float(one)) for row in kept for one in row)",
    "all(_is_finite(xp, part) for part in kept)",
)


def ruled_functions(template: str, code: RuleCode, *, vectors: bool = False) -> str:
    """The functions with the rule's steps in the place of gradient descent's; with `vectors` each is over all parameters at once."""
    template = _stepped(template).replace('"""Gradient descent.\n', f'"""{code.title}.\n')
    whole = is_whole(code.rule)
    if whole or vectors:
        before = "    _, slopes = _evaluate(xp, *point, *<<prepared>>)\n    moved, kept = _stepped(xp, point, slopes, made + 1, learning_rate, remembered, like)\n"
        assert before in template
        after = before.replace("*<<prepared>>", "*prepared").replace("like)", "like, prepared)")
        template = template.replace(before, f"    prepared = <<prepared>>\n{after}")
        made = "        moved, kept = _stepped(xp, point, slopes, step + 1, alpha, state, like)\n"
        assert made in template
        on_data = made.replace("like)", "like, data)")
        template = template.replace(made, REFUSED if may_refuse(code.rule) else on_data)
    looks = ""
    if without_value.is_told(code.rule):
        looks = without_value.ARRAYS
        template = _caught(
            template, "point * math.nan" if vectors else "[one * math.nan for one in point]"
        )
    looks += (LOST_VECTORS if vectors else LOST) * (bool(code.rule.state) and not whole)
    ending = "        ahead = math.dist("
    assert ending in template
    template = template.replace(ending, looks + ending)
    if code.rule.state:  # after a change of sign, a step of rprop's leads nowhere
        given = re.search(r"step \+ 1, alpha, state, (like(?:, data)?)\)", template)
        assert given is not None
        ended = "_ending(trace, ahead, most, tolerance"
        rests = f"_rests(xp, point, slopes, step + 1, alpha, kept, {given.group(1)})"
        template = template.replace(f"{ended})", f"{ended} * (ahead > 0 or {rests}))")
    if code.needs == "one":
        template = template.replace(
            "    learning_rate: float,\n", "    learning_rate: float = 1.0,\n"
        )
    if code.needs == "none":
        template = template.replace("    learning_rate: float,\n", "")
        template = template.replace("_settled(learning_rate, ", "_settled(1.0, ")
        template = template.replace("learning_rate, ", "1.0, ")
    return template


def _caught(template: str, nowhere: str) -> str:
    """The walk's step, which leads nowhere where a number has no value."""
    place = template.index("        moved, kept = _stepped(xp, point, slopes, step + 1,")
    end = template.index("\n", place) + 1
    raised = without_value.RAISED.format(nowhere=nowhere)
    if template[:place].endswith("        try:\n    "):
        refused = "        except NoStep as refused:\n"
        return template.replace(refused, raised + refused)
    step = f"        try:\n    {template[place:end]}{raised}"
    return template[:place] + step + template[end:]


def ruled_checks(checks: str, code: RuleCode, *, vectors: bool = False) -> str:
    """The checks of what is passed, whose messages advise no other rate where there is none, and whether a rule rests."""
    smaller = "pass a smaller learning_rate"
    if code.rule.state:
        floats = "_floats({})" if vectors else "[*map(float, {})]"
        refusals = "ArithmeticError, ValueError" + ", NoStep" * may_refuse(code.rule)
        named = {part: floats.format(part) for part in ("moved", "point")}
        checks += f"\n\n{RESTS.format(**named, refusals=refusals)}"
    checks += f"\n\n{without_value.SIZE}" * without_value.is_told(code.rule)
    return checks.replace(smaller, "pass another start") if code.needs == "none" else checks


def _stepped(template: str) -> str:
    place, end = template.index("def update("), template.index("def descend(")
    template = f"{template[:place]}{UPDATE}\n\n{template[end:]}"
    changes = {
        "    last: list[Array] | None = None\n": "    last: list[Array] | None = None\n    like = data[0]\n    state = _begun(xp, rate, like)\n",
        "        ended = _ending(trace, rate * length, most, tolerance)\n": (
            "        alpha = _rate(step + 1, rate, max(most, 1))\n"
            "        moved, kept = _stepped(xp, point, slopes, step + 1, alpha, state, like)\n"
            "        ahead = math.dist([*map(float, moved)], [*map(float, point)])\n"
            "        ended = _ending(trace, ahead, most, tolerance)\n"
        ),
        "        last, point = point, _moved(point, slopes, rate)\n": "        last, point, state = point, moved, kept\n",
    }
    for before, after in changes.items():
        assert before in template, before
        template = template.replace(before, after)
    return template


def ruled_step(code: RuleCode, taken: Collection[str], *, vectors: bool = False) -> tuple[str, str]:
    """The constants, and the rule; with `vectors` over all parameters at once."""
    if vectors or is_whole(code.rule):
        return whole_step(code, {*taken, *OWN} - {"g", "t", "m", "v"})
    source = EntrySource(code, LANGUAGE, {*taken, *OWN} - {"g", "t", "m", "v"})
    writer, rule, names = EntryWriter(source.name, code.rule), code.rule, source.names
    theta, *after = source.after
    given = {"theta": "value", "g": "slope", "j": "k + 1", "p": "len(PARAMETERS)"}
    rows = [f"{names[n]} = {value}" for n, value in given.items() if n in names]
    state = [names[name] for name in rule.state]
    rows += [f"{unpacked(state, 8)} = (values[k] for values in state)"] if state else []
    rows += [*source.lines(writer), f"moved.append({theta})"]
    rows += [f"kept[{k}].append({name})" for k, name in enumerate(after)]
    t, alpha = names.get("t", "t_"), names.get("alpha", "alpha_")
    rate = source.rate(t, alpha, lambda name, total, _: NumberWriter(name, total, "python"))
    formulas = "\n".join(f"    {row}" for row in code.told)
    firsts = zip(rule.state, source.begun(writer.numbers, "learning_rate"), strict=True)
    begun = [
        f"_number(xp, {first}, like)" if rule.kinds[name] == "vector" else f"float({first})"
        for name, first in firsts
    ]
    constants = code.declared(source.constants)
    return constants, STEP.format(
        states=f"({''.join(f'{name!r}, ' for name in rule.state)})".replace(chr(39), chr(34)),
        begun=f"[{', '.join(begun)}]",
        t=t,
        alpha=alpha,
        rate=rate,
        formulas=layout.docstring(formulas),
        statements="\n".join(f"        {row}" for row in rows),
    )
