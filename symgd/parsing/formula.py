"""Formula text to Term, without ever running it.

Python's own grammar, through `ast`, gives the tree of what `SourceReader` makes of the text. Only the node kinds in
`visit` are read; all others are errors. Length, depth and the growth of integers are bounded before any value is computed.
"""

from __future__ import annotations

import ast
import fractions
from collections.abc import Collection, Mapping
from functools import lru_cache
from unicodedata import combining, normalize

import sympy

from symgd import terms as nt
from symgd.parsing.source import CHOICES, MAX_DEPTH, PIECEWISE, SourceReader
from symgd.parsing.tokens import RAISED, Token, expect_text, is_letter, spelled
from symgd.terms.exact import MAX_BITS, exact_number
from symgd.terms.function import Function
from symgd.terms.functions import FUNCTIONS, SHORTHANDS
from symgd.terms.indices import check_indices, with_indices
from symgd.terms.size import MAX_TERMS, TooLarge, expect_size

MAX_DIGITS = 400

CONSTANT_NAMES = ("pi", "e", "E")
_ALWAYS = ("otherwise", "True")

_COMPARISONS: Mapping[type[ast.cmpop], nt.Sign] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


def parse(
    text: str,
    *,
    constants: Collection[str] = CONSTANT_NAMES,
    functions: Mapping[str, Function] = FUNCTIONS,
) -> nt.Term:
    """Read a formula as people type it.

    Parameters
    ----------
    text : str
        Numbers, names, ``+ - * / ^ **``, parentheses, ``|x|``, ``x!``, products such as ``2x``, and the functions of
        `functions.FUNCTIONS` (``ln``, ``arcsin`` and the like are accepted). ``sum(w[j]*x[j], j, p)`` is Σ over j = 1 … p, and ``w_j`` is ``w[j]`` in it. Cases are ``a if x > 0 else b`` or ``piecewise((a, x > 0), (b, otherwise))``.
        A name is letters (Greek ones too), digits and underscores.
    constants : collection of str
        The names that may mean a constant: "pi" does wherever it stands, "e" where it is nothing but the base of
        powers whose exponents are not plain numbers. Leave one out to use it as a parameter.
    functions : mapping of str to Function
        What may be called: ``{**FUNCTIONS, "bump": Function("bump", ...)}`` has one more.

    Returns
    -------
    Term
        In the writer's order and shape.

    Raises
    ------
    FormulaError
        With the position, what was found, and what to write.

    Examples
    --------
    >>> parse("y - (m*x + b)").value
    -b - m*x + y
    """
    expect_text(text, "m*x + b")
    return FormulaReader(text, constants, functions).term()


@lru_cache(maxsize=512)
def parse_condition(text: str) -> nt.Term:
    """Read a condition, such as "u > 0"."""
    reader = FormulaReader(text, CONSTANT_NAMES, FUNCTIONS)
    return reader.condition(reader.tree(), 0)


