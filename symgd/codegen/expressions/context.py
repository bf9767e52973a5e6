"""The names of one generated module, which collide with nothing, and what its templates are filled with."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count

from symgd import terms as nt
from symgd.codegen.expressions.expressions import ExpressionWriter
from symgd.codegen.expressions.layout import WIDTH, is_one_call
from symgd.codegen.program.program import Local, Program, is_array
from symgd.errors import GenerationError
from symgd.problem.problem import Problem
from symgd.registry.registry import FrozenMap
from symgd.terms.function import Target

LONGEST = 40
# Every name that a generated module uses by itself; a test reads the generated modules and keeps this complete.
_OWN = """
    agree Ahead Any ahead ahead_at_kinks ahead_by_differences ahead_by_hessian ahead_of_squares anchor annotations argparse arguments
    array ArrayLike asked backtracking before best BLOCK Bowl bowl bowl_course by_summary Callable ceiling cell
    cells chosen CLOSE column COLUMNS columns constant converged cost cost_and_gradient CostAndGradient Course
    course csv curvature delimiter descend Descent direct distance Ending ending EPSILON error Evaluate evaluate
    FAR FEATURES FEW few file Fill fill first first_rate flag flags FloatArray found gradient has_arrived has_faded header
    high HUGE inputs IntArray kind kind_of largest last learning_rate Least least Limits limits line lines
    loaded LONE Look look made main many Mapping math matrix max_iter message MISSED most MOST_LEFT MOST_NUMBERS most_steps
    move moved moves name NamedTuple names NDArray new NOISE NOTHING norm NoSummary not_yet np number old options
    outcome pairs BENT ROUND UPRIGHT PARAMETERS parameters parser part partial parts path piece PILOT pilot_triangle place places
    point POWERS predict prediction previous psi pulls quiet rank rate rates reached remedy residual RISE root rounding
    Row row rows said Sequence shift SHOWN SHRINK shrinking sizes slope slopes some_rows squares Standing start
    STAYS Step step Stepped steps stretch Stride summarised summary sys table terms Tests tests text Throw
    throw_in thrown title titles told tolerance trace TraceRows triangle trouble TypeAlias typing unstable
    update v value Values values walk wanted Way way where writer kept sums numbers MISSING REMOVE
    NOT_REAL Burst burst due Leapt leapt sides stop watch PENALTIES Below put_below
    known of_few counts weighed across weighted roots
    Advance advance AT_ONCE beyond by has_moved
    is_least Made rate_on_bowl rises Squares Steps steps_at_once steps_one_by_one Trace
    ended Over over_plateau course_past_kinks Stopped stopped walk_on_squares products_of_table fill_at by_products by_qr Factor Products
    MEANT_FOR fits looked os DOWN falls_on goes_down rose log1p_total LOG_ROWS LOG_FACTORS LOG_LEAST groups factors
    SHORT BESIDE REACH LOST near
    NODES NEAR_ROWS TERMS UNIT Nodes Series nodes_of is_exp_slow exp_series exp_near nodes often Asked
