"""Rule, Step, Derivation: what a derivation is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Literal, Unpack

import sympy

from symgd.terms import Abbreviation, Equation, Partial, Path, Symbol, Term, Variable
from symgd.writing.reading import Reading, ReadingOptions
from symgd.writing.words import Language

if TYPE_CHECKING:
    from symgd.derivation.at_point.worked import Worked
    from symgd.writing.exposition import Account
    from symgd.writing.outline import Outline

Group = Literal["law", "inner", "atom", "clean", "form"]


@dataclass(frozen=True)
class Rewritten:
    """What a rule made of an expression.

    Parameters
    ----------
    after : Term
        The new expression; parts that were kept are the same objects as before.
    bindings : mapping of str to Term
        What the letters of the rule's law and reason stand for.
    introduced : mapping of str to Term
        Abbreviations that come into use, u = ….
    conditions : tuple of Term
        What must hold for the step to be true: no kink, no pole that the expression did not have.
    """

    after: Term
    bindings: Mapping[str, Term] = field(default_factory=dict)
    introduced: Mapping[str, Term] = field(default_factory=dict)
    conditions: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One rule of calculus: what ∂/∂variable of a body is.

    Parameters
    ----------
    name : str
        What teachers call it.
    law : str
        The rule as a formula in f, g, c, n, u.
    why : str
        The reason in words; ``{f}`` and the like stand for the bindings.
    rewrite : callable
        Takes the Partial to be worked out; answers what it is, still holding unfinished Partials, or None where the
        rule does not apply.
    group : str
        Consecutive steps of one group make one line at standard detail.
    examples : tuple of (str, str)
        Bodies in x and what their derivative is, as texts.
    """

    name: str
    law: str
    why: str
    rewrite: Callable[[Partial], Rewritten | None]
    examples: tuple[tuple[str, str], ...]
    group: Group = "law"
    covered: bool = True
    quiet: bool = False
    relation: str = "="


@dataclass(frozen=True)
class TidyRule:
    """One small rewrite of algebra; `rewrite` answers the new Term or None.

    A `quiet` rule only rearranges: it is named beside a line when no other rule made the line, or at full detail.
    An `eager` one does not wait until everything is derived.
    `relation` says how the new line stands to the one before it, where that is not equality: "≤" or "≈".
    """

    name: str
    law: str
    why: str
    rewrite: Callable[[Term], Rewritten | None]
    examples: tuple[tuple[str, str], ...]
    group: Group = "clean"
    covered: bool = True
    quiet: bool = False
    eager: bool = False
    relation: str = "="


@dataclass(frozen=True)
class Check:
    """How a step was checked, and what came of it.

    Parameters
    ----------
    method : str
        "exact" (random points, exact rationals), "numeric" (random points, 30 digits) or "sympy" (against `sympy.diff`),
        or "arithmetic" (numbers alone, rounded).
    passed : bool
        Whether both sides agreed at every point.
    trials : int
        How many random points were tried; the sums were unrolled to a few terms.
    seed : int
        Gives the same points again.
    bound : float or None
        For "exact": the probability, at most, that different sides agreed at all points by chance.
    note : str
        Anything else to be said, such as a form that differs.
    """

    method: str
    passed: bool
    trials: int
    seed: int
    bound: float | None = None
    note: str = ""

    def __str__(self) -> str:
        verdict = "holds" if self.passed else "FAILS"
        return f"{verdict} at {self.trials} random points ({self.method}){self.note and '; ' + self.note}"


@dataclass(frozen=True)
class Move:
    """What became of one sub-term: it stays or moves, is copied, is born (no `before`) or dies (no `after`)."""

    kind: Literal["stays", "moves", "copies", "born", "dies"]
    before: Path | None
    after: Path | None


@dataclass(frozen=True, repr=False)
class Step:
    """One rule, applied to the sub-term of one line at `path`.

    `before` and `after` are whole lines; `bindings` and `introduced` say what the letters of the rule stand for;
    `conditions` are what must hold for the step to be true.
    """

    rule: Rule | TidyRule
    before: Term
    after: Term
    path: Path
    variable: Variable
    bindings: Mapping[str, Term]
    introduced: Mapping[str, Term]
    moves: Sequence[Move]
    check: Check
    conditions: tuple[Term, ...] = ()

    def __repr__(self) -> str:
        return f"Step({self.rule.name}: {self.changed.left.value} to {self.changed.right.value})"

    @property
    def changed(self) -> Equation:
        """The rewritten sub-term and what it became."""
        return Equation(self.before.at(self.path), self.after.at(self.path))


