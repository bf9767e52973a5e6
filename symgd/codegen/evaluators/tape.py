"""Tape: assignments over whole arrays as calls of NumPy, one operation each, into arrays that are there already.

Laws
----
- the numbers are those of the text that is taken apart, to the last bit: the same operations in the same order, but for
  signs, which move outwards without rounding
- an array is written again as soon as nothing needs what it holds
- a near exponential has two ways: its series, and where there is none, the operations of its text

Blocks of some thousand rows stay in the cache only where the same few arrays are written again and again.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

# Functions of NumPy that take an array to write into.
_CALLS = """
    abs arccos arccosh arcsin arcsinh arctan arctan2 arctanh cos cosh exp heaviside log log1p maximum minimum sign sin
    sinh sqrt tan tanh
"""
CALLS = frozenset(_CALLS.split())


@dataclass(frozen=True)
class Cell:
    """A value of the tape, by its number; `minus` where it stands for what is held with the other sign."""

    number: int
    minus: bool = False


# Sums of one array, and those of a product.
TOTALS = {"_total({})": "_dot({}, {})", "-_total({})": "-_dot({}, {})"}
ONE_CALL = ("_total({})", "_dot({}, {})")
OPERATIONS = ("add", "divide", "multiply", "negative", "square", "subtract")


# What a near exponential is worked out from: the names of its series, and of the rows' offsets and places.
Near: TypeAlias = tuple[str, str, str]
# A call that has places for arrays, and the texts of these.
Piece: TypeAlias = tuple[str, Sequence[str]]
# An array on the tape, or the text of a plain number.
Operand: TypeAlias = Cell | str


@dataclass
class Operation:
    """What is done: `into` is the cell that is written, none for the total of an array."""

    template: str  # with a place for each operand
    operands: list[Operand]
    into: int | None = None
    fresh: bool = False  # whether it makes an array of its own
    name: str = ""
    is_total: bool = False
    near: Near | None = None  # the near exponential that it is a part of
    ends: bool = False  # and is the last of


@dataclass(frozen=True)
class TapeLine:
    """What is done, as text; `name` is what its result is called, where that is no array that is there already.

    `unless` names a series in whose place the line stands, and the last of such lines has what is done `instead`.
    """

    text: str
    name: str = ""
    is_total: bool = False
    is_one_call: bool = False
    unless: str = ""
    instead: str = ""

    def plain(self) -> str:
        """The line, where a total is a number."""
        return f"{self.name} = {self.text}" if self.name else self.text

    def into_places(self) -> str:
        """The line, where each total has a place to write it into."""
        if not self.is_total:
            return self.plain()
        if self.is_one_call:
            return f"{self.text.removesuffix(')')}, out={self.name})"
        return f"{self.name}[...] = {self.text}"


@dataclass
class Tape:
    """Takes lines apart; `arrays` are the names that stand for arrays, `given` those that are passed.

    `near` has the near exponentials by their texts.
    """

    arrays: set[str]
    near: Mapping[str, Near] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    cells: dict[str, Cell] = field(default_factory=dict)
    given: dict[int, str] = field(default_factory=dict)
    many: int = 0

    def __post_init__(self) -> None:
        for name in sorted(self.arrays):
            self.cells[name] = self._cell()
            self.given[self.cells[name].number] = name

    def _cell(self) -> Cell:
        self.many += 1
        return Cell(self.many - 1)

    def assign(self, name: str, text: str) -> None:
        """Add ``name = text``."""
        operand = self._operand(_parsed(text))
        if isinstance(operand, Cell):
            self.cells[name] = operand
        else:
            self.operations.append(Operation("{}", [operand], name=name))

    def total(self, name: str, pieces: Iterable[Piece]) -> None:
        """Add ``name = piece + piece``, a number: calls that have places for arrays."""
        written: list[str] = []
        operands: list[Operand] = []
        for call, texts in pieces:
            cells = [self._operand(_parsed(text)) for text in texts]
            minus = "-" if sum(map(_has_minus, cells)) % 2 else "+"
            written += [minus, call]
            operands += map(_bare, cells)
        text = " ".join(written).removeprefix("+ ").replace("- ", "-", written[0] == "-")
        self.operations.append(Operation(text, operands, name=name, is_total=True))

    # -- one operation after the other -----------------------------------------------------------

    def _is_array(self, node: ast.AST) -> bool:
        return any(isinstance(part, ast.Name) and part.id in self.cells for part in ast.walk(node))

    def _operand(self, node: ast.expr) -> Operand:
        if not self._is_array(node):
            return _text(node)
        found = self.known(node)
        return self._other(node) if found is None else found

    def known(self, node: ast.expr) -> Operand | None:
        """What stands for an array; None where there is no operation that writes into another."""
        match node:
            case ast.Name(id=name):
                return self.cells[name]
            case ast.UnaryOp(op=ast.USub(), operand=inside):
                return _negated(self._operand(inside))
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as sign, right=right):
                minus = isinstance(sign, ast.Sub)
                return self._sum(self._operand(left), self._operand(right), minus)
            case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as sign, right=right):
                name = "multiply" if isinstance(sign, ast.Mult) else "divide"
                return self._product(name, self._operand(left), self._operand(right))
            case ast.BinOp(left=base, op=ast.Pow(), right=ast.Constant(value=2)):
                return self._called("square", [_bare(self._operand(base))])
            case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr=name), args=arguments):
                if name in CALLS:
                    begun = len(self.operations)
                    found = self._called(name, [self._plain(self._operand(a)) for a in arguments])
                    self._mark(self.near.get(ast.unparse(node)), self.operations[begun:])
                    return found
        return None

    def _mark(self, near: Near | None, made: Sequence[Operation]) -> None:
        """Say of operations that they are a near exponential's, where they are."""
        for operation in made if near is not None and len(made) > 1 else ():
            operation.near, operation.ends = near, operation is made[-1]

    def _plain(self, operand: Operand) -> Operand:
        """The operand as a value that is held with its own sign."""
        if isinstance(operand, Cell) and operand.minus:
            return self._called("negative", [Cell(operand.number)])
        return operand

    def _sum(self, left: Operand, right: Operand, minus: bool) -> Operand:
        """left + right, or left − right: of two values with their signs."""
        lost, other = _has_minus(left), minus != _has_minus(right)
        bare = [_bare(left), _bare(right)]
        if lost and other:  # −u − v = −(u + v)
            return _negated(self._called("add", bare))
        if lost:  # −u + v = v − u
            return self._called("subtract", bare[::-1])
        return self._called("subtract" if other else "add", bare)

    def _product(self, name: str, left: Operand, right: Operand) -> Operand:
        found = self._called(name, [_bare(left), _bare(right)])
        return _negated(found) if _has_minus(left) != _has_minus(right) else found

    def _called(self, name: str, operands: list[Operand]) -> Cell:
        into = self._cell()
        places = ", ".join("{}" for _ in operands)
        self.operations.append(Operation(f"_{name}({places}, out={{}})", operands, into.number))
        return into

    def _other(self, node: ast.expr) -> Operand:
        """What has no place to write into: its parts first, and then a new array."""
        places = _Places(self)
        template, into = _text(places.visit(node)), self._cell()
        self.operations.append(Operation(template, places.operands, into.number, fresh=True))
        return into

    def placed(self, node: ast.AST) -> Operand | None:
        """The array that stands for a part of what has no place to write into; None where it has parts itself."""
        if not (isinstance(node, ast.expr) and self._is_array(node)):
            return None
        found = self.known(node)
        return None if found is None else self._plain(found)

    # -- with arrays to write into ---------------------------------------------------------------

    def _sum_products(self) -> None:
        """Sum what is a product of two arrays while it is made, by one dot product: summing it after takes twice as long."""
        for total in [made for made in self.operations if made.template in TOTALS]:
            (summed,) = total.operands
            for place, made in enumerate(self.operations):
                if isinstance(summed, Cell) and made.into == summed.number and _is_product(made):
                    self.operations.remove(total)
                    total.template = TOTALS[total.template]
                    total.operands = [*made.operands]
                    self.operations.insert(place, total)
                    break

    def written(self, naming: Callable[[str], str]) -> tuple[list[TapeLine], list[str]]:
        """The lines, and the names of the arrays to write into; `naming` makes names that nothing else has."""
        self._sum_products()
        last: dict[int, int] = {}
        for place, operation in enumerate(self.operations):
            for operand in operation.operands:
                if isinstance(operand, Cell):
                    last[operand.number] = place
        where, free, buffers, lines = dict(self.given), list[str](), list[str](), list[TapeLine]()
        for place, operation in enumerate(self.operations):
            texts = [
                where[operand.number] if isinstance(operand, Cell) else operand
                for operand in operation.operands
            ]
            ended = {
                operand.number
                for operand in operation.operands
                if isinstance(operand, Cell) and last[operand.number] == place
            }
            ended_in = [where[number] for number in ended if where[number] in buffers]
            if not operation.ends:  # a series needs an array beside the one that it is written into
                free += ended_in
            if operation.into is None:
                text, is_one_call = (
                    operation.template.format(*texts),
                    operation.template in ONE_CALL,
                )
                lines.append(TapeLine(text, operation.name, operation.is_total, is_one_call))
            elif operation.fresh:
                where[operation.into] = made = naming(f"made_{place}")
                lines.append(TapeLine(operation.template.format(*texts), made))
            else:
                if not free:
                    buffers.append(naming(f"kept_{len(buffers)}"))
                    free.append(buffers[-1])
                where[operation.into] = into = free.pop()
                unless, instead = "", ""
                if operation.near is not None:
                    unless, *rows = operation.near
                    if operation.ends:
                        instead = f"exp_near({', '.join((unless, *rows, *texts))}, out={into})"
                        free += ended_in
                text = operation.template.format(*texts, into)
                lines.append(TapeLine(text, unless=unless, instead=instead))
        return lines, buffers


class _Places(ast.NodeTransformer):
    """Puts a place for an operand where an array stands that the tape knows."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.operands: list[Operand] = []

    def visit(self, node: ast.AST) -> ast.AST:
        operand = self.tape.placed(node)
        if operand is None:
            return self.generic_visit(node)
        self.operands.append(operand)
        return ast.Name(id="{}")


def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _text(node: ast.AST) -> str:
    """The node as text; a whole number as a float, which is the faster of the two."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return repr(float(node.value))
    return ast.unparse(node)


def _is_product(made: Operation) -> bool:
    return made.template.startswith("_multiply(") and all(
        isinstance(o, Cell) for o in made.operands
    )


def _has_minus(operand: Operand) -> bool:
    return isinstance(operand, Cell) and operand.minus


def _bare(operand: Operand) -> Operand:
    """The operand without its sign."""
    return Cell(operand.number) if isinstance(operand, Cell) else operand


def _negated(operand: Operand) -> Operand:
    assert isinstance(operand, Cell)
    return Cell(operand.number, not operand.minus)
