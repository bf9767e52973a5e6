"""Optimizer: an update rule with its name, its settings and whose convention it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from symgd.errors import DescentError
from symgd.optimizers.formulated import Formulated
from symgd.optimizers.letters import as_letter, expect_letters
from symgd.optimizers.meant import no_value
from symgd.optimizers.rule import UpdateRule
from symgd.optimizers.words import KNOWN
from symgd.parsing.formula import parse
from symgd.parsing.tokens import expect_text
from symgd.parsing.updates import EXAMPLE
from symgd.problem.settings import Setting, expect_fitting
from symgd.registry.options import names_options
from symgd.registry.registry import FrozenMap
from symgd.writing.formulas.names import AFTER
from symgd.writing.words import words_in


@dataclass(frozen=True)
class Convention:
    """How a library has an optimizer of the same name.

    Parameters
    ----------
    library : str
        "torch" or "optax".
    formula : str
        Its update rule, in the same language; empty where it is the same.
    settings : mapping of str to float
        Its defaults, where they are others, and those of settings that ours does not have.
    learning_rate : float or None
        Its default.
    initial : mapping of str to str
        What its state is at first, where it is not 0.
    note : str
        What else is different, in a few words.
    variant : str
        What the library has been asked for; empty where it is what it does by itself.
    call : str
        How it is asked for, with the names of ours as arguments.
    """

    library: str
    formula: str = ""
    settings: Mapping[str, float] = field(default_factory=FrozenMap)
    learning_rate: float | None = None
    initial: Mapping[str, str] = field(default_factory=FrozenMap)
    note: str = ""
    variant: str = ""
    call: str = ""


@names_options
@dataclass(frozen=True, repr=False)
class Optimizer(Formulated):
    """An update rule as a formula, and what is to be known of it.

    Parameters
    ----------
    name : str
        As in ``problem.descend(..., optimizer=name)``.
    formula : str
        Statements that semicolons or line ends keep apart. ``v' = …`` is what v is after the step, and v, where it is
        read, what it was before: state, 0 at the start. ``d = …`` is an abbreviation. Known are theta, g (the gradient at
        theta), t (1 in the first step), alpha (the learning rate), p (how many parameters there are), j (the number of
        each), H, r, Jac, I, and the words of `symgd.optimizers.words.WORDS`. All else is a setting.
    settings : tuple of Setting, or mapping of str to float
        The settings and their defaults.
    source : str
        Whose convention it is.
    title : str
        The full name.
    spelling : str
        The name as people write it, "AdamW"; empty where it is the name's words, the first with a capital.
    learning_rate : float or None
        The rate that its authors recommend, where they do.
    initial : mapping of str to str
        What state is at the start where it is not 0, as a formula in the settings and alpha.
    letters : mapping of str to str
        What is printed for settings, and for numbers that are worked out, whose source has a letter where the formula has
        a word: {"weight_decay": "lambda"}, {"eta_plus": "eta^+"}.
    aliases : tuple of str
        Other names that people type.
    conventions : tuple of Convention
        How libraries have it.
    forms : tuple of str
        Names of optimizers that are the same method, written for other points.

    Raises
    ------
    FormulaError
        Where the formula is no update rule.
    DescentError
        Where a setting has no default.

    Examples
    --------
    >>> mine = Optimizer("mine", "v' = beta*v + g; theta' = theta - alpha*sign(v')", {"beta": 0.9})
    >>> mine.rule.state, mine.values
    (('v',), {'beta': 0.9})
    """

    KIND = "optimizer"

    name: str
    formula: str
    settings: tuple[Setting, ...] | Mapping[str, float] = ()
    source: str = "the user"
    title: str = ""
    spelling: str = ""
    learning_rate: float | None = None
    initial: Mapping[str, str] = field(default_factory=FrozenMap)
    letters: Mapping[str, str] = field(default_factory=FrozenMap)
    aliases: tuple[str, ...] = ()
    conventions: tuple[Convention, ...] = ()
    forms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        expect_text(self.formula, EXAMPLE)
        given = self.settings
        if isinstance(given, Mapping):
            listed = tuple(Setting(name, 0.0, "", "given") for name in given)
            for setting in listed:
                expect_fitting(setting, given[setting.name], DescentError)
            numbers = (replace(s, default=float(given[s.name])) for s in listed)
            object.__setattr__(self, "settings", tuple(numbers))
        object.__setattr__(self, "initial", FrozenMap(self.initial))
        letters = {name: as_letter(letter) for name, letter in self.letters.items()}
        object.__setattr__(self, "letters", FrozenMap(letters))
        if isinstance(given, Mapping):
            assert (
                self.rule
            )  # what somebody writes is read at once, and a setting that it does not have refused

    @property
    def heading(self) -> str:
        """The name as people write it at the head of a page or a film.

        Examples
        --------
        >>> [Optimizer(name, "theta' = theta - alpha*g").heading for name in ("sign_descent", "mine")]
        ['Sign descent', 'Mine']
        """
        words = self.name.replace("_", " ")
        return self.spelling or words[:1].upper() + words[1:]

    @property
    def reads(self) -> frozenset[str]:
        """The names that its statements read, and what it remembers at first."""
        return frozenset(self.rule.used) | self._begun

    @property
    def _begun(self) -> frozenset[str]:
        """What state is worked out from before the first step."""
        return frozenset().union(*(parse(formula).names for formula in self.initial.values()))

    def __repr__(self) -> str:
        return f"Optimizer({self.name}: {'; '.join(self.formula.split(chr(10)))})"

    def __hash__(self) -> int:
        return hash((self.name, self.formula))

    @cached_property
    def rule(self) -> UpdateRule:
        """The formula as Terms."""
        rule = UpdateRule.read(self.formula)
        for name in KNOWN:
            if name in self.declared:
                cause = f'"{name}" is known to every update rule, and is no setting'
                raise DescentError(cause, "leave it out of the settings")
        self._expect_beginning(rule)
        self._expect_in(self._wanted(rule))
        expect_letters(self.letters, rule, [*self.declared])
        for name in rule.settings:
            if name not in self.declared:
                raise no_value(name, (*rule.made, *rule.state), f'give it one: {{"{name}": 0.9}}')
        return rule

    def _wanted(self, rule: UpdateRule) -> tuple[str, ...]:
        """The settings of the statements, and those that state begins with."""
        return tuple(dict.fromkeys((*rule.settings, *sorted(self._begun - {"alpha"}))))

    def _expect_beginning(self, rule: UpdateRule) -> None:
        """Refuse what is no state, and formulas of what is not known before the first step."""
        for name, formula in self.initial.items():
            if name not in rule.state:
                cause = f'"{name}" is given a value before the first step, and is no state of the update rule'
                raise DescentError(cause, f"its state is {', '.join(rule.state) or 'empty'}")
            other = parse(formula).names - {*self.declared, "alpha"}
            if other:
                cause = (
                    f'"{min(other)}", of which {name} is made before the first step, has no value'
                )
                raise DescentError(cause, "write a formula of the settings and alpha")

    def as_in(self, library: str, variant: str = "") -> Optimizer:
        """The same optimizer in a library's convention; DescentError where it has none.

        Examples
        --------
        >>> mine = Optimizer("mine", "theta' = theta - alpha*g", conventions=(Convention("torch"),))
        >>> mine.as_in("torch").name
        'torch.mine'
        """
        found = [c for c in self.conventions if (c.library, c.variant) == (library, variant)]
        if not found:
            known = [c.library + f" ({c.variant})" * bool(c.variant) for c in self.conventions]
            named = f"{variant} of {self.name}" if variant else self.name
            remedy = f"there is {', '.join(known)}" if known else "leave the library out"
            raise DescentError(f'nothing is known of {named} in "{library}"', remedy)
        convention = found[0]
        defaults = {**self.values, **convention.settings}
        formula = convention.formula or self.formula
        initial = {**self.initial, **convention.initial}
        wanted = replace(self, initial=initial)._wanted(UpdateRule.read(formula))
        own = {name: Setting(name, 0.0, "", "a setting of the library") for name in defaults}
        settings = tuple(
            replace({**own, **self.declared}[name], default=value)
            for name, value in defaults.items()
            if name in wanted
        )
        rule = UpdateRule.read(formula)
        return replace(
            self,
            name=f"{library}.{self.name}",
            formula=formula,
            settings=settings,
            title=f"{self.title or self.name} as {library} has it",
            learning_rate=convention.learning_rate,
            initial=initial,
            letters={n: s for n, s in self.letters.items() if n in (*wanted, *rule.made)},
            aliases=(),
            conventions=(),
        )

    @property
    def summary(self) -> Mapping[str, str]:
        words = words_in()
        return {
            "name": self.name,
            "title": words.declared(self.title or self.name),
            "update": self.formula,
            "source": self.source,
        }


def names_of(optimizer: Optimizer) -> frozenset[str]:
    """The names that are an optimizer's own: a page chooses its letters beside them.

    Examples
    --------
    >>> sorted(names_of(Optimizer("mine", "M' = L*M + g; theta' = theta - alpha*M'", {"L": 0.5})))
    ['L', 'M', 'alpha', 'g', 'theta']
    """
    return own_names(optimizer) | {*optimizer.letters.values()}


def own_names(optimizer: Optimizer) -> frozenset[str]:
    """The names of an optimizer as they are typed."""
    rule = optimizer.rule
    bound = (name for statement in rule.statements for name in statement.term.names)
    found = {*rule.used, *rule.made, *optimizer.declared, *bound}
    return frozenset(name.removesuffix(AFTER) for name in found)
