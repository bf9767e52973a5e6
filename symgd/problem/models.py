"""Model: a prediction formula, with names for its inner functions where the writer gives them; and what its names are.

``h = a*x + b; sigmoid(h)`` is read statement by statement, each on a line of its own or after a semicolon. A name
may be used in the statements below its own; the last one is the prediction, with the target's name before it or not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from symgd.errors import FormulaError, ProblemError, counted, either, parameter
from symgd.parsing.formula import CONSTANT_NAMES, parse
from symgd.parsing.tokens import expect_text
from symgd.terms import Abbreviation, Indexed, Sum, Symbol, Term, indices_of
from symgd.terms.function import Function
from symgd.terms.functions import FUNCTIONS
from symgd.terms.indices import Range, counts, totals, vectors

# What everybody takes for an input when nothing is said, beside x itself.
_INPUT = re.compile(r"[xX]_?\d+")
# The sign of a definition, and not a part of <=, >=, == and !=.
# R writes y ~ a*x; in the braces of cases an "=" is a condition's.
_IS = re.compile(r"(?<![<>=!])=(?!=)(?![^{}]{0,200}\})|~")
_GOES_ON = tuple("+*/^,)·×÷")
_UNFINISHED = (*_GOES_ON[:-4], *"-−·×÷(", "=")

_TARGETS = either('target=["y1", "y2"]', "--target y1,y2, or in symgd fit --y y1 --y y2")
_INPUTS = either("inputs", "--inputs, or --x of symgd fit")


@dataclass(frozen=True)
class Model:
    """One prediction, or several scores, with as many targets; and what their formulas alone say."""

    predictions: tuple[Term, ...]
    targets: tuple[str, ...]
    inner: tuple[Abbreviation, ...] = field(compare=False)  # in the order of their definitions

    @property
    def prediction(self) -> Term:
        """What is predicted; of several scores the first."""
        return self.predictions[0]

    @property
    def target(self) -> str:
        """The name of what is predicted; of several the first."""
        return self.targets[0]

    @property
    def parts(self) -> tuple[Term, ...]:
        """The inner functions' definitions and the predictions, as they were written."""
        return (*(name.definition for name in self.inner), *self.predictions)

    @property
    def is_constant(self) -> bool:
        """Whether one name is predicted for every row: a mean, or by another loss a median."""
        return len(self.predictions) == 1 and isinstance(self.prediction, Symbol)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names that have a role, inputs and parameters, in the order in which the parts name them."""
        leaves = [t for part in self.parts for t in part.parts() if isinstance(t, Symbol | Indexed)]
        others = {*self.lengths, *self.bound}  # indices, and what sums count to, have no role
        return tuple(name for name in dict.fromkeys(t.name for t in leaves) if name not in others)

    @cached_property
    def whole(self) -> Sum:
        """The predictions without abbreviations, as one Term."""
        return Sum(tuple(prediction.written_out() for prediction in self.predictions))

    @cached_property
    def vectors(self) -> Mapping[str, tuple[Range | None, ...]]:
        """The parameters and inputs that have entries, and what their indices run over."""
        return vectors(self.whole)

    @cached_property
    def lengths(self) -> tuple[str, ...]:
        """The names that sums in the model count to."""
        return counts(self.whole)

    @cached_property
    def bound(self) -> frozenset[str]:
        """The indices of the model's own sums."""
        return frozenset(total.index for total in totals(self.whole))


def _read_one(
    text: str,
    given: Collection[str],
    known: Sequence[Abbreviation],
    functions: Mapping[str, Function],
) -> Model:
    """One prediction's text, over inner functions that are `known` and its own; without an "=" its target has no name."""
    expect_text(text, "m*x + b")
    *above, last = _statements(text)
    defined = [_name_of(statement) for statement in above]
    constants = [c for c in CONSTANT_NAMES if c not in {*given, *defined}]
    inner: dict[Term, Abbreviation] = {Symbol(name.name): name for name in known}
    for index, (name, statement) in enumerate(zip(defined, above, strict=True)):
        if Symbol(name) in inner:
            raise ProblemError(f'"{name}" is defined twice', "give the second another name")
        body = _read(_IS.split(statement)[1], constants, functions)
        _expect_known(name, body, defined[index + 1 :])
        inner[Symbol(name)] = Abbreviation(name, body.substitute(inner))
    *before, formula = _IS.split(last, maxsplit=1)
    target = "".join(before).strip()
    if before and not target:
        raise ProblemError('there is no name before the "="', 'write "y = m*x + b", or "m*x + b"')
    whole = _read(formula.strip(), constants, functions)
    return Model((whole.substitute(inner),), (target,), tuple(inner.values()))


