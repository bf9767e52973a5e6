"""Totals: the sums and products of few columns, as a function of some rows that does nothing but NumPy's work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symgd.codegen.expressions.context import Context, Statements, unpacked
from symgd.codegen.summary import summary_skeleton as skeleton
from symgd.codegen.summary.one_by_one import NARROW
from symgd.terms import Negative, Term


def totals_of(context: Context, phi: Sequence[Term], rest: Term) -> str:
    """The function for these φ; "" where they are many, none is an array, or rows have weights."""
    arrays = [number for number, part in enumerate(phi) if part.names]
    if not arrays or len(phi) > NARROW or context.problem.weights is not None:
        return ""
    weights = [_called(context, f"w{number}") for number in range(len(phi))]
    names = ("left", "every", "room", "level", "dots")
    left, every, room, level, dots = (_called(context, name) for name in names)
    shape = f"{context.columns[-1]}.shape"
    lines = Statements(context)
    columns = {number: _called(context, f"phi{number}") for number in arrays}
    for number, name in columns.items():
        lines.assign(name, phi[number])
    opening = f"{left} = np.multiply({{}}, {{}}, out={room}[:{context.columns[-1]}.size].reshape({shape}))"
    lines.lines += [f"        {line}" for line in _left(opening, left, columns, weights)]
    if len(arrays) < len(phi):
        lines.lines.append(f"        {left} += {level}")
    without, sign = (rest.term, "-") if isinstance(rest, Negative) else (rest, "+")
    lines.assign(_called(context, "rest"), without)
    lines.lines.append(f"        {left} {sign}= {_called(context, 'rest')}")
    return context.filled(
        skeleton.TOTALS,
        given=_called(context, "weights"),
        weights=unpacked(weights, 4),
        level=level,
        whole=_level(weights, phi),
        room=room,
        ones=_called(context, "ones"),
        every=every,
        width=f"[:{shape}[-1]]",
        dots=dots,
        statements="\n".join(lines.lines),
        totals=",\n            ".join(_totals([*columns.values(), left], every, dots)),
    )


def _called(context: Context, name: str) -> str:
    """A name of our own that is none of the columns'."""
    return context.identifier(context.local(name))


def _left(
    opening: str,
    left: str,
    columns: dict[int, str],
    weights: Sequence[str],
) -> Iterator[str]:
    """The φ times weights, added up by parts, as direct evaluation does."""
    (first, column), *others = columns.items()
    yield opening.format(column, weights[first])
    yield from (f"{left} += {name} * {weights[number]}" for number, name in others)


def _level(weights: Sequence[str], phi: Sequence[Term]) -> str:
    """What the φ that are numbers come to, which is added last."""
    given = zip(weights, phi, strict=True)
    parts = [f"{float(part.value)!r} * {weight}" for weight, part in given if not part.names]
    return " + ".join(parts) or "0.0"


def _totals(names: Sequence[str], every: str, dots: str) -> Iterator[str]:
    """Each column's sum, which is its product with ones, and its products with those from itself on."""
    yield from (f"{dots}({every}, {name})" for name in names)
    for number, name in enumerate(names):
        yield from (f"{dots}({name}, {other})" for other in names[number:])