class Shown(ABC):
    """The ways out that all derivations share; the writers are imported when they are asked for.

    Each takes the fields of a `Reading` as keywords: how much detail, what the reader knows, and so on.
    """

    def __str__(self) -> str:
        return self.text()

    def text(self, *, ascii: bool = False, **reading: Unpack[ReadingOptions]) -> str:
        """The derivation as plain text, a line a step, with the rule beside it."""
        from symgd.writing import plain

        return plain.as_text(self.outline(**reading), ascii=ascii)

    def latex(self, *, document: bool = False, **reading: Unpack[ReadingOptions]) -> str:
        """Display lines for amsmath; with `document`, a file that compiles as it is."""
        from symgd.writing import documents

        return documents.as_latex(self.outline(**reading), document=document)

    def markdown(self, **reading: Unpack[ReadingOptions]) -> str:
        """Markdown with ``$$`` mathematics, as notebooks and code hosts render it."""
        from symgd.writing import documents

        return documents.as_markdown(self.outline(**reading))

    def html(self, **reading: Unpack[ReadingOptions]) -> str:
        """One page with MathML that needs nothing else; single steps can be unfolded."""
        from symgd.writing import html

        return html.as_html(self.outline(**reading))

    def typst(self, **reading: Unpack[ReadingOptions]) -> str:
        """A Typst document."""
        from symgd.writing import pdf

        return pdf.as_typst(self.outline(**reading))

    def pdf(self, path: str | PathLike[str], **reading: Unpack[ReadingOptions]) -> FilePath:
        """Write a PDF, typeset by the typst package: ``pip install "symgd[pdf]"``; answers where it is."""
        from symgd.writing import pdf

        return pdf.write_pdf(self.outline(**reading), path)

    def outline(self, **reading: Unpack[ReadingOptions]) -> Outline:
        """The lines that such a reader gets, before they are written in any format."""
        from symgd.writing.outline import outline

        return outline(self.account, Reading(**reading))

    def speech(self, **reading: Unpack[ReadingOptions]) -> str:
        """A sentence for each line, as it is spoken."""
        from symgd.writing import documents

        return documents.as_speech(self.outline(**reading))

    @abstractmethod
    def json(self, *, language: Language = None) -> str:
        """Every step with its check, as JSON; `symgd schema` prints what is in it."""

    def _repr_mimebundle_(self, **chosen: Any) -> dict[str, str]:
        """For notebooks: Markdown where they show it, LaTeX for their own exports to TeX, else text.

        HTML is left out: notebooks prefer it, and their TeX fonts are better than a browser's MathML.
        """
        return {
            "text/plain": self.text(),
            "text/markdown": self.markdown(),
            "text/latex": self.latex(),
        }

    @property
    @abstractmethod
    def account(self) -> Account:
        """The derivation as it is told: chapters of lines."""


@dataclass(frozen=True, repr=False)
class Derivation(Shown):
    """The derivative of one Term by one variable, step by step.

    Parameters
    ----------
    function : Term
        What is derived: a named cost, or the expression itself.
    start : Partial
        The first line.
    steps : tuple of Step
        Each step's `before` is the `after` of the one before it.
    check : Check
        The last line against `sympy.diff`.
    held : tuple of str
        The other parameters, which are treated as constants.
    """

    function: Term
    start: Partial
    steps: tuple[Step, ...]
    check: Check
    held: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Derivation(by {self.variable.name}: {len(self.steps)} steps to {self.result})"

    @property
    def variable(self) -> Variable:
        """What is derived by."""
        return self.start.variable

    @property
    def left(self) -> Partial:
        """The left-hand side, ∂J/∂m."""
        return Partial(self.function, self.variable, self.start.ordinary)

    @property
    def last(self) -> Term:
        """The last line as a Term, in the form that is printed."""
        return self.steps[-1].after if self.steps else self.start

    @property
    def result(self) -> sympy.Expr:
        """The last line as SymPy knows it."""
        return self.last.value

    @property
    def alone(self) -> Gradient:
        """The derivation as a gradient by one variable."""
        named = isinstance(self.function, Abbreviation)
        definition = self.start.body if named else None
        return Gradient(self.function, definition, {self.variable.name: self}, 0)

    @property
    def account(self) -> Account:
        """The derivation as it is told."""
        return self.alone.account

    def json(self, *, language: Language = None) -> str:
        """Every step with its check, as JSON."""
        return self.alone.json(language=language)

    def at(
        self,
        parameters: Mapping[str, object],
        data: object | None = None,
        *,
        row: int | None = None,
        digits: int = 6,
    ) -> Worked:
        """Every line with numbers put in, and what it comes to; see `Gradient.at`.

        Examples
        --------
        >>> from symgd.derivation.engine import differentiate
        >>> differentiate("x^2", "x").at({"x": 3}).result
        {'x': 6.0}
        """
        return self.alone.at(parameters, data, row=row, digits=digits)


