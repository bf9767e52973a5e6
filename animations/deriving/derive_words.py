"""What the captions of derive_gradient say: what the picture and the named rules do not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import count

from symgd.animations.deriving.strokes import FRONT, ONES, ZEROS, Stroke
from symgd.animations.formulas.numerals import SLOPE_DIGITS, is_whole, listed, numeral
from symgd.derivation.engine import derive, gradient_of
from symgd.derivation.gradient import Gradient
from symgd.errors import SymgdError
from symgd.problem.problem import Problem
from symgd.terms import Equation, Number, Partial, Power, Product, Symbol, Term, number
from symgd.terms.matrix.operations import Nabla
from symgd.terms.matrix.terms import Matrix
from symgd.writing.formulas.text import text
from symgd.writing.outline import Reason, Section
from symgd.writing.words import Message, Words, message

LETTERS = "cdghkpqw"  # of a parameter more

Caption = tuple[Message | str, ...]


def question(problem: Problem) -> Message:
    """What the film begins with, above its first picture."""
    cost = problem.cost_name
    if len(problem.symbols) == 1:
        return message(
            "As {name} grows, does {cost} rise or fall?", name=problem.symbols[0], cost=cost
        )
    return message("Which way does {cost} rise fastest?", cost=cost)


def opening(problem: Problem, still: Sequence[str] = ()) -> Caption:
    """What is said of the cost, and with which parameters nothing changes at the run's start."""
    data = listed([*problem.data.values()]) if problem.has_examples and problem.data else None
    first = message(
        "{name} is a function of {parameters}.",
        name=problem.cost_name,
        parameters=listed(problem.symbols),
    )
    if data is not None:
        first = message(
            "{name} is a function of {parameters}: {data} are numbers from the data.",
            name=problem.cost_name,
            parameters=listed(problem.symbols),
            data=data,
        )
    if not still:
        return (first,)
    names = listed([Symbol(name) for name in still])
    return first, message(
        "At the start nothing changes with {names}: we begin a little later.", names=names
    )


def task(problem: Problem) -> Message | None:
    """What to derive alone: the cost by a parameter and a power that the model does not have yet."""
    found = _added(problem)
    if found is None:
        return None
    return message("Your turn: add {term} to the model.", term=Product(found))


def answer(problem: Problem) -> tuple[Term, Term | None] | None:
    """The derivative that the task asks for, and what it is, where it can be derived."""
    found = _added(problem)
    if found is None:
        return None
    letter, raised = found
    asked = Partial(problem.cost_name, letter)
    more = f"{problem.model} + {letter.name}*{problem.inputs[0]}^{text(raised.exponent)}"
    try:
        return asked, gradient_of(problem.replace(model=more, inputs=problem.inputs)).partials[
            letter.name
        ].last
    except (SymgdError, KeyError):
        return asked, None


def _added(problem: Problem) -> tuple[Symbol, Power] | None:
    """A letter that is free, and a power of an input that no parameter is a factor of."""
    if not problem.has_examples:
        return None
    taken = {*problem.parameters, *map(str, problem.columns)}
    name = next((letter for letter in LETTERS if letter not in taken), None)
    if name is None:
        return None
    column = problem.data.get(Symbol(problem.inputs[0]), Symbol(problem.inputs[0]))
    there = {text(inner(problem, each)) for each in problem.parameters}
    powers = (Power(column, number(exponent)) for exponent in count(2))
    return Symbol(name), next(each for each in powers if text(each) not in there)


def introduction(section: Section, problem: Problem, gradient: Gradient) -> Message:
    """What is derived next, and what is held."""
    if section.letter is not None:
        return message(
            "How does {function} change with each? The first steps are alike.",
            function=problem.cost_name,
        )
    others = [Symbol(name) for name in gradient.partials if name not in section.names]
    name = Symbol(section.names[0])
    if not others:
        return message("Now with respect to {name} alone.", name=name)
    return message(
        "Now with respect to {name} alone; {others} is held.",
        "Now with respect to {name} alone; {others} are held.",
        number=len(others),
        name=name,
        others=listed(others),
    )


def inner(problem: Problem, name: str) -> Term:
    """How fast the prediction of one example changes with a parameter."""
    return derive(problem.prediction, problem.prediction, Symbol(name)).last.substitute(
        problem.data
    )


def swings(problem: Problem, name: str) -> Message:
    """Asked while the model, or the dot, moves with one parameter."""
    if not problem.has_examples:
        return message(
            "Only {name} moves. Does {cost} rise or fall as {name} grows?",
            name=Symbol(name),
            cost=problem.cost_name,
        )
    return message("Only {name} moves. At which point does it matter most?", name=Symbol(name))


def answers(problem: Problem, name: str) -> Message:
    """What the arrows are."""
    factor = inner(problem, name)
    if isinstance(factor, Number) and factor.number == 1:
        return message(
            "Each prediction goes as far as {name}: the inner derivative is {factor}.",
            factor=factor,
            name=Symbol(name),
        )
    return message(
        "A prediction goes {factor} times as far as {name}: this is the inner derivative.",
        factor=factor,
        name=Symbol(name),
    )


