"""A derivation as JSON: every step with its rule, its reason and its check."""

from __future__ import annotations

import json
from typing import Any

from symgd.derivation.tree import Check, Derivation, Gradient
from symgd.notation import Equation, Term
from symgd.writing.latex import latex
from symgd.writing.sympy_text import sympy_text
from symgd.writing.text import text

SCHEMA = "symgd/derivation/1"


def as_json(gradient: Gradient) -> str:
    """Every step with its check."""
    record: dict[str, Any] = {"schema": SCHEMA}
    if gradient.definition is not None:
        record["cost"] = {"name": text(gradient.function), **_both(gradient.definition)}
    record["shared_steps"] = gradient.shared
    record["partials"] = [_partial(partial) for partial in gradient.partials.values()]
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def _partial(derivation: Derivation) -> dict[str, Any]:
    steps = [
        {
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
        for step in derivation.steps
    ]
    return {
        "wrt": derivation.variable.name,
        "of": _both(derivation.start.body),
        "steps": steps,
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
