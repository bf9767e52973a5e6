"""A derivation as JSON: every step with its rule, its reason and its check."""

from __future__ import annotations

import json
from typing import Any

from symgd.derivation.account import Account, Chapter
from symgd.derivation.tree import Check, Derivation, Gradient, Step
from symgd.notation import Equation, Term
from symgd.writing.latex import latex
from symgd.writing.sympy_text import sympy_text
from symgd.writing.text import text

SCHEMA = "symgd/derivation/1"
ACCOUNT_SCHEMA = "symgd/account/1"


def as_json(gradient: Gradient) -> str:
    """Every step with its check."""
    record: dict[str, Any] = {"schema": SCHEMA}
    if gradient.definition is not None:
        record["cost"] = {"name": text(gradient.function), **_both(gradient.definition)}
    record["shared_steps"] = gradient.shared
    record["partials"] = [_partial(partial) for partial in gradient.partials.values()]
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def account_as_json(account: Account, kind: str) -> str:
    """Any derivation, chapter by chapter: every line's step with its check."""
    record = {
        "schema": ACCOUNT_SCHEMA,
        "kind": kind,
        "title": account.title.written(text),
        "parameters": list(account.parameters),
        "definitions": [_both(equation) for equation in account.definitions],
        "chapters": [_chapter(chapter) for chapter in account.chapters],
    }
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def _chapter(chapter: Chapter) -> dict[str, Any]:
    return {
        "heading": chapter.heading.written(text),
        "chains": [
            {
                "left": None if chain.left is None else _both(chain.left),
                "start": _both(chain.start),
                "ground": None if chain.ground is None else chain.ground.name,
                "steps": [_step(step) for step in chain.steps],
                "last": _both(chain.last),
            }
            for chain in chapter.chains
        ],
        "check": None if chapter.check is None else _check(chapter.check),
        "said": [said.written(text) for said in chapter.said],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "rule": step.rule.name,
        "law": step.rule.law,
        "why": step.rule.why.format_map({n: text(t) for n, t in step.bindings.items()}),
        "before": _both(step.before),
        "after": _both(step.after),
        "path": list(step.path),
        "introduced": {
            name: _both(term.right)
            for name, term in step.introduced.items()
            if isinstance(term, Equation)
        },
        "covered": step.rule.covered,
        "check": _check(step.check),
    }


def _partial(derivation: Derivation) -> dict[str, Any]:
    return {
        "wrt": derivation.variable.name,
        "of": _both(derivation.start.body),
        "steps": [_step(step) for step in derivation.steps],
        "result": _both(derivation.last),
        "check": _check(derivation.check),
    }


def _both(term: Term) -> dict[str, str]:
    return {"latex": latex(term), "text": text(term), "sympy": sympy_text(term.value)}


def _check(check: Check) -> dict[str, Any]:
    return {
        "method": check.method,
        "passed": check.passed,
        "trials": check.trials,
        "seed": check.seed,
        "false_pass_probability": check.bound,
        "note": check.note,
    }
