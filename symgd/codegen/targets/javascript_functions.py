"""Functions that JavaScript has not, as short texts of our own; a module has those that it uses.

Their errors are those of a few roundings, but for a value next to one of its zeros, where loggamma, digamma and others
keep the digits of 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from symgd.codegen.targets.javascript_lines import LINES
from symgd.codegen.targets.javascript_summary import SUMMARY
from symgd.codegen.targets.javascript_vectors import VECTORS

# Each by its name.
_OF_NUMBERS: Mapping[str, str] = {
    "square": """\
/** u². */
function square(u) {
  return u * u;
}
""",
    "heaviside": """\
/** 1 above 0, and 0 elsewhere. */
function heaviside(u) {
  return u > 0 ? 1 : 0 * u;
}
""",
    "softplus": """\
/** ln(1 + exp(u)), where exp(u) is too large for a number as well. */
function softplus(u) {
  return Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
}
""",
    "logaddexp": """\
/** ln(exp(u) + exp(v)), likewise. */
function logaddexp(u, v) {
  return u === v ? u + Math.LN2 : Math.max(u, v) + Math.log1p(Math.exp(-Math.abs(u - v)));
}
""",
    "sinc": """\
/** sin(u)/u, and 1 at 0. */
function sinc(u) {
  return u === 0 ? 1 : Math.sin(u) / u;
}
""",
    "limited": """\
/** A logarithm beside a factor, and 0 where the factor is. */
function limited(factor, logarithm) {
  return factor === 0 ? 0 : logarithm;
}
""",
    "gaussian": """\
/** exp(-u²): the square of the leading digits of u is exact. */
function gaussian(u) {
  const lead = Math.fround(u);
  return Math.exp(-lead * lead) * Math.exp(-(u - lead) * (u + lead));
}
""",
    "erfc": """\
/** 1 - erf(u), by the trapezoidal rule: its error at steps of 1/2 is below a number's. */
function erfc(u) {
  const size = Math.abs(u);
  if (!(size < 40)) {
    return Number.isNaN(u) ? NaN : u < 0 ? 2 : 0;
  }
  let tail = 0;
  for (let k = 13; k >= 0; k -= 1) {
    const term = square(k / 2 + 0.25);
    tail += Math.exp(-term) / (size * size + term);
  }
  tail *= (size * gaussian(size)) / Math.PI;
  if (size < 2 * Math.PI) {
    tail += 2 / (1 + Math.exp(4 * Math.PI * size)); // the pole of the integrand
  }
  return u < 0 ? 2 - tail : tail;
}
""",
    "erf": """\
/** The error function: near 0 a sum of terms of one sign, as 1 - erfc(u) has lost its digits. */
function erf(u) {
  if (!(Math.abs(u) < 1)) {
    return u < 0 ? erfc(-u) - 1 : 1 - erfc(u);
  }
  let series = 1;
  for (let k = 18; k > 0; k -= 1) {
    series = 1 + ((2 * u * u) / (2 * k + 1)) * series;
  }
  return (2 / Math.sqrt(Math.PI)) * u * Math.exp(-u * u) * series;
}
""",
    "erfi": """\
