"""What a formula is: Terms, in the order and shape in which a reader sees them.

A Term keeps the shape and order in which a formula was written (SymPy rewrites as it builds), and knows its
SymPy value, which is what is checked. Terms are small frozen trees; a sub-term is named by its path, the tuple of
child numbers that leads to it.

Laws
----
- ``term.rebuild(term.children) == term``
- ``term.replace(path, term.at(path)) == term``
- two Terms that are equal have equal values; the reverse does not hold
"""

from __future__ import annotations

from symgd.terms.algebra import (
    Call,
    Fraction,
    Negative,
    Power,
    Product,
    Sum,
    call,
    factors_of,
    product_of,
    sum_of,
    terms_of,
)
from symgd.terms.calculus import (
    BigSum,
    Equation,
    Partial,
    abbreviations,
    definitions_of,
    fresh_index,
    indices_of,
)
from symgd.terms.conditions import RELATIONS, Case, Cases, Comparison, Junction, Otherwise, Sign
from symgd.terms.leaves import (
    CONSTANTS,
    Abbreviation,
    Constant,
    Delta,
    Indexed,
    Number,
    Symbol,
    is_number,
    number,
)
from symgd.terms.term import Path, Term, Variable, each_term

__all__ = [
    "CONSTANTS",
    "RELATIONS",
    "Abbreviation",
    "BigSum",
    "Call",
    "Case",
    "Cases",
    "Comparison",
    "Constant",
    "Delta",
    "Equation",
    "Fraction",
    "Indexed",
    "Junction",
    "Negative",
    "Number",
    "Otherwise",
    "Partial",
    "Path",
    "Power",
    "Product",
    "Sign",
    "Sum",
    "Symbol",
    "Term",
    "Variable",
    "abbreviations",
    "call",
    "definitions_of",
    "each_term",
    "factors_of",
    "fresh_index",
    "indices_of",
    "is_number",
    "number",
    "product_of",
    "sum_of",
    "terms_of",
]
