"""What was derived last, kept for costs that are asked for again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from symgd.budget import is_usual
from symgd.derivation.gradient import Derivation


@dataclass(frozen=True)
class Known:
    """At `most` so many derivations, by all that they hang on; whoever sets a budget sees it spent, and all is done again.

    Examples
    --------
    >>> from symgd import differentiate
    >>> known = Known(most=1)
    >>> made = [known.or_made(name, lambda: differentiate("x^2", "x")) for name in "aab"]
    >>> made[0] is made[1], [*known.kept]
    (True, ['b'])
    """

    most: int
    kept: dict[Hashable, Derivation] = field(default_factory=dict)

    def or_made(self, asked: Hashable, make: Callable[[], Derivation]) -> Derivation:
        """The derivation that was made for what is `asked`, or one that is made now."""
        found = self.kept.get(asked) if is_usual() else None
        if found is None:
            found = self.kept[asked] = make()
            for old in [*self.kept][: -self.most]:
                self.kept.pop(old, None)
        return found
