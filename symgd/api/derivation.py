"""Derivation, Gradient and Hessian, with their functions; and `differentiate`, which derives a formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from symgd.budget import Budget, at_work, shared
from symgd.derivation import gradient, typed
from symgd.derivation.later import each
from symgd.derivation.second_order import hessian
from symgd.errors import DerivationError
from symgd.parsing.tokens import as_spelled
from symgd.problem import problem as value
from symgd.registry.options import names_options
from symgd.registry.registry import Undeclared
from symgd.terms.function import Function

if TYPE_CHECKING:
    from symgd.codegen.functions.functions import Functions
    from symgd.codegen.functions.partial import ArrayFunction, PartialFunction
    from symgd.data.arrays import FloatArray


@names_options
@dataclass(frozen=True, repr=False)
class Derivation(gradient.Derivation):
    __doc__ = gradient.Derivation.__doc__

    problem: value.Problem | None = field(default=None, compare=False)  # whose cost is derived

    @classmethod
    def of(cls, made: gradient.Derivation, problem: value.Problem | None = None) -> Self:
        """A derivation, of a problem's cost or of any formula."""
        return cls(made.function, made.start, made.steps, made.check, made.held, made.said, problem)

    def lambdify(
        self, *names: str, budget: Budget | None = None
    ) -> ArrayFunction | PartialFunction:
        """The derivative as a plain function of NumPy, in a form that does not overflow.

        Parameters
        ----------
        *names : str
            Of a formula: what is passed, in which order; not needed where there is one name alone. The derivative of a
            problem's cost takes none: it is a function of parameters and data, as `problem.lambdify().gradient` is.
        budget : Budget, optional
            As for `differentiate`.

        Returns
        -------
        ArrayFunction or PartialFunction
            Has `.source`, and can be pickled.

        Examples
        --------
        >>> differentiate("3*x^5", "x").lambdify("x")([1, 2]).tolist()
        [15.0, 240.0]
        >>> from symgd import Problem
        >>> Problem("m*x").derive("m").lambdify()((2.0,), [1, 2], [2, 4])
        0.0
        """
        from symgd.codegen.functions.partial import ArrayFunction, PartialFunction

        with shared(budget), at_work("writing the function"):
            if self.problem is None:
                return ArrayFunction(self, names)
            _expect_no_names(names)
            return PartialFunction(self, self.problem)


def _expect_no_names(names: tuple[str, ...]) -> None:
    """Refuse names where parameters and data are passed."""
    if names:
        cause = f"lambdify names {', '.join(names)}, and the derivative is that of a problem's cost"
        remedy = "call lambdify(): the function takes the parameters, then the data"
        raise DerivationError(cause, remedy)


@names_options
@dataclass(frozen=True, repr=False)
class Gradient(gradient.Gradient):
    __doc__ = gradient.Gradient.__doc__

    partials: Mapping[str, Derivation]
    functions: Callable[[], Functions] | None = field(default=None, compare=False)

    @classmethod
    def of(
        cls,
        made: gradient.Gradient,
        problem: value.Problem | None,
        functions: Callable[[], Functions] | None = None,
    ) -> Self:
        """The gradient of a problem's cost, whose `functions` are known, or of another function."""
        partials = each(made.partials, lambda part: Derivation.of(part, problem))
        return cls(made.function, made.definition, partials, made.shared, made.kinds, functions)

    def __getitem__(self, parameter: str) -> Derivation:
        (name,) = as_spelled((parameter,))
        found = parameter if parameter in self.partials else name
        if found not in self.partials:
            raise Undeclared(parameter, tuple(self.partials))
        return self.partials[found]

    def lambdify(self, *names: str, budget: Budget | None = None) -> Callable[..., Any]:
        """All partial derivatives as one function of parameters and data: `problem.lambdify().gradient`.

        Parameters
        ----------
        *names : str
            None: the parameters are passed first, in any form, then the data.
        budget : Budget, optional
            As for `differentiate`.

        Raises
        ------
        DerivationError
            Of a gradient that is not that of a problem's cost.

        Examples
        --------
        >>> from symgd import Problem
        >>> gradient = Problem("m*x + b").derive().lambdify()
        >>> gradient({"m": 1.0, "b": 0.0}, [1, 2], [2, 4])
        {'m': -5.0, 'b': -3.0}
        """
        _expect_no_names(names)
        if self.functions is None:
            cause = "this gradient is not that of a problem's whole cost"
            remedy = "call problem.lambdify().gradient, with numbers for one example"
            raise DerivationError(cause, f"{remedy}, or lambdify(...) of one of its partials")
        with shared(budget):
            return self.functions().gradient


@names_options
@dataclass(frozen=True, repr=False)
class Hessian(hessian.Hessian):
    __doc__ = hessian.Hessian.__doc__

    first: Gradient
    columns: Mapping[str, Gradient]

    @classmethod
    def of(cls, made: hessian.Hessian, first: Gradient, problem: value.Problem) -> Self:
        """The Hessian of a problem's cost, made from its gradient."""
        columns = {name: Gradient.of(column, problem) for name, column in made.columns.items()}
        return cls(first, columns, made.symmetry)

    def lambdify(self, *names: str, budget: Budget | None = None) -> Callable[..., FloatArray]:
        """All second derivatives as one function of parameters and data: `problem.lambdify().hessian`.

        Parameters
        ----------
        *names : str
            None: the parameters are passed first, in any form, then the data.
        budget : Budget, optional
            As for `differentiate`.

        Examples
        --------
        >>> from symgd import Problem
        >>> Problem("m*x + b").hessian().lambdify()((1.0, 0.0), [1, 2], [2, 4]).tolist()
        [[5.0, 3.0], [3.0, 2.0]]
        """
        _expect_no_names(names)
        assert self.first.functions is not None
        with shared(budget):
            return self.first.functions().hessian

    def __getitem__(self, names: tuple[str, str]) -> Derivation:
        found = super().__getitem__(names)
        assert isinstance(found, Derivation)
        return found


@names_options
def differentiate(
    formula: str,
    variable: str,
    *,
    budget: Budget | None = None,
    functions: Mapping[str, Function] | None = None,
) -> Derivation:
    return Derivation.of(typed.differentiate(formula, variable, budget=budget, functions=functions))


differentiate.__doc__ = typed.differentiate.__doc__
