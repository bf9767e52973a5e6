"""What people who write update rules elsewhere call what every rule knows, and the hint that says what it is called here."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from symgd import terms as nt
from symgd.errors import DescentError, either
from symgd.optimizers.words import KNOWN
from symgd.parsing.updates import RuleLine
from symgd.registry.near import near_names
from symgd.writing.formulas.names import AFTER
from symgd.writing.formulas.text import text

# Each letter that every rule knows: what it is, and its names elsewhere.
ELSEWHERE = {
    "theta": ("the parameters are", "params parameters param parameter w W weights weight x p0 x0"),
    "g": ("the gradient is", "grad grads gradient gradients dJ dL dw dW dx dtheta nabla G grad_J"),
    "alpha": (
        "the learning rate is",
        "lr eta learning_rate learningrate learn_rate rate step_size stepsize",
    ),
    "t": ("the number of the step is", "step steps iteration iter epoch"),
    "H": ("the Hessian is", "hessian hess Hess"),
    "Jac": ("the residuals' derivatives are", "jac jacobian"),
    "r": ("the residuals are", "residual residuals res"),
}
_CALLED = {name: letter for letter, (_, names) in ELSEWHERE.items() for name in names.split()}
_ALIKE = 0.8  # the share of letters in which beta is not theta


def letter_meant(name: str) -> str | None:
    """The letter of a rule that is called so elsewhere; None where there is none.

    Examples
    --------
    >>> [letter_meant(name) for name in ("lr", "Gradient", "g_t", "beta")]
    ['alpha', 'g', 'g', None]
    """
    plain = name.removesuffix("_t")
    if plain != name and plain in KNOWN:
        return plain
    return _CALLED.get(plain) or _CALLED.get(plain.lower())


def no_value(name: str, known: Collection[str], given: str) -> DescentError:
    """The error for a name that a rule reads and nobody gave a number: what was meant, or how a setting is given.

    Parameters
    ----------
    name : str
    known : collection of str
        What the rule works out and remembers.
    given : str
        How it is given a number from Python.

    Examples
    --------
    >>> print(no_value("lr", ["v"], "give it one: {'lr': 0.9}"))
    the setting "lr" of the update rule has no value; the learning rate is called alpha: write alpha, or, if it is a setting, give it one: {'lr': 0.9}
    """
    cause = f'the setting "{name}" of the update rule has no value'
    how = either(given, f"pass --set {name}=0.9")
    letter = letter_meant(name)
    if letter is not None:
        hint = f"{ELSEWHERE[letter][0]} called {letter}: write {letter}"
        return DescentError(cause, f"{hint}, or, if it is a setting, {how}")
    near = near_names(name, [*KNOWN, *known], cutoff=_ALIKE) if len(name) > 2 else []
    if near:
        return DescentError(cause, f"did you mean {near[0]}? If it is a setting, {how}")
    return DescentError(cause, how)


def from_itself(statement: RuleLine) -> str:
    """The remedy for ``v = 0.9*v + g``: what is remembered has a prime."""
    after = f"{statement.name}{AFTER}"
    line = text(nt.Equation(nt.Symbol(after), statement.term), ascii=True)
    return f'what is remembered has a prime after the step: write "{line}", and {after} wherever the new one is meant'


def of_parameters(statements: Collection[RuleLine]) -> str:
    """The remedy for a rule that works out no theta': the statement that was meant, with the letters of here."""
    example = f"theta{AFTER} = theta - alpha*g"
    for statement in statements:
        plain = statement.name.removesuffix(AFTER)
        if plain == "theta" or letter_meant(plain) == "theta":
            put = dict(_renamed(statement))
            term = statement.term.substitute(put)
            example = text(nt.Equation(nt.Symbol(f"theta{AFTER}"), term), ascii=True)
            return f'the parameters are called theta, and theta{AFTER} after the step: write "{example}"'
    return f'they are called theta: end it with such as "{example}"'


def _renamed(statement: RuleLine) -> Iterator[tuple[nt.Term, nt.Term]]:
    for part in statement.term.parts():
        letter = letter_meant(part.name) if isinstance(part, nt.Symbol) else None
        if letter is not None:
            yield part, nt.Symbol(letter)
