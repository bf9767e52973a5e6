"""Traced: text whose characters know where a student typed them, however it is rewritten."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Self, TypeAlias

# A line and a column, counted from 1 and from 0.
Place: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class Traced:
    """A text, and where each of its characters was typed.

    Characters that are put in stand where what they replace stood.

    Examples
    --------
    >>> line = Traced.of_line(1, "a/b").sub(re.compile("/"), " over ")
    >>> line.text, line.places[-1]
    ('a over b', (1, 2))
    """

    text: str = ""
    places: tuple[Place, ...] = ()

    @classmethod
    def of_line(cls, line: int, text: str) -> Self:
        """A line as it was typed."""
        return cls(text, tuple((line, column) for column in range(len(text))))

    @classmethod
    def joined(cls, parts: Iterable[Traced]) -> Self:
        """One text of several."""
        parts = [*parts]
        places = (place for part in parts for place in part.places)
        return cls("".join(part.text for part in parts), tuple(places))

    def __len__(self) -> int:
        return len(self.text)

    def __getitem__(self, part: slice) -> Traced:
        return Traced(self.text[part], self.places[part])

    def __add__(self, other: Traced | str) -> Traced:
        if isinstance(other, str):
            other = Traced(other, self.places[-1:] * len(other))
        return Traced(self.text + other.text, self.places + other.places)

    def strip(self) -> Traced:
        """The same without the spaces round it."""
        left = len(self.text) - len(self.text.lstrip())
        return self[left : max(left, len(self.text.rstrip()))]

    def sub(
        self, pattern: re.Pattern[str], written: str | Callable[[re.Match[str]], Traced | str]
    ) -> Traced:
        """The same with something else for each match: a template, or what a function answers."""
        texts: list[str] = []
        places: list[Place] = []
        last = 0
        for match in pattern.finditer(self.text):
            new = match.expand(written) if isinstance(written, str) else written(match)
            start, end = match.span()
            stood = self.places[start : start + 1] or self.places[-1:]
            texts += [self.text[last:start], new if isinstance(new, str) else new.text]
            places += self.places[last:start]
            places += stood * len(new) if isinstance(new, str) else new.places
            last = end
        return Traced("".join((*texts, self.text[last:])), (*places, *self.places[last:]))

    def split(self, pattern: re.Pattern[str]) -> Iterator[Traced]:
        """What stands between the matches."""
        start = 0
        for match in pattern.finditer(self.text):
            yield self[start : match.start()]
            start = match.end()
        yield self[start:]


def around(opening: str, inside: Traced, closing: str) -> Traced:
    """Something between two signs that stand where it stands."""
    return Traced(opening, (inside.places[:1] or ((1, 0),)) * len(opening)) + inside + closing