class FormulaReader(SourceReader):
    """Makes a Term of the syntax tree."""

    def __init__(
        self, text: str, constants: Collection[str], functions: Mapping[str, Function]
    ) -> None:
        super().__init__(text, functions)
        self.constants = constants

    def term(self) -> nt.Term:
        term = self.visit(self.tree(), 0)
        for name in ("e", "E"):
            term = with_exponentials(term, name) if name in self.constants else term
        term = with_indices(term)
        check_indices(term)
        return term

    def visit(self, node: ast.AST, depth: int) -> nt.Term:
        position = self.position_of(node)
        self.expect_depth(depth, position)
        match node:
            case ast.Name():
                return self.leaf(self.tokens[int(node.id[1:-1])])
            case ast.UnaryOp(op=ast.USub()):
                return nt.Negative(self.visit(node.operand, depth + 1))
            case ast.UnaryOp(op=ast.UAdd()):
                return self.visit(node.operand, depth + 1)
            case ast.BinOp():
                return self.operation(node, depth, position)
            case ast.Subscript(value=ast.Name() as name):
                return self.entry(self.tokens[int(name.id[1:-1])], node.slice)
            case ast.Call(func=ast.Name() as name, keywords=[]):
                return self.call(self.tokens[int(name.id[1:-1])], node.args, depth, position)
            case ast.IfExp():
                return self.cases([(node.body, node.test), (node.orelse, None)], depth)
            case ast.Compare() | ast.BoolOp():
                cause = "a comparison is not a number"
                raise self.error(cause, 'write cases as "a if x > 0 else b"', position)
            case ast.Tuple() if node.elts:
                raise self.error(
                    "a comma stands between two formulas",
                    'write decimals with a point, "0.5", and commas only inside a function\'s parentheses',
                    self.comma_after(node.elts[0]),
                )
        raise self.error("here a formula is missing", "write a number or a name", position)

    def call(self, token: Token, args: list[ast.expr], depth: int, position: int) -> nt.Term:
        name = "sqrt" if token.text == "√" else self.aliases.get(token.text, token.text)
        if token.text in PIECEWISE:
            return self.cases([self.pair(arg) for arg in args], depth)
        if name == "sum":
            return self.big_sum(args, depth, position)
        if name in CHOICES and len(args) == 3:
            return self.cases([(args[1], args[0]), (args[2], None)], depth)
        if name in SHORTHANDS:
            self.expect_count(token, len(args), *SHORTHANDS[name][:1], position)
            parts: dict[nt.Term, nt.Term] = {
                nt.Symbol(u): self.visit(a, depth + 1) for u, a in zip("uv", args, strict=False)
            }
            meant = parse(SHORTHANDS[name][1], constants=()).substitute(parts)
            self.expect_value(token, meant, position)
            return meant
        if name not in self.functions:
            raise self.not_a_function(token)
        declared = self.functions[name]
        if not (name == "log" and len(args) == 2):
            self.expect_count(token, len(args), declared.arity, position)
        own = None if declared is FUNCTIONS.get(name) else declared
        term = nt.Call(name, tuple(self.visit(arg, depth + 1) for arg in args), own)
        self.expect_value(token, term, position)
        return term

    def expect_count(self, token: Token, count: int, arity: int | None, position: int) -> None:
        if count == arity or (arity is None and count >= 2):
            return
        wanted = {None: "two or more", 1: "one", 2: "two", 3: "three"}[arity]
        wanted += " formula" if arity == 1 else " formulas"
        remedy = f"it takes {wanted}" + ", with commas between them" * (arity != 1)
        if is_letter(token.text):
            remedy += f'; for a product write "{token.text}*("'
        raise self.error(f'"{token.text}" has {count} in its parentheses', remedy, position)

    def expect_value(self, token: Token, term: nt.Term, position: int) -> None:
        """Refuse what SymPy would work out for hours, and what has no value."""
        for part in term.parts():
            self.bound(part, position)
        if not term.names and term.value.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo):
            raise self.error(f'"{token.text}" has no value here', "change its arguments", position)

    def pair(self, node: ast.expr) -> tuple[ast.expr, ast.expr | None]:
        """One case of piecewise(…): (formula, condition), or a formula alone for all other cases."""
        if isinstance(node, ast.Tuple) and len(node.elts) == 2:
            return node.elts[0], node.elts[1]
        return node, None

    def cases(self, pairs: list[tuple[ast.expr, ast.expr | None]], depth: int) -> nt.Term:
        """The cases; an `else` that has cases of its own continues the list."""
        found: list[nt.Case] = []
        for number, (body, test) in enumerate(pairs):
            condition = nt.Otherwise() if test is None else self.condition(test, depth + 1)
            last = isinstance(condition, nt.Otherwise)
            if last and number < len(pairs) - 1:
                position = self.position_of(body)
                cause = "the cases after this one are never reached"
                raise self.error(cause, "put it last", position)
            term = self.visit(body, depth + 1)
            if last and isinstance(term, nt.Cases):
                found += term.cases
            else:
                found.append(nt.Case(term, condition))
        return nt.Cases(tuple(found))

    def condition(self, node: ast.expr, depth: int) -> nt.Term:
        match node:
            case ast.Name() if self.tokens[int(node.id[1:-1])].text in _ALWAYS:
                return nt.Otherwise()
            case ast.BoolOp():
                parts = tuple(self.condition(value, depth + 1) for value in node.values)
                return nt.Junction("and" if isinstance(node.op, ast.And) else "or", parts)
            case ast.Compare() if all(type(op) in _COMPARISONS for op in node.ops):
                sides = [self.visit(side, depth + 1) for side in (node.left, *node.comparators)]
                rows = zip(sides, node.ops, sides[1:], strict=False)
                chain = tuple(nt.Comparison(a, _COMPARISONS[type(op)], b) for a, op, b in rows)
                for comparison in chain:
                    self.bound(comparison, self.position_of(node))
                return chain[0] if len(chain) == 1 else nt.Junction("and", chain)
        position = self.position_of(node)
        raise self.error("here a condition is missing", 'write one such as "x > 0"', position)

    def entry(self, token: Token, inside: ast.expr) -> nt.Term:
        """An entry of a vector, w[j], or of a table, x[i, j]."""
        name = self.leaf(token)
        indices = inside.elts if isinstance(inside, ast.Tuple) else [inside]
        if not isinstance(name, nt.Symbol):
            raise self.error(f'"{token.text}" has no entries', "write another name", token.start)
        return nt.Indexed(name.name, tuple(self.index(index) for index in indices))

    def index(self, node: ast.expr) -> str:
        """The name of an index."""
        index = self.leaf(self.tokens[int(node.id[1:-1])]) if isinstance(node, ast.Name) else None
        if not isinstance(index, nt.Symbol):
            remedy = 'write "w[j]", or for a product a sign before the bracket, "w*[a + b]"'
            if isinstance(index, nt.Number):
                remedy = f'write "w[j]", or for a parameter of its own "p_{index.number}"'
            raise self.error("an index is a letter, such as j", remedy, self.position_of(node))
        return index.name

    def big_sum(self, args: list[ast.expr], depth: int, position: int) -> nt.Term:
        """sum(f, j, p) is Σ over j = 1 … p; sum(f, j, 0, p) begins at 0."""
        if len(args) not in (3, 4):
            remedy = (
                'write what is summed, its index, and what that goes to, "sum(w[j]*x[j], j, p)"'
            )
            raise self.error(f'"sum" has {len(args)} in its parentheses', remedy, position)
        body, index = self.visit(args[0], depth + 1), self.index(args[1])
        bounds = [self.last_index(arg, depth + 1) for arg in args[2:]]
        lower, upper = (nt.number(1), *bounds)[-2:]
        ends = [t.number for t in (lower, upper) if isinstance(t, nt.Number)]
        if len(ends) == 2 and not 0 <= ends[1] - ends[0] < MAX_TERMS:
            cause = f"this sum would have {max(0, ends[1] - ends[0] + 1)} terms"
            remedy = f"sum to a name, p, or over at most {MAX_TERMS} terms"
            raise self.error(cause, remedy, position)
        return nt.BigSum(body, index, upper, lower)

    def last_index(self, node: ast.expr, depth: int) -> nt.Term:
        """A bound of a sum: a name, a whole number, or one more or less."""
        bound = self.visit(node, depth)
        parts = [t.term if isinstance(t, nt.Negative) else t for t in nt.terms_of(bound)]
        for part in parts:
            whole = isinstance(part, nt.Number) and part.number.denominator == 1
            if not whole and not isinstance(part, nt.Symbol):
                cause = "a sum counts to a name or a whole number"
                raise self.error(cause, 'write "sum(w[j], j, p)"', self.position_of(node))
        return bound

    def leaf(self, token: Token) -> nt.Term:
        if token.kind == "raised":
            return nt.number(int(RAISED[token.text]))
        if token.kind == "number":
            return self.number(token)
        name = spelled(token.text)
        if name == "pi" and "pi" in self.constants:
            return nt.Constant("pi")
        if (name in self.functions or name in self.aliases) and not is_letter(name):
            raise self.error(f'"{name}" is a function', f'write "{name}(...)"', token.start)
        plain = "".join(c for c in normalize("NFD", name) if not combining(c))
        if plain != name and plain.isascii():
            cause = f'the name "{token.text}" has an accent, and accents are not read'
            raise self.error(cause, f'write it without: "{plain}"', token.start)
        if not name.isascii():
            cause = f'the name "{token.text}" has a letter that is neither Latin nor Greek'
            raise self.error(cause, "write it with Latin letters, digits and _", token.start)
        return nt.Symbol(name)

    def number(self, token: Token) -> nt.Number:
        mantissa, _, exponent = token.text.lower().partition("e")
        if len(mantissa) > MAX_DIGITS or abs(int(exponent or 0)) > MAX_DIGITS:
            cause = "this number is too long"
            raise self.error(cause, f"use at most {MAX_DIGITS} digits", token.start)
        value = fractions.Fraction(token.text)
        return nt.number(value, decimal=value.denominator > 1)

    def operation(self, node: ast.BinOp, depth: int, position: int) -> nt.Term:
        """What signs in a row come to; however many terms a sum has, it is not deep."""
        links = [(node, depth)]
        while isinstance(left := links[-1][0].left, ast.BinOp):
            node, depth = links[-1]
            goes_on = _chain_of(left) is _chain_of(node) is not None
            deeper = 0 if goes_on and not self.is_parenthesised(left) else 1
            links.append((left, self.expect_depth(depth + deeper, position)))
        term = self.visit(left, links[-1][1] + 1)
        while links:
            node, depth = links.pop()
            kind = _chain_of(node)
            if kind is None:
                term = self.pair_of(node, term, self.visit(node.right, depth + 1), position)
            else:
                joined = isinstance(term, kind) and not self.is_parenthesised(node.left)
                parts = [*term.children] if joined else [term]
                parts.append(self.part(node, depth))
                while links and links[-1][1] == depth:
                    node, _ = links.pop()
                    parts.append(self.part(node, depth))
                term = kind(tuple(parts))
            self.bound(term, position)
        return term

    def part(self, node: ast.BinOp, depth: int) -> nt.Term:
        """A later term of a sum, or factor of a product."""
        term = self.visit(node.right, depth + 1)
        return nt.Negative(term) if isinstance(node.op, ast.Sub) else term

    def pair_of(self, node: ast.BinOp, left: nt.Term, right: nt.Term, position: int) -> nt.Term:
        """A fraction or a power."""
        match node.op:
            case ast.Div() if exact_number(right) == 0:
                raise self.error("this divides by zero", "change the denominator", position)
            case ast.Div():
                return nt.Fraction(left, right)
            case ast.Pow():
                return nt.Power(left, right)
        raise self.error("this sign is not part of a formula", "use + - * / ^", position)

    def is_parenthesised(self, node: ast.AST) -> bool:
        """Whether the writer put it in parentheses: (a + b) + c is a sum in a sum."""
        start, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", 0)
        before, after = self.source[max(start - 2, 0) : start], self.source[end : end + 2]
        return before.startswith("(") and after.endswith(")")

    def expect_depth(self, depth: int, position: int) -> int:
        """The same depth, if it is not too deep."""
        if depth > MAX_DEPTH * 4:
            raise self.error("the formula is nested too deeply", "write less nested", position)
        return depth

    def bound(self, term: nt.Term, position: int) -> None:
        """Refuse numbers that would grow without bound, and division by a zero that is written out."""
        try:
            exact_number(term)
            sized = isinstance(term, nt.Power | nt.Call | nt.Comparison)
            if sized or any(not t.names and exact_number(t) is None for t in term.children):
                expect_size(term)
        except TooLarge as failure:
            raise self.error(failure.cause, failure.remedy, position) from None
        except OverflowError:
            cause = f"this number has more than {MAX_BITS} bits"
            raise self.error(cause, "use a smaller exponent", position) from None
        except ZeroDivisionError:
            raise self.error("this divides by zero", "change the denominator", position) from None


def _chain_of(node: ast.BinOp) -> type[nt.Sum] | type[nt.Product] | None:
    """What further terms or factors join; of fractions and powers there is none."""
    match node.op:
        case ast.Add() | ast.Sub():
            return nt.Sum
        case ast.Mult():
            return nt.Product
    return None


def with_exponentials(term: nt.Term, name: str) -> nt.Term:
    """`term` with exp(z) for e^z, if `name` is nothing but the base of such powers, else as it is."""
    euler = nt.Symbol(name)

    def exponential(part: nt.Term) -> nt.Term | None:
        raised = isinstance(part, nt.Power) and part.base == euler
        return nt.call("exp", part.children[1]) if raised else None

    powers = [
        t
        for t in term.parts()
        if isinstance(t, nt.Power) and t.base == euler and exact_number(t.exponent) is None
    ]
    if not powers or sum(t == euler for t in term.parts()) > len(powers):
        return term
    return term.rewrite(exponential)