/** The imaginary error function, 2/√π ∫ exp(t²) dt from 0: a sum of terms of one sign. */
function erfi(u) {
  if (!(Math.abs(u) < 27)) {
    return Number.isNaN(u) ? NaN : u * Infinity;
  }
  let power = u;
  let sum = 0;
  for (let k = 1; sum + power / (2 * k - 1) !== sum; k += 1) {
    sum += power / (2 * k - 1);
    power *= (u * u) / k;
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
""",
    "stirling": """\
/** What Stirling's formula leaves of ln Γ(u), u of 15 or more. */
function stirling(u) {
  const inverse = 1 / (u * u);
  const numbers = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
  return numbers.reduceRight((sum, number) => sum * inverse + number, 0) / u;
}
""",
    "sinePi": """\
/** sin(πu), which is exactly 0 at whole numbers. */
function sinePi(u) {
  const rest = u - 2 * Math.round(u / 2);
  const near = Math.abs(rest) <= 0.5 ? rest : Math.sign(rest) - rest;
  return Math.sin(Math.PI * near);
}
""",
    "gamma": """\
/** The gamma function: Stirling's formula above 15, and from there down by Γ(u + 1) = uΓ(u). */
function gamma(u) {
  if (u <= 0) {
    return Number.isInteger(u) ? NaN : Math.PI / (sinePi(u) * gamma(1 - u));
  }
  if (u > 172) {
    return Infinity;
  }
  let product = 1;
  if (Number.isInteger(u)) {
    for (let k = 2; k < u; k += 1) {
      product *= k;
    }
    return product;
  }
  let large = u;
  while (large < 15) {
    product *= large;
    large += 1;
  }
  const root = Math.pow(large, large / 2 - 0.25);
  const front = (Math.sqrt(2 * Math.PI) * root * Math.exp(-large)) / product;
  return front * root * Math.exp(stirling(large));
}
""",
    "loggamma": """\
/** ln Γ(u) for u above 0. */
function loggamma(u) {
  if (!(u > 0)) {
    return u === 0 ? Infinity : NaN;
  }
  if (u >= 0.5 && u <= 2.5) {
    return u < 1.5 ? nearTwo(u - 1) - Math.log1p(u - 1) : nearTwo(u - 2);
  }
  let product = 1;
  let large = u;
  while (large < 15) {
    product *= large;
    large += 1;
  }
  const rest = 0.5 * Math.log(2 * Math.PI) - 0.5 + stirling(large) - Math.log(product);
  return (large - 0.5) * (Math.log(large) - 1) + rest;
}
""",
    "nearTwo": """\
/** ln Γ(2 + u) by its series: u(1 - γ) + Σ (-1)^k (ζ(k) - 1) u^k / k. */
function nearTwo(u) {
  let sum = 0;
  for (let k = ZETA.length - 1; k >= 0; k -= 1) {
    sum = ZETA[k] / (k + 2) - u * sum;
  }
  return u * (1 - 0.5772156649015329 + u * sum);
}
""",
    "digamma": """\
/** The derivative of ln Γ: its series at infinity above 15, then down by ψ(u + 1) = ψ(u) + 1/u. */
function digamma(u) {
  if (u <= 0) {
    const tangent = Math.tan(Math.PI * (u - Math.round(u)));
    return Number.isInteger(u) ? NaN : digamma(1 - u) - Math.PI / tangent;
  }
  let sum = 0;
  let large = u;
  while (large < 15) {
    sum += 1 / large;
    large += 1;
  }
  const inverse = 1 / (large * large);
  const numbers = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];
  const series = numbers.reduceRight((rest, number) => (rest + number) * inverse, 0);
  return Math.log(large) - 0.5 / large - series - sum;
}
""",
    "polygamma": """\
/** The derivatives of digamma: (-1)^(n+1) n! ζ(n + 1, u), ζ by Euler's and Maclaurin's sum. */
function polygamma(n, u) {
  if (!Number.isInteger(n) || n < 0 || (u <= 0 && Number.isInteger(u)) || u < -10000) {
    return NaN;
  }
  if (n === 0) {
    return digamma(u);
  }
  const s = n + 1;
  let sum = 0;
  let large = u;
  while (large < 20 + n) {
    sum += Math.pow(large, -s);
    large += 1;
  }
  let zeta = large / n + 0.5;
  let rising = s / large;
  for (let k = 0; k < BERNOULLI.length; k += 1) {
    zeta += BERNOULLI[k] * rising;
    rising *= ((s + 2 * k + 1) * (s + 2 * k + 2)) / (large * large);
  }
  return (n % 2 === 0 ? -1 : 1) * gamma(n + 1) * (zeta * Math.pow(large, -s) + sum);
}
""",
    "beta": """\
/** Γ(u)Γ(v)/Γ(u + v). */
function beta(u, v) {
  if (Math.max(u, v, u + v) < 170) {
    return (gamma(u) * gamma(v)) / gamma(u + v);
  }
  return Math.exp(loggamma(u) + loggamma(v) - loggamma(u + v));
}
""",
    "lambertw": """\
/** The w of 0 and above -1 for which w·exp(w) = u, by Halley's steps. */
function lambertw(u) {
  if (u === 0 || u === Infinity || !(u >= -1 / Math.E)) {
    return u < -1 / Math.E ? NaN : u;
  }
  const root = Math.sqrt(Math.max(0, 2 * (Math.E * u + 1)));
  let w = u > -0.25 ? Math.log1p(u) : root - 1 - (root * root) / 3;
  if (u > 3) {
    w = Math.log(u) - Math.log(Math.log(u));
  }
  for (let k = 0; k < 40; k += 1) {
    const off = w - u * Math.exp(-w);
    const step = off / (w + 1 - ((w + 2) * off) / (2 * w + 2));
    if (!(Math.abs(step) > 1e-16 * Math.abs(w))) {
      break;
    }
    w -= step;
  }
  return w;
}
""",
    "ZETA": """\
/** ζ(k) - 1, k = 2, 3, ... */
const ZETA = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993,
  0.01734306198444914, 0.008349277381922827, 0.00407735619794434, 0.0020083928260822143,
  0.0009945751278180853, 0.0004941886041194645, 0.0002460865533080483, 0.00012271334757848915,
  6.124813505870483e-5, 3.058823630702049e-5, 1.528225940865187e-5, 7.637197637899763e-6,
  3.81729326499984e-6, 1.908212716553939e-6, 9.539620338727962e-7, 4.769329867878064e-7,
  2.38450502727733e-7, 1.1921992596531106e-7, 5.960818905125948e-8, 2.980350351465228e-8,
  1.4901554828365043e-8, 7.45071178983543e-9, 3.725334024788457e-9, 1.862659723513049e-9,
];
""",
    "BERNOULLI": """\
/** Bernoulli's numbers over factorials, B_2k/(2k)!, k = 1, 2, ... */
const BERNOULLI = [
  1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000,
  1 / 74724249600,
];
""",
}


_COMMENTS = re.compile(r"/\*.*?\*/", re.S)
_NAME = re.compile(r"(?<![\w.])\w+")
HELPERS: Mapping[str, str] = {**_OF_NUMBERS, **VECTORS, **LINES, **SUMMARY}


def helpers_in(code: str) -> list[str]:
    """The texts of all functions of ours that a code uses, and of those that they use."""
    used: set[str] = set()
    texts = [code]
    while texts:
        new = _named(texts.pop()) - used
        used |= new
        texts += [HELPERS[name] for name in new]
    return [HELPERS[name] for name in HELPERS if name in used]


@lru_cache(maxsize=256)  # the functions' own texts are always the same
def _named(text: str) -> frozenset[str]:
    """The functions of ours that a text names, outside its comments."""
    return frozenset(_NAME.findall(_COMMENTS.sub("", text))) & HELPERS.keys()
