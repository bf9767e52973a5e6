"""What was derived last, kept for costs that are asked for again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from symgd.budget import is_usual

Made = TypeVar("Made")


@dataclass(frozen=True)
class Known(Generic[Made]):
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
    kept: dict[Hashable, Made] = field(default_factory=dict)

    def or_made(self, asked: Hashable, make: Callable[[], Made]) -> Made:
        """What was made for what is `asked`, or what is made now."""
        found = self.kept.pop(asked, None) if is_usual() else None
        self.kept[asked] = found = make() if found is None else found  # the last to go
        for old in [*self.kept][: -self.most]:
            self.kept.pop(old, None)
        return found
