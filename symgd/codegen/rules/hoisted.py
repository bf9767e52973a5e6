"""What is the same for all parameters of a step: worked out once, before the first.

Laws
----
- only what settings, t and alpha make, by itself: no operation changes its place among others, nor its numbers
- nothing that stands in a case: where the case does not hold it may have no value
"""

from __future__ import annotations

from collections.abc import Iterator

from symgd import terms as nt
from symgd.optimizers.rule import UpdateRule
from symgd.parsing.updates import RuleLine
from symgd.writing.formulas.names import AFTER

_STEP = ("t", "alpha", "p")


def hoisted(rule: UpdateRule) -> tuple[tuple[RuleLine, ...], UpdateRule]:
    """The statements that are made once, and the rule that is left for each parameter.

    Examples
    --------
    >>> once, rule = hoisted(UpdateRule.read("m' = beta*m + (1 - beta)*g; theta' = theta - m'/(1 - beta^t)"))
    >>> [(line.name, line.term.value) for line in once]
    [('_h0', 1 - beta), ('_h1', 1 - beta**t)]
    """
    same = {*_STEP, *rule.settings}
    once: list[RuleLine] = []
    known: dict[nt.Term, nt.Term] = {}
    left: list[RuleLine] = []
    for line in rule.statements:
        if not line.name.endswith(AFTER) and line.term.names <= same:
            once.append(line)
            same.add(line.name)
            continue
        for part in _parts(line.term, same):
            if part not in known:
                known[part] = nt.Symbol(f"_h{len(known)}")
                once.append(RuleLine(f"_h{len(known) - 1}", part))
        left.append(line)
    return tuple(once), UpdateRule(tuple(left)).put_in(known)


def _parts(term: nt.Term, same: set[str]) -> Iterator[nt.Term]:
    """The largest parts that are the same for all."""
    if isinstance(term, nt.Cases | nt.Symbol | nt.Number):
        return
    if term.names and term.names <= same and not _decides(term):
        yield term
        return
    for child in term.children:
        yield from _parts(child, same)


def _decides(term: nt.Term) -> bool:
    return any(isinstance(part, nt.Cases) for part in term.parts())
