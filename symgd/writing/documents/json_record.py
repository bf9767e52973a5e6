"""A derivation as JSON: every step with its rule, its reason and its check. `schema/derivation-1.json` says what is in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import sympy

from symgd.terms import Sum, Term
from symgd.terms.identity_map import IdentityMap
from symgd.terms.matrix import shape_of, shape_text
from symgd.writing.exposition import Chain, Chapter, Exposition
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.speech import speech
from symgd.writing.formulas.sympy_text import sympy_text
from symgd.writing.formulas.text import text
from symgd.writing.steps import Check, Step
from symgd.writing.words import Language, Words, words_in

ACCOUNT_SCHEMA = "symgd/account/1"
SCHEMA_FILE = Path(__file__).parent.parent.parent / "schema" / "derivation-1.json"


def as_json(record: Mapping[str, Any]) -> str:
    """A result's record as it is written into a file."""
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def recorded(exposition: Exposition, language: Language = None) -> dict[str, Any]:
    """Any derivation, chapter by chapter: every line's step with its check."""
    record = Recorder(words_in(language))
    return {
        "schema": ACCOUNT_SCHEMA,
        "language": record.words.language,
        "kind": exposition.kind,
        "title": exposition.title.written(text, record.words),
        "parameters": list(exposition.parameters),
        "definitions": [record.formula(equation) for equation in exposition.definitions],
        "chapters": [record.chapter(chapter) for chapter in exposition.chapters],
    }


@cache
def schema() -> str:
    """The JSON Schema (draft 2020-12) of what derivations write.

    Examples
    --------
    >>> json.loads(schema())["title"]
    'A derivation by symgd'
    """
    return SCHEMA_FILE.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Recorder:
    """Everything as plain data, the words in one language."""

    words: Words
    known: IdentityMap[Term, dict[str, str | None]] = field(default_factory=IdentityMap)
    in_sympy: dict[sympy.Basic, str] = field(default_factory=dict)

    def formula(self, term: Term) -> dict[str, str | None]:
        """A formula for people, for TeX, for SymPy where it has such a thing, and as it is spoken."""
        # Most lines are asked for twice, after one step and before the next.
        return self.known.once(term, lambda: self._formula(term))

    def _formula(self, term: Term) -> dict[str, str | None]:
        shape = {"shape": shape_text(shape_of(term))} if term.holds_matrices else {}
        return {
            "latex": latex(term, words=self.words),
            "text": text(term, words=self.words),
            "sympy": _in_sympy(term, self.in_sympy),
            "speech": speech(term, self.words),
            **shape,
        }

    def chapter(self, chapter: Chapter) -> dict[str, Any]:
        return {
            "heading": chapter.heading.written(text, self.words),
            "chains": [self.chain(chain) for chain in chapter.chains],
            "check": None if chapter.check is None else self.check(chapter.check),
            "said": [said.written(text, self.words) for said in chapter.said],
        }

    def chain(self, chain: Chain) -> dict[str, Any]:
        return {
            "left": None if chain.left is None else self.formula(chain.left),
            "start": self.formula(chain.start),
            "ground": None if chain.premise is None else self.words.rule(chain.premise.name),
            "steps": [self.step(step) for step in chain.steps],
            "last": self.formula(chain.last),
        }

    def step(self, step: Step) -> dict[str, Any]:
        bindings = {name: text(term) for name, term in step.bindings.items()}
        return {
            "rule": step.rule.name,
            "name": self.words.rule(step.rule.name),
            "law": step.rule.law,
            "why": self.words.declared(step.rule.why, **bindings),
            "before": self.formula(step.before),
            "after": self.formula(step.after),
            "path": list(step.path),
            "introduced": {u.name: self.formula(u.definition) for u in step.introduced},
            "conditions": [self.formula(c) for c in step.conditions],
            "covered": step.rule.covered,
            "check": self.check(step.check),
        }

    def check(self, check: Check) -> dict[str, Any]:
        return {
            "method": check.method,
            "passed": check.passed,
            "trials": check.trials,
            "seed": check.seed,
            "false_pass_probability": check.bound,
            "note": self.words(check.remark) if check.remark else "",
        }


def _in_sympy(term: Term, known: dict[sympy.Basic, str]) -> str | None:
    """A formula for SymPy, which has no differentials of matrices, and adds no 1×1 matrix to a number."""
    sums = [part for _, part in term.walk() if type(part) is Sum and part.holds_matrices]
    try:
        mixed = any(child.value.is_Matrix for part in sums for child in part.terms)
        return None if mixed else sympy_text(term.value, known)
    except TypeError:
        return None
