"""Problem: a model, a loss and the roles of the names, which give the cost. A value: it derives and computes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, Self, Unpack

import sympy

from symgd import terms as nt
from symgd.budget import shared
from symgd.errors import ProblemError, parameter
from symgd.printable import printable
from symgd.problem.costs import Cost, penalty_term
from symgd.problem.loss_settings import (
    expect_as_many_scores,
    found_loss,
    found_penalty,
    loss_formula,
    setting_letters,
    setting_values,
)
from symgd.problem.losses import LOSSES, PENALTIES, Loss, Penalty
from symgd.problem.models import Model, assign_roles, expect_bound_indices, names_of, read_model
from symgd.problem.notation import Notation as Notation
from symgd.problem.notation import NotationOptions, notation_beside
from symgd.problem.penalized import expect_parameter, found_penalized
from symgd.problem.problem_options import ProblemOptions
from symgd.problem.weighted import found_weights
from symgd.registry.options import instead_of, names_options
from symgd.terms.function import Function
from symgd.terms.functions import FUNCTIONS
from symgd.terms.unrolling import WrittenOut
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.text import text
from symgd.writing.words import Message


@names_options
@dataclass(frozen=True, init=False, repr=False)
class Problem(Model):
    """A model and a loss: what gradient descent is to minimise. It does not change once it is made.

    Parameters
    ----------
    model : str or sequence of str
        The prediction formula, such as "m*x + b"; "y = m*x + b" names the target too. Inner functions may have names,
        "h = a*x + b; sigmoid(h)". Several formulas are the scores that a loss of several classes compares.
    loss : str or Loss
        A name in `losses`, or one example's loss as a formula in `prediction` and `target`, or p and y (their mean is
        the cost).
    parameters : sequence of str, optional
        What is learned. Without it: every name that is not an input.
    inputs : sequence of str, optional
        What is read from data, in the order of columns that are passed without names. Without it: x, or else x1, x_2
        and the like, in the order of their numbers (beside x they are learned), or every name that is not a parameter.
    target : str or sequence of str
        The name of what is predicted; one for each formula of the model.
    penalty : str or Penalty, optional
        A name in `penalties`: what large parameters cost.
    penalized : sequence of str, optional
        The parameters that the penalty is on. Without it: all but intercepts, which are only ever added by themselves.
    settings : mapping of str to float, optional
        The numbers of the loss and the penalty, {"delta": 1.35}; what is not named has its default.
    notation : Notation, optional
        Without it: J, N and i, or other letters where the formula uses these.
    losses : mapping of str to Loss, optional
        Without it: LOSSES.
    penalties : mapping of str to Penalty, optional
        Without it: PENALTIES.
    labels : mapping of str to str, optional
        What data columns are called in pictures and films, where their names in the formula are shorter.
    weights : str, optional
        The name of a data column that says how much each row counts: one of weight 2 as two rows, one of 0 not at all.
        In data that are passed by position it stands after the target; predictions do not need it.
    functions : mapping of str to Function, optional
        What the model may call: ``{**FUNCTIONS, "bump": Function("bump", ...)}``. Without it: FUNCTIONS.

    Raises
    ------
    FormulaError
        When a formula cannot be read.
    ProblemError
        When the roles do not fit the model.

    Examples
    --------
    >>> problem = Problem("m*x + b")
    >>> problem.parameters, problem.inputs
    (('m', 'b'), ('x',))
    >>> problem.cost
    Sum((b + m*x[i] - y[i])**2, (i, 1, N))/N
    """

    model: str | Sequence[str] = field(compare=False)
    parameters: tuple[str, ...]
    inputs: tuple[str, ...]
    loss: Loss
    penalty: Penalty | None
    settings: Mapping[str, float] = field(hash=False)
    penalized: tuple[str, ...]
    notation: Notation
    labels: Mapping[str, str] = field(hash=False)
    own_functions: tuple[Function, ...] = field(compare=False)
    inferred: bool = field(default=False, compare=False)
    weights: str | None = None

    def __init__(
        self,
        model: str | Sequence[str],
        loss: str | Loss = "mse",
        *,
        parameters: Sequence[str] | None = None,
        inputs: Sequence[str] | None = None,
        target: str | Sequence[str] = "y",
        penalty: str | Penalty | None = None,
        penalized: Sequence[str] | None = None,
        settings: Mapping[str, float] | None = None,
        notation: Notation | None = None,
        losses: Mapping[str, Loss] | None = None,
        penalties: Mapping[str, Penalty] | None = None,
        labels: Mapping[str, str] | None = None,
        weights: str | None = None,
        functions: Mapping[str, Function] | None = None,
    ) -> None:
        given = {*names_of(parameters, "parameters"), *names_of(inputs, "inputs")}
        own = [f for name, f in (functions or {}).items() if f is not FUNCTIONS.get(name)]
        self._keep(own_functions=tuple(own))
        with shared():
            self._keep(model=model, **vars(read_model(model, target, given, self.functions)))
        learned, read = assign_roles(self, parameters, inputs)
        numbers = settings or {}
        self._keep(parameters=learned, inputs=read, weights=found_weights(weights, self, learned))
        self._keep(inferred=parameters is None and inputs is None)  # nobody said which are which
        self._keep(loss=found_loss(loss, LOSSES if losses is None else losses, numbers))
        penalties = PENALTIES if penalties is None else penalties
        self._keep(penalty=found_penalty(penalty, penalties))
        declared = (*self.loss.settings, *(self.penalty.settings if self.penalty else ()))
        self._keep(settings=setting_values(declared, numbers))
        self._keep(
            penalized=found_penalized(self.penalty, penalized, self, learned, read, penalties)
        )
        if notation is not None and not isinstance(notation, Notation):
            raise ProblemError(f"notation is {notation!r}", "pass a Notation")
        self._keep(notation=notation or notation_beside(self._own_names))
        self._label(labels or {})
        self.notation.expect_apart(self._own_names)
        expect_bound_indices(self, self.parameters, self.notation.index)
        expect_as_many_scores(self.loss, len(self.predictions))
        _ = self.written_cost  # the names in the loss are checked here, not when it is derived

    def _label(self, labels: Mapping[str, str]) -> None:
        """Call columns so, and those that are not named as in the formula."""
        for name in labels:
            if name not in self.columns:
                cause = f'"{name}" has a label and is no column of the problem'
                raise ProblemError(cause, instead_of(name, self.columns))
        said = {name: labels.get(name, name).replace("\n", " ") for name in self.columns}
        self._keep(labels={name: printable(label) for name, label in said.items()})

    def _keep(self, **values: Any) -> None:
        """Set fields while the problem is being made; later ones need the earlier ones."""
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f'Problem("{self.model}", loss="{self.loss.name}", parameters={self.parameters})'

    def __getstate__(self) -> dict[str, Any]:
        """What was given and found; what can be worked out again is not kept."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def functions(self) -> Mapping[str, Function]:
        """What the model may call."""
        own = {function.name: function for function in self.own_functions}
        return {**FUNCTIONS, **own} if own else FUNCTIONS

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of what is read from data: the inputs, the targets, and the weights last."""
        own = (*self.inputs, *self.targets)
        return own if self.weights is None or self.weights in own else (*own, self.weights)

    @property
    def has_examples(self) -> bool:
        """Whether the cost is that of examples; a function of its parameters alone has none."""
        return True

    def expect_examples(self, what: str) -> None:
        """Refuse `what` needs examples where there are none."""

    @property
    def said(self) -> tuple[Message, ...]:
        """What a reader should know of how it was read."""
        return ()

    def _repr_markdown_(self) -> str:
        return "\n\n".join(f"$$\n{latex(line)}\n$$" for line in self.equations)

    @property
    def _model_names(self) -> set[str]:
        """The names that the model and the data have."""
        inner = {name.name for name in self.inner}
        return {*self.parameters, *self.columns, *self.lengths, *self.bound, *inner}

    @property
    def _own_names(self) -> set[str]:
        """The names that the notation's letters must not be."""
        return self._model_names | set(self.letters.values())

    @cached_property
    def letters(self) -> Mapping[str, str]:
        """What each setting is called in the cost."""
        return setting_letters(self.settings, self._model_names)

    @cached_property
    def symbols(self) -> tuple[nt.Variable, ...]:
        """The parameters as Terms: a number's name, or any one entry of a vector."""
        return tuple(self._variable(name) for name in self.parameters)

    def _variable(
        self, name: str, letters: str = "klmnqrsj", free: Collection[str] = ()
    ) -> nt.Variable:
        """A number's name, or any one entry of a vector or table; its indices may be those that are `free`."""
        if name not in self.vectors:
            return nt.Symbol(name)
        used = {*self._own_names, *vars(self.notation).values()}.difference(free)
        indices: tuple[str, ...] = ()
        for _ in self.vectors[name]:
            indices += (nt.fresh_index({*used, *indices}, letters),)
        return nt.Indexed(name, indices)

    @cached_property
    def data(self) -> Mapping[nt.Term, nt.Term]:
        """Each data column's name, and each inner function's, as one example's value of it."""
        index = self.notation.index
        found: dict[nt.Term, nt.Term] = {
            nt.Symbol(name): nt.Indexed(name, (index,)) for name in self.columns
        }
        entries = [part for part in self.whole.parts() if isinstance(part, nt.Indexed)]
        for entry in entries:
            if entry.name in self.inputs and index not in entry.indices:
                found[entry] = nt.Indexed(entry.name, (index, *entry.indices))
        for name in self.inner:
            body = name.definition.substitute(found)
            found[name] = nt.Abbreviation(name.name, body, (index,) * (index in body.names))
        return found

    @cached_property
    def written_cost(self) -> Cost:
        """The cost as it is written, part by part."""
        formula = loss_formula(self.loss, self.target, self._model_names, self.letters)
        weights = tuple(map(self._weight, self.penalized))
        return Cost(
            self.loss,
            formula,
            tuple(prediction.substitute(self.data) for prediction in self.predictions),
            tuple(nt.Indexed(target, (self.notation.index,)) for target in self.targets),
            self.notation,
            frozenset(self._own_names),
            penalty_term(self.penalty, weights, self.letters) if self.penalty else None,
            None if self.weights is None else nt.Indexed(self.weights, (self.notation.index,)),
        )

    def _weight(self, name: str) -> nt.Term:
        """A parameter as the penalty has it; a vector as the sum over its entries."""
        term: nt.Term = self._variable(name, "jklmnqrs", self.bound)
        ranges = self.vectors.get(name, ())
        for letter, run in reversed([*zip(nt.indices_of(term), ranges, strict=True)]):
            if run is None:
                cause = f'no sum in the model says how many entries "{name}" has'
                raise ProblemError(cause, f"name other parameters with {parameter('penalized')}")
            term = nt.BigSum(term, letter, run.upper, run.lower)
        return term

    @property
    def residual(self) -> nt.Term:
        """One example's residual, written out: m x_i + b − y_i."""
        return self.written_cost.residual

    @property
    def example_loss(self) -> nt.Term:
        """One example's loss."""
        return self.written_cost.example_loss

    @property
    def weighted_loss(self) -> nt.Term:
        """What one example adds to the sum of all: its loss, times its weight where it has one."""
        return self.written_cost.weighted_loss

    @property
    def cost_term(self) -> nt.Term:
        """The cost as it is written."""
        return self.written_cost.term

    @cached_property
    def cost_name(self) -> nt.Abbreviation:
        """J, which stands for the cost."""
        return nt.Abbreviation(self.notation.cost, self.cost_term)

    @property
    def equations(self) -> tuple[nt.Equation, ...]:
        """What the names stand for: J = …, e_i = … where the residual is named, and the inner functions."""
        return nt.definitions_of(self.cost_name)

    @property
    def model_equations(self) -> tuple[nt.Equation, ...]:
        """Each target with its prediction: y = …"""
        pairs = zip(self.targets, self.predictions, strict=True)
        return tuple(nt.Equation(nt.Symbol(target), part) for target, part in pairs)

    @property
    def cost(self) -> sympy.Expr:
        """The cost as SymPy knows it."""
        return self.cost_term.value

    @property
    def constants_inside(self) -> bool:
        """Whether the last lines leave factors common to all examples behind the Σ."""
        # The 2 of the square and the 2 of 1/(2N) can only meet before the Σ.
        return self.notation.constants == "inside" and self.loss.reduction != "half mean"

    def replace(self, **changes: Unpack[ProblemOptions]) -> Self:
        """The same problem but for some of its arguments.

        What is said of an argument goes with it: the roles with the model, the settings with their loss or penalty.

        Parameters
        ----------
        **changes
            As for the constructor.

        Examples
        --------
        >>> Problem("m*x + b").replace(loss="mae").loss.name
        'mae'
        """
        same_model = "model" not in changes
        kept = ("model", "loss", "penalty", "notation", "functions", "weights")
        given = {name: getattr(self, name) for name in kept} | {"target": self.targets}
        if same_model and not self.inferred:
            given |= {"parameters": self.parameters, "inputs": self.inputs}
        roles_anew = self.inferred and not {"parameters", "inputs"}.isdisjoint(changes)
        if same_model and not roles_anew and changes.get("penalty", self.penalty) is not None:
            given["penalized"] = self.penalized or None
        parts = [given[part] for part in ("loss", "penalty") if part not in changes]
        names = {setting.name for part in parts if part for setting in part.settings}
        given["settings"] = {n: value for n, value in self.settings.items() if n in names}
        changed = type(self)(**{**given, **changes})
        if "labels" not in changes:
            changed._label({n: said for n, said in self.labels.items() if n in changed.columns})
        return changed

    def written(self, **changes: Unpack[NotationOptions]) -> Self:
        """The same problem in another notation.

        Examples
        --------
        >>> Problem("m*x + b").written(residual="e", count="n").cost_term == Problem("m*x + b").cost_term
        False
        """
        return self.replace(notation=replace(self.notation, **changes))

    def written_out(self, **lengths: int) -> Self:
        """The same problem with the sums of its model written out, for descent, code and all that needs numbers.

        Parameters
        ----------
        **lengths
            What each sum counts to. An entry w_1 of w is then a parameter of its own, and x_1 an input.

        Raises
        ------
        ProblemError
            For a sum without a length, or a length that is too long.

        Examples
        --------
        >>> from symgd import Problem
        >>> plane = Problem("sum(w[j]*x[j], j, p) + b").written_out(p=2)
        >>> plane.model, plane.parameters, plane.inputs
        ('w_1*x_1 + w_2*x_2 + b', ('w_1', 'w_2', 'b'), ('x_1', 'x_2'))
        """
        for name in lengths:
            if name not in self.lengths:
                known = ", ".join(self.lengths) or "none"
                cause = f'no sum in the model counts to "{name}"'
                raise ProblemError(cause, f"the lengths are {known}")
        written = WrittenOut(lengths, self.notation.index)
        models = [text(written.term(part), ascii=True) for part in self.whole.terms]

        def names(of: Sequence[str]) -> list[str]:
            return [entry for name in of for entry in written.entries.get(name, [name])]

        return self.replace(
            model=models[0] if len(models) == 1 else models,
            parameters=names(self.parameters),
            inputs=names(self.inputs),
            penalized=names(self.penalized) or None,
            labels={
                entry: label + entry.removeprefix(name)
                for name, label in self.labels.items()
                for entry in names([name])
            },
        )

    def expect_parameter(self, name: str) -> None:
        """ProblemError where `name` is no parameter."""
        expect_parameter(name, self.parameters)
