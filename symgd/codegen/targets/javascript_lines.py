"""The line search of a generated ES module: that of `rules/line_search.py`, operation by operation."""

from __future__ import annotations

from collections.abc import Mapping

LINES: Mapping[str, str] = {
    "lowestBySlopes": """\
/** The s above 0 at which a value is least, or the first such that doubling meets, by its slope. */
function lowestBySlopes(valueAt, slopeAt) {
  const [value, slope] = [seenAlong(valueAt), seenAlong(slopeAt)];
  const begun = valueAt0(value);
  if (!(slope(0) < 0)) {
    return 0;
  }
  const isBeyond = (place) => !(value(place) <= begun && slope(place) <= 0);
  let [near, far] = enclosed(value, slope, isBeyond);
  if (near === far) {
    return near;
  }
  for (let n = 0; n < 1100; n += 1) {
    if (slope(far) > 0 && Number.isFinite(slope(far))) {
      return slopeRoot(slope, near, far);
    }
    const middle = near + (far - near) / 2;
    if (!(near < middle && middle < far)) {
      break;
    }
    [near, far] = isBeyond(middle) ? [near, middle] : [middle, far];
  }
  return near;
}
""",
    "enclosed": """\
/** A place before the lowest point and one beyond; the same twice where the slope is 0 there. */
function enclosed(value, slope, isBeyond) {
  let place = 1;
  if (isBeyond(place)) {
    while (place > 0 && isBeyond(place)) {
      place /= 2;
    }
    return [place, place ? 2 * place : 1];
  }
  for (;;) {
    if (slope(place) === 0) {
      return [place, place];
    }
    if (2 * place === Infinity || value(2 * place) === -Infinity) {
      throw fallsForEver();
    }
    if (isBeyond(2 * place)) {
      return [place, 2 * place];
    }
    place *= 2;
  }
}
""",
    "slopeRoot": """\
/** Where the slope is 0, between a place where it falls and one where it rises, as Chandrupatla. */
function slopeRoot(slope, near, far) {
  let [here, hereUp, other, otherUp] = [near, slope(near), far, slope(far)];
  let share = hereUp / (hereUp - otherUp);
  let best = here;
  for (let n = 0; n < 1100; n += 1) {
    const place = here + share * (other - here);
    const found = slope(place);
    const up = Number.isFinite(found) ? found : Infinity;
    let [left, leftUp] = [here, hereUp];
    if (up > 0 !== hereUp > 0) {
      [left, leftUp, other, otherUp] = [other, otherUp, here, hereUp];
    }
    [here, hereUp] = [place, up];
    best = Math.abs(hereUp) < Math.abs(otherUp) ? here : other;
    const room = 1e-15 * Math.abs(best);
    const width = Math.abs(other - here);
    if (hereUp === 0 || width <= room) {
      return hereUp === 0 ? here : best;
    }
    share = inverseParabola([here, hereUp], [other, otherUp], [left, leftUp]);
    const least = (0.5 * room) / width;
    share = Math.min(1 - least, Math.max(least, share));
  }
  return best;
}
""",
    "inverseParabola": """\
/** The part of the way at which a parabola through three slopes is 0; else a half. */
function inverseParabola([a, upA], [b, upB], [c, upC]) {
  const [across, rises] = [(a - b) / (c - b), (upA - upB) / (upC - upB)];
  if (!(rises ** 2 < across && (1 - rises) ** 2 < 1 - across)) {
    return 0.5;
  }
  let part = ((upA / (upB - upA)) * upC) / (upB - upC);
  part += (((((c - a) / (b - a)) * upA) / (upC - upA)) * upB) / (upC - upB);
  return Number.isFinite(part) ? part : 0.5;
}
""",
    "lowestByValues": """\
/** The same where no slope is known: a bracket, which golden sections make smaller. */
function lowestByValues(valueAt) {
  const value = seenAlong(valueAt);
  const begun = valueAt0(value);
  let place = 1;
  while (!(value(place) < begun)) {
    place /= 2;
    if (place === 0) {
      return 0;
    }
  }
  while (value(2 * place) < value(place)) {
    place *= 2;
    if (place === Infinity || Math.abs(value(place)) === Infinity) {
      throw fallsForEver();
    }
  }
  const golden = (Math.sqrt(5) - 1) / 2;
  let [near, far] = [place / 2, 2 * place];
  while (far - near > 1e-9 * place) {
    const [one, two] = [far - golden * (far - near), near + golden * (far - near)];
    [near, far] = value(one) <= value(two) ? [near, two] : [one, far];
  }
  const found = near + (far - near) / 2;
  return value(found) <= value(place) ? found : place;
}
""",
    "valueAt0": """\
/** What a line begins with. */
function valueAt0(value) {
  if (Number.isFinite(value(0))) {
    return value(0);
  }
  const cause = "what argmin is asked for has no finite value where its line begins";
  throw new NoStep(`${cause}; give another start, or another optimizer`);
}
""",
    "fallsForEver": """\
/** What is said of a line without a lowest point. */
function fallsForEver() {
  const cause = "the cost falls for ever along this line, so argmin has no lowest point to step to";
  const remedy = "add what bounds the cost, such as a penalty, give another start";
  const other = "or take steps of a given length, as gradient_descent does";
  return new NoStep(`${cause}; ${remedy}, ${other}`);
}
""",
    "seenAlong": """\
/** The same, remembered, and NaN where it has no value. */
function seenAlong(valueAt) {
  const known = new Map();
  return (place) => {
    if (!known.has(place)) {
      known.set(place, valueAt(place));
    }
    return known.get(place);
  };
}
""",
}