def _read(text: str, constants: Sequence[str], functions: Mapping[str, Function]) -> Term:
    """A formula's Term, which is read once: it never changes, and keeps what was worked out of it."""
    if functions is not FUNCTIONS:
        return parse(text, constants=constants, functions=functions)
    return _read_before(text, tuple(constants))


@lru_cache(maxsize=256)
def _read_before(text: str, constants: tuple[str, ...]) -> Term:
    return parse(text, constants=constants)


def _statements(text: str) -> list[str]:
    """The text cut at semicolons but those in braces, and at the ends of lines where a formula is at its end."""
    found: list[str] = [""]
    for line in re.split(r"(?<=;)|\n", text):
        before, bare = found[-1], line.strip()
        open_still = before.count("(") + before.count("[") > before.count(")") + before.count("]")
        goes_on = before.rstrip().endswith(_UNFINISHED) or bare.startswith(_GOES_ON)
        of_cases = before.count("{") > before.count("}")
        if before and (of_cases or ((open_still or goes_on) and not before.endswith(";"))):
            found[-1] = f"{before} {bare}"
        elif bare:
            found.append(bare)
    statements = [*filter(None, (statement.rstrip("; ") for statement in found))]
    several = any(_IS.search(statement) for statement in statements[:-1])
    return statements if several else [text.strip().rstrip(";")]


def _name_of(statement: str) -> str:
    """The name that a statement above the last defines."""
    sides = _IS.split(statement)
    if len(sides) != 2:
        cause = f'"{statement}" above the last line of the model is not a definition'
        raise ProblemError(cause, 'write the statements as "h = a*x + b", and the prediction last')
    name = _name_in(sides[0])
    if not name:
        cause = f'"{sides[0].strip()}" is not a name for an inner function'
        raise ProblemError(cause, 'write a name such as "h" or "h1"')
    return name


def _expect_known(name: str, body: Term, later: list[str]) -> None:
    """Refuse a definition that needs itself, or one that stands below it."""
    if name in body.names:
        cause = f'"{name}" is defined by itself'
        raise ProblemError(cause, "give the inner function on the right another name")
    for other in later:
        if other in body.names:
            cause = f'"{name}" uses "{other}", which is defined below it'
            raise ProblemError(cause, "change their order")


def read_model(
    model: str | Sequence[str],
    target: str | Sequence[str],
    given: Collection[str] = (),  # names with a role, which are no constants
    functions: Mapping[str, Function] = FUNCTIONS,
) -> Model:
    """Read a model of one formula, or of one for each score, which may stand in one text with commas between them.

    There are as many targets as formulas; one that a formula names itself counts before `target`.

    Examples
    --------
    >>> model = read_model("h = a*x + b; sigmoid(h)", "y")
    >>> [name.name for name in model.inner], model.prediction.value
    (['h'], 1/(exp(-a*x - b) + 1))
    >>> read_model(["a*x", "b*x"], ["y1", "y2"]).targets
    ('y1', 'y2')
    """
    if not isinstance(target, str | Sequence) or not all(isinstance(name, str) for name in target):
        raise ProblemError(f"the target is {target!r}", 'pass a name such as "y", or one a formula')
    named = [name.strip() for name in target.split(",")] if isinstance(target, str) else [*target]
    if not isinstance(model, str | Sequence) or not all(isinstance(part, str) for part in model):
        cause = f"a model is a text or several, not {type(model).__name__}"
        raise FormulaError(cause, 'write it as "m*x + b"')
    together = isinstance(model, str) and len(named) == 1
    texts = [str(model)] if together else _apart(model) if isinstance(model, str) else [*model]
    found: list[Model] = []
    for text in texts:
        found.append(_read_one(text, given, found[-1].inner if found else (), functions))
    if not found:
        raise ProblemError("the model is empty", 'write one such as "m*x + b"')
    own = [model.target for model in found]
    wanted = own if all(own) else named
    if len(wanted) != len(found):
        formulas, several = counted(len(found), "formula"), counted(len(wanted), "target")
        remedy = f"name one target for each formula, such as {_TARGETS}"
        raise ProblemError(f"the model has {formulas} and {several}", remedy)
    targets = tuple(map(_name_in, wanted))
    for written, name in zip(wanted, targets, strict=True):
        if not name:
            cause = f'the target "{written}" is not a name'
            remedy = 'write it as "y" or "y = m*x + b"'
            if any(mark in written for mark in "(*/^"):
                remedy = "put its values into a column of the data, and name that"
            raise ProblemError(cause, remedy)
        if targets.count(name) > 1:
            raise ProblemError(f'"{name}" is the target of two formulas', "give each its own")
    return _used(Model(tuple(model.prediction for model in found), targets, found[-1].inner))


def _apart(text: str) -> list[str]:
    """The formulas between commas that no parenthesis holds."""
    found, depth = [""], 0
    for character in text:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if character == "," and depth == 0:
            found.append("")
        else:
            found[-1] += character
    return found


