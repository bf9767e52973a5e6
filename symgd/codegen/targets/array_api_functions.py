"""Functions that the array API standard has not, as short texts in those that it has; a module has those that it uses."""

from __future__ import annotations

import re
from collections.abc import Mapping

from symgd.codegen.targets.array_api_vectors import VECTORS

# Each by its name, with an empty line before the next.
_OF_ENTRIES: Mapping[str, str] = {
    "_softplus": '''\
def _softplus(xp: Any, z: Array) -> Array:
    """ln(1 + exp(z)), where exp(z) is too large for a float as well."""
    return xp.logaddexp(xp.zeros_like(z), z)
''',
    "_sigmoid": '''\
def _sigmoid(xp: Any, z: Array) -> Array:
    """1/(1 + exp(-z)), in a form that a library's own rules derive without overflow."""
    return xp.exp(-xp.logaddexp(xp.zeros_like(z), -z))
''',
    "_heaviside": '''\
def _heaviside(xp: Any, z: Array) -> Array:
    """1 above 0, and 0 elsewhere."""
    return xp.where(z > 0, xp.ones_like(z), 0 * z)
''',
    "_sinc": '''\
def _sinc(xp: Any, z: Array) -> Array:
    """sin(z)/z, and 1 at 0."""
    zero, one = z == 0, xp.ones_like(z)
    return xp.where(zero, one, xp.sin(z) / xp.where(zero, one, z))
''',
    "_limited": '''\
def _limited(xp: Any, factor: Array, logarithm: Array) -> Array:
    """A logarithm beside a factor, and 0 where the factor is."""
    return xp.where(factor == 0, xp.zeros_like(logarithm), logarithm)
''',
    "_erfc": '''\
def _erfc(xp: Any, z: Array) -> Array:
    """1 - erf(z), by the trapezoidal rule: its error at steps of 1/2 is below a float's."""
    size = xp.abs(z)
    square = size * size
    terms = [(k / 2 + 0.25) ** 2 for k in range(14)]
    tail = sum(math.exp(-term) / (square + term) for term in terms)
    pole = xp.exp(-_softplus(xp, 4 * math.pi * size))  # 1/(1 + exp(2πz/h))
    near = xp.where(size < 2 * math.pi, 2 * pole, xp.zeros_like(size))
    tail = size * xp.exp(-square) / math.pi * tail + near
    return xp.where(z < 0, 2 - tail, tail)
''',
    "_erf": '''\
def _erf(xp: Any, z: Array) -> Array:
    """The error function: near 0 a sum of terms of one sign, as 1 - erfc(z) has lost its digits."""
    inner = xp.where(xp.abs(z) < 1, z, xp.zeros_like(z))
    square = 2 * inner * inner
    series = xp.ones_like(z)
    for k in range(18, 0, -1):
        series = 1 + square / (2 * k + 1) * series
    near = 2 / math.sqrt(math.pi) * inner * xp.exp(-inner * inner) * series
    return xp.where(xp.abs(z) < 1, near, 1 - _erfc(xp, z))
''',
}
HELPERS: Mapping[str, str] = {**_OF_ENTRIES, **VECTORS}
_CALLED = re.compile(r"\b(\w+)\(")


def helpers_in(code: str) -> list[str]:
    """The texts of all functions of ours that a code uses, and of those that they use."""
    used: set[str] = set()
    texts = [code]
    while texts:
        text = texts.pop()
        new = {*_CALLED.findall(text)} & HELPERS.keys() - used
        used |= new
        texts += [HELPERS[name] for name in new]
    return [HELPERS[name] for name in HELPERS if name in used]