def explained(stroke: Stroke, words: Words) -> str:
    """Why a move may be made, in a sentence for each rule."""
    sentences = dict.fromkeys(sentence(reason, words) for reason in stroke.reasons)
    return " ".join(sentences)


def sentence(reason: Reason, words: Words) -> str:
    """A rule's reason as a whole sentence."""
    said = reason.sentence(partial(text, words=words), words)
    is_word = not reason.why.startswith("{")  # a name is not written with a capital letter
    return f"{said[:1].upper() if is_word else said[:1]}{said[1:]}."


def square_grows(letter: Term) -> Message:
    """Of the square in the picture."""
    return message(
        "When {letter} grows a little, its square grows by two strips, each {letter} long.",
        letter=letter,
    )


def tidied(strokes: Sequence[Stroke], *, first: bool) -> Message:
    """Of algebra: the zeros and ones that go, what goes in front, or that the rules are named beside it."""
    kinds = {part.kind for part in strokes}
    if kinds == {ZEROS}:
        if first:
            return message("What is left is algebra. Zeros add nothing: they go.")
        return message("Zeros add nothing: they go.")
    if kinds == {ONES}:
        return message("A factor of one changes nothing: it goes, too.")
    if kinds == {ZEROS, ONES}:
        return message("What is left is algebra: adding 0 or multiplying by 1 changes nothing.")
    if kinds == {""} and any(part.uses(FRONT) for part in strokes):
        return message("What is the same for all examples goes in front of the sum.")
    if first:
        return message("What is left is algebra, and each rule is named beside it.")
    return message("More algebra: the rules are named beside it.")


def again(names: Sequence[str], strokes: Sequence[Stroke], words: Words) -> Message:
    """Of a line whose rules are all known."""
    if all(part.is_algebra for part in strokes):
        return message("It is tidied up as before.")
    rules = dict.fromkeys(reason.name(words) for part in strokes for reason in part.reasons)
    if len(rules) == 1:
        return message("Once more: {rule}.", rule=next(iter(rules)))
    return message(
        "The same rules again, now with {names}.", names=listed([Symbol(name) for name in names])
    )


def together() -> Message:
    """Of the partial derivatives below each other."""
    return message("They differ in what the inner derivative left.")


def all_of_them() -> Message:
    """Of the partial derivatives of a function."""
    return message("One for each variable: together they are the gradient.")


def vector(problem: Problem) -> Caption:
    """Of the gradient on the picture."""
    return (
        message("Each number is the slope of {cost} along one scale.", cost=problem.cost_name),
        message(
            "Together they are the gradient, an arrow to where {cost} rises fastest.",
            cost=problem.cost_name,
        ),
        message("Against it, {cost} falls fastest.", cost=problem.cost_name),
    )


def steepest(problem: Problem, slopes: Sequence[float], few: int) -> Message:
    """The first question, answered: the gradient, as numbers where they are few."""
    shown = tuple(numeral(value, SLOPE_DIGITS) for value in slopes)
    gradient = Nabla(problem.cost_name, Matrix("theta", len(slopes)))
    if not any(slopes):
        return message("Level here: {gradient} is zero", gradient=gradient)
    if len(slopes) > few:
        return message(
            "{cost} rises fastest along {gradient}", cost=problem.cost_name, gradient=gradient
        )
    said = message("{cost} rises fastest along {gradient} = ({numbers})")
    if not all(is_whole(value, SLOPE_DIGITS) for value in slopes):
        said = message("{cost} rises fastest along {gradient} ≈ ({numbers})")
    return said.filled(cost=problem.cost_name, gradient=gradient, numbers=shown)


def rises_or_falls(problem: Problem, slope: float) -> Message:
    """The first question of one parameter, answered."""
    name, cost, value = problem.symbols[0], problem.cost_name, numeral(slope, SLOPE_DIGITS)
    if slope > 0:
        return message(
            "As {name} grows, {cost} rises: its slope is {value}", name=name, cost=cost, value=value
        )
    if slope < 0:
        return message(
            "As {name} grows, {cost} falls: its slope is {value}", name=name, cost=cost, value=value
        )
    return message("Level here: the slope of {cost} is zero", cost=cost)


def result() -> Message:
    """Of the only derivative, where there is no number for it."""
    return message("This holds for any data: put numbers in, and it is a slope.")


def numbers(problem: Problem, here: tuple[Equation, ...]) -> Message:
    """Of the lines with numbers."""
    if not problem.has_examples:
        return message("At {values} each is a number.", values=listed([*here]))
    return message("With the data and {values} each is a number.", values=listed([*here]))


def slope(problem: Problem, name: Term, value: float) -> Message:
    """Of the only derivative as a number."""
    cost = problem.cost_name
    if value > 0:
        return message("It is positive here: as {name} grows, {cost} rises.", name=name, cost=cost)
    if value < 0:
        return message("It is negative here: as {name} grows, {cost} falls.", name=name, cost=cost)
    return message("It is zero here: {cost} neither rises nor falls.", cost=cost)


def closing(problem: Problem) -> Caption:
    """What the viewer can do now, and of the answer to the task, where there is one."""
    said = message("Now you can derive a gradient, one parameter at a time.")
    if task(problem) is None:
        return (said,)
    return said, message("The same steps: only the inner derivative is new.")
