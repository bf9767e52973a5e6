"""Where a rule's own statements have no value: how code for arrays and JavaScript tells that from numbers that grew too large."""

from __future__ import annotations

from symgd import terms as nt
from symgd.codegen.modules.ruled_run import may_be_undefined
from symgd.optimizers.defined import TOTAL
from symgd.optimizers.rule import UpdateRule

# Words whose value may be beyond the floats where their arguments are small.
_STEEP = ("exp", "sinh", "cosh", "J", "g")
_PARTLY = ("sqrt", "cbrt", "log", "acos", "asin", "acosh", "atanh", "tan", "solve", "mod", "atan2")
_CALM = (*(word for word in TOTAL if word not in _STEEP), *_PARTLY)
_MOST_POWER = 3

# No product of six such numbers leaves the floats: what has no value then has none by itself.
JAVASCRIPT = """\
    const given = [...point, ...slopes, ...state.flat(Infinity), rate];
    const made = [...next, ...kept.flat(Infinity)];
    if (!made.every(Number.isFinite) && given.every((number) => Math.abs(number) < 1e46)) {
      const why = `at step ${step + 1} the rule has no finite value, it divides by 0 there, or`;
      const how = "works out what is not defined; change it, or a setting of it";
      return ended("diverged", trace, `${why} ${how}`);
    }
"""
ARRAYS = """\
        calm = _size(xp, point, slopes, state, alpha) < float(xp.finfo(like.dtype).max) ** 0.15
        if calm and not math.isfinite(_size(xp, moved, kept)):
            said = f"diverged: at step {step + 1} the rule has no finite value, it divides by 0 "
            said += "there, or works out what is not defined; change it, or a setting of it"
            return Descent(tuple(point), value, step, "diverged", said, trace)
"""
# Where Python's own numbers have no value they raise.
RAISED = """\
        except (ArithmeticError, ValueError):
            moved, kept = {nowhere}, state
"""
SIZE = '''\
def _size(xp: Any, *parts: Any) -> float:
    """How large numbers, arrays and lists of them are together; not finite where one is not."""
    whole = 0.0
    for part in parts:
        if isinstance(part, list | tuple):
            whole += _size(xp, *part)
        else:
            whole += float(xp.sum(xp.abs(part))) if hasattr(part, "ndim") else abs(part)
    return whole
'''


def is_told(rule: UpdateRule) -> bool:
    """Whether a rule may have no value, and none of small numbers can be beyond the floats.

    Examples
    --------
    >>> rules = ("theta' = theta - alpha*g/(t - 3)", "theta' = theta - g/exp(g)", "theta' = theta - alpha*g")
    >>> [is_told(UpdateRule.read(rule)) for rule in rules]
    [True, False, False]
    """
    parts = (part for statement in rule.statements for part in statement.term.parts())
    return may_be_undefined(rule) and all(_is_calm(part, rule) for part in parts)


def _is_calm(part: nt.Term, rule: UpdateRule) -> bool:
    if isinstance(part, nt.Power):
        base, exponent = part.children
        if exponent.value.is_number:
            return bool(abs(exponent.value) <= _MOST_POWER)
        return base.names <= {*rule.settings}  # a share, to the number of the step
    return not isinstance(part, nt.Call) or part.function in _CALM