"""
RESERVED = frozenset(_OWN.split()) | frozenset(dir(builtins)) | frozenset(keyword.kwlist)
RESERVED |= frozenset(keyword.softkwlist)
NO_PROGRAM = Program((), (), ())
RESULTS = ("residual", "prediction")  # names of our own that a part of the formula may have


class Names:
    """Gives each thing an identifier of its own, as near to its name as can be, and never a reserved one.

    Parameters
    ----------
    reserved, keywords : collection of str
        What a target's modules use by themselves, and what no name of its language can be.

    Examples
    --------
    >>> names = Names()
    >>> names.give("parameter", "lambda"), names.give("column", "x"), names.give("local", "x")
    ('lambda_', 'x', 'x_2')
    >>> names["parameter", "lambda"]
    'lambda_'
    """

    def __init__(
        self,
        reserved: Collection[str] = RESERVED,
        keywords: Collection[str] = keyword.kwlist,
    ) -> None:
        self._reserved, self._keywords = frozenset(reserved), frozenset(keywords)
        self._given: dict[tuple[str, str], str] = {}

    def __getitem__(self, key: tuple[str, str]) -> str:
        return self._given[key]

    def give(self, kind: str, name: str, *, own: bool = False) -> str:
        """The identifier for the `kind` of thing called `name`; with `own`, a reserved one may be given."""
        key = (kind, name)
        if key not in self._given:
            reserved = self._keywords if own else self._reserved
            self._given[key] = self._free(identifier(name), reserved)
        return self._given[key]

    def _free(self, wanted: str, reserved: frozenset[str]) -> str:
        taken = reserved | set(self._given.values())
        marked = [f"{wanted}_"] if wanted in reserved else []
        options = chain((wanted, *marked), (f"{wanted}_{number}" for number in count(2)))
        return next(name for name in options if name not in taken)


def identifier(name: str) -> str:
    """`name` with nothing in it but ASCII letters, digits and underscores, a letter first, and not too long."""
    cleaned = re.sub(r"[^A-Za-z0-9_]", "_", name)[:LONGEST].strip("_") or "name"
    return cleaned if cleaned[0].isalpha() else f"v_{cleaned}"


@dataclass(frozen=True)
class Manner:
    """How the code of a kind of file is written: its names, and how far its lines reach."""

    reserved: frozenset[str] = RESERVED
    keywords: frozenset[str] = frozenset(keyword.kwlist)  # what no name of the language can be
    count: str = "n"
    slope: str = "slope_{}"
    settings: bool = False  # whether they have names
    total: str = "_total"
    indent: int = 8
    width: int = WIDTH
    cuts: bool = False  # whether a long call is cut at its bracket, and not into parts with names
    called: Mapping[str, str] = FrozenMap()  # other names for parts


MODULES = Manner()


class Context:
    """A problem, its program where there is one, and an identifier for everything in it."""

    def __init__(
        self, problem: Problem, program: Program = NO_PROGRAM, manner: Manner = MODULES
    ) -> None:
        self.problem = problem
        self.program = program
        self.manner = manner
        self.names = Names(manner.reserved, manner.keywords)
        self.parameters = [self.names.give("parameter", name) for name in problem.parameters]
        self.columns = [self.names.give("column", name) for name in problem.columns]
        self.count = self.names.give("count", manner.count)
        slope = manner.slope
        self.slopes = [self.names.give("slope", slope.format(name)) for name in self.parameters]
        self.settings = {
            letter: self.names.give("setting", name.upper())
            for name, letter in problem.letters.items()
            if manner.settings
        }
        self.locals: dict[str, str] = {}
        for part in (*self.program.hoisted, *self.program.assignments):
            name = part.local.name
            wanted = manner.called.get(name, name)
            self.locals[name] = self.names.give("local", wanted, own=wanted in RESULTS)

    def identifier(self, term: nt.Term) -> str:
        """The identifier of a Symbol, Indexed or Local."""
        if isinstance(term, Local):
            return self.locals.get(term.name, term.name)
        assert isinstance(term, nt.Symbol | nt.Indexed)
        if isinstance(term, nt.Symbol) and term.name in self.problem.parameters:
            return self.names["parameter", term.name]
        if term.name in self.problem.columns:
            return self.names["column", term.name]
        if term.name == self.problem.notation.count:
            return self.count
        if term.name in self.settings:
            return self.settings[term.name]
        raise GenerationError(
            f'the name "{term.name}" has no value', "give it a role in the problem"
        )

    def local(self, name: str) -> Local:
        """A plain number that the module needs for itself."""
        local = Local(f"summary {name}", array=False)
        self.locals[local.name] = self.names.give("summary", name)
        return local

    def size_of(self, columns: str) -> str:
        """How much the rows of some columns count, as text: how many there are, or what their weights add up to."""
        weights = self.problem.weights
        if weights is None:
            return f"len({columns}[0])"
        return f"float({columns}[{self.problem.columns.index(weights)}].sum())"

    @property
    def _checked_columns(self) -> str:
        """The columns that a module's function is passed, looked at."""
        checked = f"_columns({', '.join(self.columns)})"
        if self.problem.loss.targets:
            checked = f"_fitting({checked})"
        return checked if self.problem.weights is None else f"_weighed({checked})"

    def filled(self, template: str, **parts: str) -> str:
        """A template with each ``<<key>>`` replaced once: by one of `parts`, or by this module's names."""
        parameters, columns, size = self.parameters, self.columns, self.size_of("columns")
        start = ",".join(f"{name}=0" for name in self.problem.parameters[:2])
        common = {
            "parameters": written_tuple(repr(name) for name in self.problem.parameters),
            "column_names": written_tuple(repr(name) for name in self.problem.columns),
            "columns": ", ".join(columns),
            "typed_columns": ", ".join(f"{name}: ArrayLike" for name in columns),
            "column_lines": ",\n    ".join(f"{name}: ArrayLike" for name in columns),
            "typed_arrays": ", ".join(f"{name}: FloatArray" for name in columns),
            "target": columns[-1] if columns else "",
            "checked_columns": self._checked_columns,
            "size": size,
            "size_as_float": f"float({size})" if self.problem.weights is None else size,
            "count": self.count,
            "unpack": unpacked(parameters, 4),
            "unpack_inside": unpacked(parameters, 8),
            "start": written_tuple(["0.0"] * len(parameters)),
            "start_text": start if len(start) <= 30 else "NAME=0",
        }
        given = {**common, **parts}
        return re.sub(r"<<(\w+)>>", lambda found: given[found.group(1)], template)


