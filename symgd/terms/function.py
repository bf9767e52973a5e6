"""Function: one declaration says all that is known of a function.

What it is (as SymPy knows it), how its value is computed to any precision, what its derivative is and where that holds,
how it is written, spoken, and called in generated code: whoever needs any of these asks the declaration. The derivatives
are laws for the rules to apply; the checks take slopes from the values alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import mpmath
import sympy

from symgd.errors import FormulaError
from symgd.registry.options import names_options
from symgd.registry.registry import Declared, FrozenMap

MANY = None  # as an arity: two arguments or more
NOT_AT_0 = ("u != 0",)
Target: TypeAlias = Literal["numpy", "python", "array_api", "javascript"]
Sign: TypeAlias = Literal["any", "not negative", "positive"]
Holding: TypeAlias = Literal["closed", "raised", "product", "open"]


@names_options
@dataclass(frozen=True, repr=False)
class Function(Declared):
    r"""A function that formulas may call.

    Parameters
    ----------
    name : str
        As it is typed, and as plain text prints it.
    value : callable
        SymPy's function, or an expression in SymPy's functions.
    derivatives : tuple of str or None
        The derivative by each argument, as formulas in u, v; None where it has none. Empty where a rule of its own says it.
    spoken : str
        How it is said of {x}; without it, its name before {x}.
    compute : str or callable
        The value at numbers: a name in mpmath, or a callable that takes an mpmath context and the numbers. Without it,
        what mpmath calls as the function is typed.
    arity : int or None
        How many arguments it takes; None means two or more.
    where : tuple of str
        Conditions in u, v under which the derivative exists, where the function is defined in more places than it.
    word, latex, typst : str
        How it is typeset; the last two follow from `word`, and that from `name`.
    aliases : tuple of str
        Other spellings that people type.
    real : bool
        Whether it takes and gives real numbers alone.
    sign : {"any", "not negative", "positive"}
        What its values are known to be, whatever real numbers it is taken of.
    steady : bool
        Whether its value at a number with an error of so many parts, however large, has an error of not many more: true
        of roots, false of sin and exp, which take arguments that have digits behind their point.
    known : tuple of (int, int)
        Whole numbers, and its values there, that stand in its place in a line: ((0, 1),) for the exponential.
    numpy, python : str
        What calls it on arrays, and on one float: "np.sin", or with the argument in it, "np.heaviside({}, 0.0)". Of many
        arguments it is called with two at a time. Generated modules have `np` and `math`.
    array_api, javascript : str
        The same for arrays of any library, whose namespace is `xp` in generated modules, and for a number of JavaScript.
        What neither has is a short text of our own, which a module has where it is used: codegen/array_api_functions
        and codegen/javascript_functions.
    meaning : str
        The function in others, as a formula in u, v that does not overflow, for targets that do not have it.
    forms : mapping of str to str
        How it stands round its arguments, by the style's name, where it is not written as a name before parentheses:
        {"unicode": "‖{0}‖", "latex": ...}; without "ascii", that is how it is typed.
    holding : {"closed", "raised", "product", "open"}
        How tightly these forms hold together: closed on both sides, as a power, as a product, or open to the right.
    largest : int or None
        The largest number, written out, that it is taken of: SymPy would multiply so many factors.

    Raises
    ------
    FormulaError
        Where nothing says what its value at numbers is.

    Examples
    --------
    >>> slopes = ("-2*u*bump(u)^2",)
    >>> bump = Function("bump", lambda z: 1 / (1 + z**2), slopes, compute=lambda mp, z: 1 / (1 + z**2))
    >>> bump.in_latex, bump.value(sympy.Integer(2)), bump.at(mpmath.mp, 2.0)
    ('\\operatorname{bump}', 1/5, 0.2)
    """

    name: str
    value: Callable[..., sympy.Expr]
    derivatives: tuple[str | None, ...] = ()
    spoken: str = ""
    compute: str | Callable[..., Any] = ""
    arity: int | None = 1
    where: tuple[str, ...] = ()
    word: str = ""
    latex: str = ""
    typst: str = ""
    aliases: tuple[str, ...] = ()
    real: bool = False
    sign: Sign = "any"
    steady: bool = False
    known: tuple[tuple[int, int], ...] = ()
    numpy: str = ""
    python: str = ""
    array_api: str = ""
    javascript: str = ""
    meaning: str = ""
    largest: int | None = None
    forms: Mapping[str, str] = field(default_factory=FrozenMap, hash=False)
    holding: Holding = "closed"

    def __post_init__(self) -> None:
        if not callable(self.compute) and not hasattr(mpmath.mp, self.compute or self.name):
            raise FormulaError(
                f'nothing says what the function "{self.name}" is at numbers',
                "pass compute, a callable of an mpmath context and the numbers",
            )

    def __repr__(self) -> str:
        slopes = self.slopes and f", derivative {self.slopes}"
        return f"Function({self.name}: {self.noun}{slopes})"

    @property
    def slopes(self) -> str:
        """The derivatives as they are declared."""
        return ", ".join(slope or "none" for slope in self.derivatives)

    def at(self, context: Any, *numbers: Any) -> Any:
        """The value at `numbers`, which belong to the mpmath `context`."""
        if callable(self.compute):
            return self.compute(context, *numbers)
        return getattr(context, self.compute or self.name)(*numbers)

    def form(self, target: Target) -> str:
        """What calls it in a target's code; empty where the target does not have it."""
        forms: Mapping[Target, str] = {
            "numpy": self.numpy,
            "python": self.python,
            "array_api": self.array_api,
            "javascript": self.javascript,
        }
        return forms[target]

    def code(self, target: Target, *arguments: str) -> str:
        """A call as a target's text; empty where the target does not have it."""
        form = self.form(target)
        first, *others = arguments
        if "{" in form and self.arity is not MANY:
            return form.format(*arguments)
        if not form or not others:
            return form and f"{form}({first})"
        for other in others:
            first = form.format(first, other) if "{" in form else f"{form}({first}, {other})"
        return first

    @property
    def summary(self) -> Mapping[str, str]:
        return {
            "name": self.name,
            "title": self.noun,
            "derivative": self.slopes,
            "where": " and ".join(self.where),
            "also called": ", ".join(self.aliases),
        }

    @property
    def noun(self) -> str:
        """What its value is called: square root, sine."""
        return self.spoken.removeprefix("the ").partition(" of ")[0] or self.name

    @property
    def written(self) -> str:
        """The name in typeset print."""
        return self.word or self.name

    @property
    def in_latex(self) -> str:
        """The name as a LaTeX command."""
        return self.latex or rf"\operatorname{{{self.written}}}"

    @property
    def in_typst(self) -> str:
        """The name as Typst mathematics."""
        return self.typst or f'op("{self.written}")'

    @property
    def has_kink(self) -> bool:
        """Whether it is another formula on either side of 0, where its derivative does not exist."""
        return self.real and self.where == NOT_AT_0


def aliases_of(functions: Iterable[Function]) -> Mapping[str, str]:
    """Each other spelling of some functions, with the name that it stands for."""
    return {alias: f.name for f in functions for alias in f.aliases}
