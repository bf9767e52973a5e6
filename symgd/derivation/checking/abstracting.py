"""Parts whose values are out of reach, exp(exp(exp(exp(9)))), taken for any numbers."""

from __future__ import annotations

import random

from symgd import terms as nt
from symgd.derivation.checking.evaluate import Dual, Evaluator
from symgd.derivation.checking.numeric import MP, Undefined
from symgd.derivation.checking.point import SAMPLES, Key, Point, Rows


@nt.each_term
def _in_full(term: nt.Term) -> nt.Term:
    """`term` with what its abbreviations stand for."""
    return term.written_out()


@nt.each_term
def _text(term: nt.Term) -> str:
    return repr(_in_full(term))


class Again(Exception):
    """One more part is out of reach: evaluate from the start."""


class Abstracting(Evaluator):
    """Takes the parts whose values are out of reach, exp(exp(exp(exp(9)))), for any numbers with any slopes.

    What holds for all values of a part holds for the one that it has: this finds fault with more, not with less.
    """

    def __init__(self, point: Point, parts: set[nt.Term]) -> None:
        super().__init__(point)
        self.parts = parts

    def dual(self, term: nt.Term, seed: Key | None, rows: Rows) -> Dual:
        if isinstance(term, nt.Abbreviation) or _in_full(term) not in self.parts:
            return super().dual(term, seed, rows)
        name = f"{self.point.seed}/{self.point.trial}/{_text(term)}/{rows}"
        value, slope = (random.Random(key).randint(1, SAMPLES) for key in (name, f"{name}/{seed}"))
        varies = seed is not None and seed[0] in term.names
        return Dual(1 + MP.mpf(value) / SAMPLES, MP.mpf(slope if varies else 0) / SAMPLES)

    def call(self, term: nt.Call, seed: Key | None, rows: Rows) -> Dual:
        try:
            return super().call(term, seed, rows)
        except (Undefined, OverflowError):
            inner = {_in_full(part) for part in term.arguments}
            new = {part for part in inner - self.parts if part.children}
            if not new:
                raise
            self.parts |= new
            raise Again from None