class Statements:
    """Assignments as lines of a function's body that fit the width; what does not is cut into parts with new names."""

    def __init__(
        self, context: Context, target: Target = "numpy", writer: ExpressionWriter | None = None
    ) -> None:
        self.context = context
        self.writer = writer or ExpressionWriter(context.identifier, self._total, target)
        self.of_javascript = target == "javascript"
        self.indent, self.width = " " * context.manner.indent, context.manner.width
        self.lines: list[str] = []
        self.parts = 0

    def assign(self, name: str, term: nt.Term) -> None:
        """Add ``name = term``."""
        line = f"{self.indent}{name} = {self.writer.text(term)}"
        if len(line) <= self.width or (self.context.manner.cuts and is_one_call(line, self.width)):
            self.lines.append(line)
        elif isinstance(term, nt.Sum):
            self._assign_sum(name, term)
        else:
            self._assign_parts(name, term)

    def _assign_sum(self, name: str, term: nt.Sum) -> None:
        """One term a line."""
        room = self.width - len(self.indent) - 8
        long = (child for child in term.terms if len(self.writer.text(nt.unsigned(child))) > room)
        parts = {child: nt.signed_as(child, self._part(nt.unsigned(child))) for child in long}
        rows = self.writer.terms(nt.Sum(tuple(parts.get(child, child) for child in term.terms)))
        joined = " ".join(rows)
        one = f"{self.indent}{name} = {joined}"
        ends = self.context.manner.cuts and joined[-1] == ")"
        two = len(rows) == 2 and (ends or (joined[0] == "(" and not self.of_javascript))
        if len(one) <= self.width or two:  # one of two is cut at its own bracket
            self.lines.append(one)
            return
        inside = [joined] if len(self.indent) + 4 + len(joined) <= self.width else rows
        inside = [f"{self.indent}    {row}" for row in inside]
        self.lines += [f"{self.indent}{name} = (", *inside, f"{self.indent})"]

    def _assign_parts(self, name: str, term: nt.Term) -> None:
        """The longest parts get names of their own until the rest fits."""
        while len(f"{self.indent}{name} = {self.writer.text(term)}") > self.width:
            paths = [path for path in parts_of(term) if term.at(path).children]
            if not paths:
                # Only names and numbers are left: halves of a long product.
                half = len(term.children) // 2
                if not isinstance(term, nt.Product) or half < 1:
                    break
                front = self._part(nt.product_of(term.factors[:half]))
                term = nt.Product((front, *term.factors[half:]))
                continue
            longest = max(paths, key=lambda path: len(self.writer.text(term.at(path))))
            term = term.replace(longest, self._part(term.at(longest)))
        self.lines.append(f"{self.indent}{name} = {self.writer.text(term)}")

    def _total(self, writer: ExpressionWriter, body: nt.Term) -> str:
        return f"{self.context.manner.total}({writer.text(body)})"

    def _part(self, term: nt.Term) -> Local:
        self.parts += 1
        local = Local(f"part {self.parts}", is_array(term))
        name = self.context.names.give("local", local.name)
        self.context.locals[local.name] = name
        self.assign(name, term)
        return local


def parts_of(term: nt.Term, path: nt.Path = ()) -> Iterator[nt.Path]:
    """The paths of the next parts of `term` that have a value: in cases, their bodies and what is compared."""
    for number, child in enumerate(term.children):
        if isinstance(child, nt.Case | nt.Comparison | nt.Junction | nt.Otherwise):
            yield from parts_of(child, (*path, number))
        else:
            yield (*path, number)


def written_tuple(items: Iterable[str]) -> str:
    """Items as a tuple's text, with the quotes that a formatter prefers."""
    written = [item.replace("'", '"') for item in items]
    return f"({', '.join(written)}{',' if len(written) == 1 else ''})"


def unpacked(names: Sequence[str], indent: int) -> str:
    """The left-hand side that takes a sequence apart; a long one has a name a line."""
    written = ", ".join(names)
    if len(names) == 1:
        return f"({written},)"
    if len(written) <= 60:
        return written
    space = " " * indent
    return "(\n" + "".join(f"{space}    {name},\n" for name in names) + f"{space})"
