"""The page of an optimizer: its update rule, what its letters are, its settings, what is proved of it, and its sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from symgd import terms as nt
from symgd.derivation.algebra.tidy import TIDY, algebra_rule
from symgd.derivation.recorder import ChainBuilder, StepRecorder
from symgd.derivation.second_order.normal import free_letter
from symgd.errors import SymgdError
from symgd.optimizers.against import compared
from symgd.optimizers.defined import Defined
from symgd.optimizers.laws import LawFinder, Laws, Method, Scaled, Special, Still
from symgd.optimizers.letters import lettered, typed
from symgd.optimizers.optimizer import Optimizer, names_of
from symgd.optimizers.printed import decimal_of, equations, initial_of, printed
from symgd.optimizers.readable import readable
from symgd.optimizers.rule import PARAMETERS_AFTER, THETA
from symgd.optimizers.stability import chapters_of
from symgd.parsing.formula import parse_condition
from symgd.writing.exposition import Chain, Chapter, Exposition, Premise
from symgd.writing.words import Message, message

_THETA, _G, _ALPHA, _T = map(nt.Symbol, (THETA, "g", "alpha", "t"))
LETTERS: Mapping[str, Message] = {
    THETA: message("{letter}: the parameters; every formula holds for each of them.", letter=_THETA),
    "g": message("{letter}: the gradient of the cost at {theta}.", letter=_G, theta=_THETA),
    "t": message("{letter}: the number of the step, 1 in the first.", letter=_T),
    "alpha": message("{letter}: the learning rate.", letter=_ALPHA),
    "p": message("{letter}: how many parameters there are.", letter=nt.Symbol("p")),
    "j": message("{letter}: the number of the parameter.", letter=nt.Symbol("j")),
    "H": message("{letter}: the Hessian of the cost at {theta}.", letter=nt.Symbol("H"), theta=_THETA),
    "r": message("{letter}: the residuals, so that the cost is the sum of their squares.", letter=nt.Symbol("r")),
    "Jac": message("{letter}: the derivatives of the residuals, a row for each.", letter=nt.Symbol("Jac")),
    "I": message("{letter}: the identity matrix.", letter=nt.Symbol("I")),
}  # fmt: skip
_PROVED: Mapping[Method, Message] = {
    "every step": message("Proved for every step by SymPy: the formulas of the parameters and of what is remembered are the same, and begin alike."),
    "three steps": message("Proved by SymPy for the first three steps, with letters for all numbers; not for every step."),
}  # fmt: skip
_RULES = ("zero terms", "zero factor", "factor one", "signs", "parentheses")
_ZERO_POWER = algebra_rule(
    "zero to a power", "0ⁿ = 0", "0 times itself is 0", lambda term: _zero_power(term)
)
SHORTER = (*(rule for rule in TIDY if rule.name in _RULES), _ZERO_POWER)
PUT_IN = Premise("the numbers put in", "the settings that were named have these numbers")


def _zero_power(term: nt.Term) -> nt.Term | None:
    """0 to the number of the step, which is 1 at least."""
    is_power = isinstance(term, nt.Power) and nt.is_number(term.base, 0)
    return nt.number(0) if is_power and term.children[1] == _T else None


def exposition_of(optimizer: Optimizer, others: Iterable[Optimizer]) -> Exposition:
    """The page of an optimizer; others are looked at for what it becomes with some settings at 0 or 1."""
    laws = LawFinder(optimizer, tuple(others)).laws
    title = title_of(optimizer)
    chapters = [_update(optimizer, title), *_settings(optimizer), *_laws(optimizer, laws)]
    chapters += [*chapters_of(optimizer), _sources(optimizer)]
    return lettered(Exposition(title, (), (), tuple(chapters), "optimizer"), optimizer.letters)


def title_of(optimizer: Optimizer) -> Message:
    """The full name and the one that is typed, where they are two."""
    if optimizer.title in ("", optimizer.name):
        return message("{name}", name=Message(optimizer.name))
    return message("{name}: {title}", name=Message(optimizer.name), title=Message(optimizer.title))


def _update(optimizer: Optimizer, title: Message) -> Chapter:
    """The statements, their letters, what is typed for those of the source, and what is remembered."""
    rule = optimizer.rule
    chains = tuple(Chain(None, line, ()) for line in equations(rule))
    said = [LETTERS[name] for name in LETTERS if name in optimizer.reads or name == THETA]
    said += typed(optimizer.letters)
    if rule.state:
        before = tuple(map(nt.Symbol, rule.state))
        begun = tuple(nt.Equation(name, initial_of(optimizer, name.name)) for name in before)
        remembered = message(
            "Remembered from one step to the next: {names}. Before the first step {begun}.",
            names=before,
            begun=begun,
        )
        said.append(remembered)
    return Chapter(title, chains, said=tuple(said))


def _settings(optimizer: Optimizer) -> Iterator[Chapter]:
    chains = []
    for setting in optimizer.declared.values():
        meaning = setting.meaning or "a setting"
        where = (parse_condition(setting.where),) if setting.where else ()
        premise = Premise(meaning, "chosen beside the learning rate", conditions=where)
        line = nt.Equation(nt.Symbol(setting.name), decimal_of(setting.default))
        chains.append(Chain(None, line, (), premise))
    if chains:
        yield Chapter(message("The settings, where nothing else is said"), tuple(chains))


def _laws(optimizer: Optimizer, laws: Laws) -> Iterator[Chapter]:
    if laws.still is not None:
        yield _stays(laws.still, optimizer.letters)
    for law in laws.special:
        yield _becomes(optimizer, law)
    if laws.scaled:
        times = nt.Symbol(free_letter(names_of(optimizer), "c", "k", "a"))
        said = tuple(_scale(law, times) for law in laws.scaled)
        heading = message("Where the cost, and with it the gradient, is {times} times as large", times=times)  # fmt: skip
        yield Chapter(heading, (), said=said)


def _stays(law: Still, letters: Mapping[str, str]) -> Chapter:
    moved = readable(law.moved, letters)
    if law.moved == 0:
        right: nt.Term = _THETA
        said = message("The parameters stay where they are.")
    elif moved is None:
        right = nt.Symbol(PARAMETERS_AFTER)
        said = message("Something else than the gradient moves the parameters.")
    else:
        right = nt.added((_THETA, moved))
        said = message("What moves the parameters then is {moved}.", moved=moved)
    chain = Chain(None, nt.Equation(nt.Symbol(PARAMETERS_AFTER), right), ())
    heading = message("Where the gradient is 0, and nothing is remembered yet")
    return Chapter(heading, (chain,), said=(said, _proved_still(law.defined)))


def _proved_still(defined: Defined) -> Message:
    """How it is proved, and of which settings: where the formulas have no value nothing is said."""
    parts = [readable(need.part) for need in defined.needs]
    found = tuple(
        nt.Comparison(part, need.sign, nt.number(0))
        for need, part in zip(defined.needs, parts, strict=True)
        if part is not None
    )
    is_all = defined.is_all and len(found) == len(parts)
    if is_all and not found:
        return message("Proved for every step by SymPy, whatever the settings are.")
    if is_all:
        said = message("Proved for every step by SymPy, for {conditions}.")  # fmt: skip
    elif found:
        said = message("Proved for every step by SymPy, for {conditions} and where all formulas of the rule have a value.")  # fmt: skip
    else:
        said = message("Proved for every step by SymPy, where all formulas of the rule have a value.")  # fmt: skip
    return said.filled(conditions=found)


def put_in(numbers: Mapping[str, int]) -> tuple[nt.Term, ...]:
    """Settings and their numbers, as equations."""
    return tuple(nt.Equation(nt.Symbol(n), nt.number(v)) for n, v in numbers.items())


def _becomes(optimizer: Optimizer, law: Special) -> Chapter:
    """The statements with the numbers put in, and which optimizer they are."""
    other = Message(law.other.name)
    if law.put:
        heading = message("With {put} it is {other}", put=put_in(law.put), other=other)
    else:
        heading = message("As it is, it is {other}", other=other)
    said = [_PROVED[law.method]]
    if law.needs_slope:
        said.append(message("It holds where {g} is not 0.", g=_G))
    named = {theirs: mine for theirs, mine in law.letters.items() if theirs != mine}
    for theirs, mine in named.items():
        said.append(
            message(
                "What {other} calls {theirs} is {mine} here.",
                other=other,
                theirs=nt.Symbol(theirs),
                mine=nt.Symbol(mine),
            )
        )
    return Chapter(heading, tuple(_put_in(optimizer, law)), said=tuple(said))


def _put_in(optimizer: Optimizer, law: Special) -> Iterator[Chain]:
    """Each statement that the numbers change, with them in it, made shorter step by step."""
    numbers: dict[nt.Term, nt.Term] = {
        nt.Symbol(name): nt.number(value) for name, value in law.put.items()
    }
    for statement in optimizer.rule.statements:
        after = statement.term.substitute(numbers)
        if after == statement.term:
            continue
        start = printed(after, optimizer.rule)
        name = nt.Symbol(statement.name)
        builder = ChainBuilder(start, name, StepRecorder(), PUT_IN, left=name)
        try:
            builder.tidy(SHORTER)
            yield builder.chain
        except SymgdError:  # a word has no value at random points, nor has 0 to a power below 0
            yield Chain(name, start, (), PUT_IN)


def _scale(law: Scaled, times: nt.Symbol) -> Message:
    put = put_in(law.put)
    if law.degree == 0:
        said = message("With {put} no step changes.") if put else message("No step changes.")
    elif put:
        said = message("With {put} each step is {times} times as long.")
    else:
        said = message("Each step is {times} times as long.")
    law_said = said.filled(put=put, times=times)
    return message(
        "{law} Proved for every step by SymPy, by how each formula depends on {times}.",
        law=law_said,
        times=times,
    )


def _sources(optimizer: Optimizer) -> Chapter:
    """Whose convention it is, and how libraries have it."""
    said = [message("Source: {source}.", source=Message(optimizer.source))]
    if optimizer.learning_rate is not None:
        rate = decimal_of(optimizer.learning_rate)
        said.append(message("Recommended there: {rate}.", rate=nt.Equation(_ALPHA, rate)))
    for convention in optimizer.conventions:
        label = (
            f"{convention.library} ({convention.variant})"
            if convention.variant
            else convention.library
        )
        said.append(compared(optimizer, label).sentence(Message(label)))
    return Chapter(
        message("Whose convention it is, and how libraries have it"), (), said=tuple(said)
    )
