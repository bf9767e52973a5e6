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

from symgd.terms.algebra import Call as Call
from symgd.terms.algebra import Fraction as Fraction
from symgd.terms.algebra import Negative as Negative
from symgd.terms.algebra import Power as Power
from symgd.terms.algebra import Product as Product
from symgd.terms.algebra import Sum as Sum
from symgd.terms.algebra import added as added
from symgd.terms.algebra import call as call
from symgd.terms.algebra import factors_of as factors_of
from symgd.terms.algebra import minus as minus
from symgd.terms.algebra import multiplied as multiplied
from symgd.terms.algebra import negated as negated
from symgd.terms.algebra import product_of as product_of
from symgd.terms.algebra import signed_as as signed_as
from symgd.terms.algebra import squared as squared
from symgd.terms.algebra import sum_of as sum_of
from symgd.terms.algebra import terms_of as terms_of
from symgd.terms.algebra import unsigned as unsigned
from symgd.terms.calculus import BigSum as BigSum
from symgd.terms.calculus import Equation as Equation
from symgd.terms.calculus import Partial as Partial
from symgd.terms.calculus import abbreviations as abbreviations
from symgd.terms.calculus import definitions_of as definitions_of
from symgd.terms.calculus import fresh_index as fresh_index
from symgd.terms.calculus import holds_partial as holds_partial
from symgd.terms.calculus import indices_of as indices_of
from symgd.terms.conditions import RELATIONS as RELATIONS
from symgd.terms.conditions import Case as Case
from symgd.terms.conditions import Cases as Cases
from symgd.terms.conditions import Comparison as Comparison
from symgd.terms.conditions import Junction as Junction
from symgd.terms.conditions import Otherwise as Otherwise
from symgd.terms.conditions import Sign as Sign
from symgd.terms.leaves import CONSTANTS as CONSTANTS
from symgd.terms.leaves import Abbreviation as Abbreviation
from symgd.terms.leaves import Constant as Constant
from symgd.terms.leaves import Delta as Delta
from symgd.terms.leaves import Indexed as Indexed
from symgd.terms.leaves import Number as Number
from symgd.terms.leaves import Symbol as Symbol
from symgd.terms.leaves import is_number as is_number
from symgd.terms.leaves import number as number
from symgd.terms.term import Path as Path
from symgd.terms.term import Term as Term
from symgd.terms.term import Variable as Variable
from symgd.terms.term import each_term as each_term
