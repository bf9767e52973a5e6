"""Roles: which names of a model are learned, which are read from data, and which is predicted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from symgd.errors import ProblemError, either, parameter
from symgd.parsing.formula import parse
from symgd.terms import Indexed, Symbol, Term
from symgd.terms.indices import counts, totals

# What everybody takes for an input when nothing is said.
_INPUT = re.compile(r"[xX](_?\d+)?")


def names_of(names: Sequence[str] | None, role: str) -> tuple[str, ...]:
    """The names given for a role, as the parser spells them; one text may hold several, with commas between them."""
    if names is None:
        return ()
    if not isinstance(names, Iterable):
        raise ProblemError(f"{role} is {names!r}", 'pass names, such as ["m", "b"]')
    listed = names.split(",") if isinstance(names, str) else [*names]
    found: list[str] = []
    for name in listed:
        if not str(name).strip():
            raise ProblemError(f"a name in {role} is empty", 'pass names, such as "m,b"')
        term = parse(str(name).strip(), constants=())
        if not isinstance(term, Symbol):
            raise ProblemError(f'"{name}" in {role} is not a name', "use letters, digits and _")
        if term.name in found:
            raise ProblemError(f'"{term.name}" is twice in {role}', "name it once")
        found.append(term.name)
    return tuple(found)


def target_of(target: str) -> str:
    """The target's name, as the parser spells it."""
    term = parse(target, constants=())
    if not isinstance(term, Symbol):
        raise ProblemError(
            f'the target "{target}" is not a name', 'write it as "y" or "y = m*x + b"'
        )
    return term.name


def _names_in_order(parts: Sequence[Term]) -> list[str]:
    """The names that can have a role: neither indices nor what sums count to."""
    leaves = [t for part in parts for t in part.parts() if isinstance(t, Symbol | Indexed)]
    others = {name for part in parts for name in counts(part)}
    others |= {total.index for part in parts for total in totals(part)}
    return [name for name in dict.fromkeys(t.name for t in leaves) if name not in others]


def assign_roles(
    parts: Sequence[Term],
    parameters: Sequence[str] | None,
    inputs: Sequence[str] | None,
    targets: Sequence[str],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Parameters and inputs, each in the order in which the model's parts name them, or as they were given."""
    order = _names_in_order(parts)
    learned, read = names_of(parameters, "parameters"), names_of(inputs, "inputs")
    for name in (*learned, *read):
        if name not in order:
            raise ProblemError(
                f'"{name}" is not in the model', f"its names are {', '.join(order) or 'none'}"
            )
    both = sorted(set(learned) & set(read))
    if both:
        raise ProblemError(f'"{both[0]}" is a parameter and an input', "give it one role")
    if parameters is None and inputs is None:
        read = tuple(name for name in order if _INPUT.fullmatch(name))
    if inputs is None and parameters is not None:
        read = tuple(name for name in order if name not in learned)
    if parameters is None:
        learned = tuple(name for name in order if name not in read)
    left = [name for name in order if name not in learned and name not in read]
    if left:
        remedy = f"name it in {parameter('parameters')} or in {parameter('inputs')}"
        raise ProblemError(f'"{left[0]}" has no role', remedy)
    for target in targets:
        if target in order:
            cause = f'the target "{target}" is in the model'
            raise ProblemError(cause, "the model predicts it: pass another target name")
    if not learned:
        say = f"say which is learned with {parameter('parameters')}"
        remedy = say if order else "write one such as m*x + b"
        raise ProblemError("there is no parameter to learn", remedy)
    if not read:
        all_of_them = (
            f"{order[0]} would be a" if len(order) == 1 else f"{', '.join(order)} would all be"
        )
        raise ProblemError(
            f"no name in the model is read from data: {all_of_them} parameter{'s'[len(order) == 1 :]}",
            f"say which are inputs with {either('inputs', '--inputs, or --x of symgd fit')}",
        )
    return learned, read
