"""Random formulas whose parts are real in a part of the plane alone, and vectors under sums."""

from __future__ import annotations

import random

NAMES = ("x", "x", "x", "a", "b")
NUMBERS = ("1", "2", "3", "1/2", "5")
# Functions that have borders, cuts, kinks or poles, and some that have none.
CALLS = (
    *("sqrt", "log", "atan", "acot", "asec", "acsc", "asin", "acos", "acosh", "atanh", "acoth"),
    *("asech", "acsch", "asinh", "abs", "sign", "exp", "sin", "tan", "cot", "sigmoid", "erf"),
)


class Formulas:
    """Formulas of one seed, whose depth is at most `depth`."""

    def __init__(self, seed: int, depth: int = 3) -> None:
        self.source = random.Random(seed)
        self.depth = depth

    def formula(self, depth: int | None = None) -> str:
        """One formula in x, a and b."""
        left = self.depth if depth is None else depth
        if left == 0 or self.source.random() < 0.1:
            return self.source.choice((*NAMES, *NUMBERS))
        parts = [self.formula(left - 1) for _ in range(3)]
        return self.source.choice(
            (
                f"{self.source.choice(CALLS)}({parts[0]})",
                f"{self.source.choice(CALLS)}({parts[0]})",
                f"({parts[0]} + {parts[1]})",
                f"({parts[0]} - {parts[1]})",
                f"({parts[0]})*({parts[1]})",
                f"({parts[0]})/({parts[1]})",
                f"sqrt(({parts[0]})/({parts[1]}))",
                f"({parts[0]})^{self.source.choice(('2', '3', '(-1)', '(1/2)', '(1/3)', '1.5'))}",
                f"({parts[0]})^({self.source.choice((parts[1], 'a', 'b', 'a + 1'))})",
                f"max({parts[0]}, {parts[1]})",
                f"(({parts[0]}) if {parts[1]} > {parts[2]} else ({self.formula(left - 1)}))",
            )
        )


class IndexedFormulas:
    """Sums over differences of entries of s and over products with entries of x, some sums in others."""

    def __init__(self, seed: int) -> None:
        self.source = random.Random(seed)

    def formula(self) -> str:
        """A sum over j, or over i and j, of s with fixed and bound indices."""
        found = self.shaped(self.source.randrange(4))
        return found if "s[" in found else f"{found} + s[c]"

    def shaped(self, shape: int) -> str:
        """A sum of one of four shapes."""
        if shape == 0:
            return f"sum({self.body('jc')}, j, n)"
        if shape == 1:
            return f"sum(sum({self.body('ij')}, j, n), i, n)"
        if shape == 2:
            return f"sum(x[i]*({self.body('ic')}) - sum({self.body('ijc')}, j, n), i, n)"
        return f"({self.body('cd')}) + sum({self.body('cj')}, j, n)"

    def body(self, indices: str, depth: int = 2) -> str:
        """What is summed, with entries whose indices are some of `indices`."""
        if depth == 0 or self.source.random() < 0.15:
            return self.leaf(indices)
        f, g, h, k = (self.body(indices, depth - 1) for _ in range(4))
        return self.source.choice(
            (
                f"max(0, {f})",
                f"max({f}, {g})",
                f"min({f}, {g})",
                f"abs({f})",
                f"(({f}) if {g} > {h} else ({k}))",
                f"(({f}) if {g} > 0 else (({h}) if {k} < 1 else 0))",
                f"({f})^2",
                f"({f})*({g})",
                f"({f})/2 - ({g})",
                f"exp(-({f})^2)",
                f"sigmoid({f})",
            )
        )

    def leaf(self, indices: str) -> str:
        one, other = self.source.sample(indices, 2)
        return self.source.choice(
            (
                f"s[{one}] - s[{other}]",
                f"s[{one}] - s[{other}] + D",
                f"s[{one}]",
                f"s[{one}]*x[{other}]",
                "D",
            )
        )
