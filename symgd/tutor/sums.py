"""Sums on a student's line: Σ_{i=1}^{N}, sum_i, mean(…), whatever letter counts, and what it counts to."""

from __future__ import annotations

import re

from symgd import terms as nt
from symgd.tutor.grammar import Grammar
from symgd.tutor.tokens import CLOSING, LineToken, split
from symgd.tutor.vocabulary import Bounds, spelled
from symgd.writing.formulas.text import text


class Sums(Grammar):
    """The part of the grammar that reads sums."""

    def big_sum(self, token: LineToken) -> nt.Term:
        """Σ, sum(…) or mean(…)."""
        if not self.vocabulary.bounds:
            raise self.error("there is no Σ in this exercise", "write the formula", token.start)
        sign = re.match(r"[Σ∑]|\\sum|[Ss]um|[Mm]ean", token.text)
        assert sign is not None
        word = sign.group().lower() in ("sum", "mean", "\\sum")
        closed = word and self.sign() in CLOSING and not self.tokens[self.at].apart
        within = self.counted_within() if closed and sign.end() == len(token.text) else None
        index, above = self.counted(token, within or token.text[sign.end() :])
        self.counting = (*self.counting, index)
        if within:
            body = self.whole_sum()
            self.leave_count()
        else:
            # Over the product after it, sum(a) over a alone; over the product in both; over all that follows.
            reach = self.choices.of(3) if self.choices.wide else 0
            alone = self.atom if closed and not reach else self.signed
            body = self.sum() if reach == 2 else alone()
        self.counting = self.counting[:-1]
        if token.text == sign.group() and not within:
            index = self.meant(index, body)
        upper, lower = self.expect_bounds(index, above, body, token)
        total = nt.BigSum(body, index, upper, lower)
        if sign.group().lower() == "mean":
            return nt.Product((nt.Fraction(nt.number(1), upper), total))
        return total

    def meant(self, index: str, body: nt.Term) -> str:
        """What a Σ without an index counts: Σ w_j goes over j, where nothing else says what j is."""
        letters = {letter for part in body.parts() for letter in nt.indices_of(part)}
        letters -= {*self.counting, *(nt.indices_of(self.by) if self.by is not None else ())}
        return letters.pop() if index not in letters and len(letters) == 1 else index

    def counted_within(self) -> str:
        """What counts in sum(a_j, j, 1, N), as it stands under a Σ: "_j=1^N"; empty for another sum, else ( is taken."""
        end = self._closing()
        if end == len(self.tokens):
            return ""
        parts = split(self.tokens[self.at + 1 : end], lambda token: token.text == ",")
        words = ["".join(token.text for token in part) for part in parts[1:]]
        match [word.strip("()") for word in ",".join(words).split(",")]:
            case [index, first, last]:
                below = f"_{index}={first}^{last}"
            case [index, last]:
                below = f"_{index}^{last}"
            case [index] if index:
                below = f"_{index}"
            case _:
                return ""
        self.take()
        return below

    def leave_count(self) -> None:
        """Take what stands behind the body of sum(a_j, j, 1, N)."""
        if self.sign() != ",":
            raise self.error(f'unexpected "{self.tokens[self.at].text}"', 'expected ","')
        self.at = self._closing(1) + 1

    def _closing(self, depth: int = 0) -> int:
        """Where the parenthesis stands that closes the next one, or the one that is open."""
        for place in range(self.at, len(self.tokens)):
            text = self.tokens[place].text
            depth += (text in CLOSING) - (text in CLOSING.values())
            if not depth:
                return place
        return len(self.tokens)

    def expect_bounds(self, index: str, above: str, body: nt.Term, token: LineToken) -> Bounds:
        """What a Σ counts to and from; an error where another end stands above it, or two would be meant."""
        known = self.vocabulary.bounds_of(index, body)
        if len(known) > 1:
            ends = " and to ".join(text(upper) for upper, _ in known)
            remedy = "give each sum an index of its own"
            raise self.error(f'"{index}" counts to {ends} here', remedy, token.start)
        upper = text(known[0][0])
        others = {text(end) for end, _ in self.vocabulary.bounds.values()} - {upper}
        if above in others or (above not in ("", upper) and not above.isidentifier()):
            raise self.error(f"this sum goes to {above}", f"it counts to {upper}", token.start)
        return known[0]

    def counted(self, token: LineToken, below: str) -> tuple[str, str]:
        """The index of a Σ, from what stands under it, and what stands above it."""
        written = spelled(re.split(r"\^|ᴺ|ⁿ", below)[0]).lstrip("_")
        index, _, start = written.partition("=")
        index = index or self.vocabulary.index
        if start and start != "1":
            raise self.error(f"this sum starts at {start}", "it counts from 1", token.start)
        if len(index) > 1 or not index.isalpha() or self.vocabulary.has(index):
            raise self.error(f'"{index}" is not an index', 'write "Σ_i" or "sum_i"', token.start)
        return index, below.partition("^")[2].strip("{}() ")