@dataclass(frozen=True, repr=False)
class Gradient(Shown):
    """The partial derivatives of one cost, and how many first steps they share.

    Parameters
    ----------
    function : Term
        The cost's name, J.
    definition : Term or None
        What the name stands for.
    partials : mapping of str to Derivation
        By parameter, in the parameters' order.
    shared : int
        The first `shared` steps are the same for every parameter, whatever its name.
    """

    function: Term
    definition: Term | None
    partials: Mapping[str, Derivation]
    shared: int

    def __repr__(self) -> str:
        names = ", ".join(self.partials)
        return f"Gradient(by {names}: {len(self.steps)} steps, {self.shared} of them shared)"

    def __getitem__(self, parameter: str) -> Derivation:
        return self.partials[parameter]

    def __iter__(self) -> Iterator[str]:
        return iter(self.partials)

    def __len__(self) -> int:
        return len(self.partials)

    @property
    def result(self) -> dict[str, sympy.Expr]:
        """Each partial derivative as SymPy knows it."""
        return {name: partial.result for name, partial in self.partials.items()}

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps: the shared ones once, then each parameter's own."""
        first, *others = self.partials.values()
        own = [step for partial in others for step in partial.steps[self.shared :]]
        return (*first.steps, *own)

    @property
    def generic(self) -> Symbol:
        """A letter that stands for any of the parameters in the shared steps."""
        used = frozenset(self.partials) | (
            self.definition.names if self.definition else frozenset()
        )
        return Symbol(next(name for name in ("theta", "p", "q", "theta_k") if name not in used))

    @property
    def account(self) -> Account:
        """The gradient as it is told."""
        from symgd.writing.exposition import account_of

        return account_of(self)

    def json(self, *, language: Language = None) -> str:
        """Every step with its check, as JSON."""
        from symgd.writing import record

        return record.as_json(self, language)

    def at(
        self,
        parameters: Mapping[str, object],
        data: object | None = None,
        *,
        row: int | None = None,
        digits: int = 6,
    ) -> Worked:
        """Every line with numbers put in, and what it comes to.

        Parameters
        ----------
        parameters : mapping of str to number, or to a sequence of numbers for a vector
            A decimal is meant as it is printed: 0.1 is 1/10.
        data : table, optional
            A mapping of names to columns, a frame, or the path of a CSV, with the names that the formula has.
        row : int, optional
            One row of the data alone, counted from 1 as Σ counts: the cost of this one example.
        digits : int
            How many significant digits are shown; ≈ stands where that is not the number itself.

        Returns
        -------
        Worked
            Prints as text, and has all formats of a derivation; `.result` has the values.

        Raises
        ------
        DerivationError, DataError
            For names without numbers, numbers without names, and where a line has no value.

        Examples
        --------
        >>> from symgd.problem.problem import Problem
        >>> point = Problem("a*x + b").derive().at({"a": 0.2, "b": 0.5}, {"x": [1, 2, 3], "y": [1.2, 1.8, 3.4]})
        >>> {name: round(value, 6) for name, value in point.result.items()}
        {'a': -6.133333, 'b': -2.466667}
        """
        from symgd.derivation.at_point.worked import worked

        return worked(self, parameters, data, row=row, digits=digits)