def _used(model: Model) -> Model:
    """The model, whose inner functions must all be used."""
    for index, name in enumerate(model.inner):
        later = model.parts[index + 1 :]
        if not any(name == part for term in later for part in term.parts()):
            cause = f'"{name.name}" is defined and not used'
            raise ProblemError(cause, "use it in the prediction, or leave it out")
    return model


def names_of(names: Sequence[str] | None, role: str) -> tuple[str, ...]:
    """The names given for a role, as the parser spells them; one text may hold several, with commas between them."""
    if names is None:
        return ()
    told = parameter(role)
    if not isinstance(names, Iterable):
        raise ProblemError(f"{told} is {names!r}", 'pass names, such as ["m", "b"]')
    listed = names.split(",") if isinstance(names, str) else [*names]
    found: list[str] = []
    for name in listed:
        if not str(name).strip():
            raise ProblemError(f"a name in {told} is empty", 'pass names, such as "m,b"')
        known = _name_in(str(name))
        if not known:
            raise ProblemError(f'"{name}" in {told} is not a name', "use letters, digits and _")
        if known in found:
            raise ProblemError(f'"{known}" is twice in {told}', "name it once")
        found.append(known)
    return tuple(found)


def _name_in(text: str) -> str:
    """The name that a text is, as the parser spells it; empty where it is none."""
    if re.fullmatch(r"\s*\w+\s*\(.*\)\s*", text):
        return ""  # f(x)
    term = _read_before(text.strip(), ())
    return term.name if isinstance(term, Symbol) else ""


def usual_inputs(names: Sequence[str]) -> tuple[str, ...]:
    """Those of a model's names that everybody takes for inputs: x, or else x1, x_2 and the like, in that order.

    Beside x, x0 and x1 are places on its axis.

    Examples
    --------
    >>> usual_inputs(["a", "x2", "b", "x1"]), usual_inputs(["a", "x", "x0"])
    (('x1', 'x2'), ('x',))
    """
    plain = tuple(name for name in names if name in ("x", "X"))
    return plain or in_turn([name for name in names if _INPUT.fullmatch(name)])


def in_turn(names: Sequence[str]) -> tuple[str, ...]:
    """Names of inputs in their order: that of their numbers where all are numbered x, or else as they stand."""
    if not all(map(_INPUT.fullmatch, names)):
        return tuple(names)
    return tuple(sorted(names, key=lambda name: int(name[1:].strip("_"))))


def assign_roles(
    model: Model, parameters: Sequence[str] | None, inputs: Sequence[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Parameters and inputs, as they were given, or in the order in which the model's parts name them; x1 before x2."""
    order = model.names
    learned, read = names_of(parameters, "parameters"), names_of(inputs, "inputs")
    for name in (*learned, *read):
        if name not in order:
            cause = f'"{name}" is not in the model'
            raise ProblemError(cause, f"its names are {', '.join(order) or 'none'}")
    both = sorted(set(learned) & set(read))
    if both:
        raise ProblemError(f'"{both[0]}" is a parameter and an input', "give it one role")
    if inputs is None:
        plain = usual_inputs(order)
        read = plain if parameters is None else in_turn([n for n in order if n not in learned])
    if parameters is None:
        learned = tuple(name for name in order if name not in read)
    left = [name for name in order if name not in learned and name not in read]
    if left:
        remedy = f"name it in {parameter('parameters')} or in {_INPUTS}"
        raise ProblemError(f'"{left[0]}" has no role', remedy)
    for target in model.targets:
        if target in order:
            remedy = 'the model predicts it: give what is predicted another name, "z = ..."'
            raise ProblemError(f'the target "{target}" is in the model', remedy)
    if not learned:
        say = f"say which is learned with {parameter('parameters')}"
        remedy = say if order else "write one such as m*x + b"
        raise ProblemError("there is no parameter to learn", remedy)
    if not read and parameters is None and not model.is_constant:
        would_be = "would be a parameter" if len(order) == 1 else "would all be parameters"
        cause = f"no name in the model is read from data: {', '.join(order)} {would_be}"
        remedy = f"say which are inputs with {_INPUTS}; or what is learned, with {parameter('parameters')}"
        raise ProblemError(cause, remedy)
    return learned, read


def expect_bound_indices(model: Model, parameters: Collection[str], counter: str) -> None:
    """Every index is bound by a sum, but for the one that counts the examples, and that in inputs alone."""
    for part in model.whole.terms:
        for term in part.parts():
            learned = isinstance(term, Indexed) and term.name in parameters
            for index in indices_of(term):
                if index in part.names and (learned or index != counter):
                    raise ProblemError(
                        f'no sum in the model counts by the index "{index}"',
                        f'write sum(..., {index}, p); "{counter}" counts the examples, and is added to the inputs',
                    )
