"""Functions: a problem's prediction, cost, gradient, step and Hessian as plain callables, for loops of one's own.

Laws
----
- what descends is what is called: on data that are bound, every number is the one that `Problem.descend` works with
- data that are passed are read at every call and never kept; data that are bound are copies
- values that are passed are looked at when an array is first seen; a loop that passes the same arrays pays for it once
- a result that is too large for a float, or not defined, is inf or nan, without a warning
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property, update_wrapper
from inspect import getdoc
from types import FunctionType, MethodType
from typing import Any, Self, TypeVar, cast

import numpy as np

from symgd.codegen.evaluators.evaluator import Compiled, Evaluate
from symgd.codegen.evaluators.hessian_evaluator import Bends, HessianEvaluator
from symgd.codegen.evaluators.summary import summarise
from symgd.codegen.functions.forms import Form, Parameters, in_form_of, values_in
from symgd.codegen.functions.functions_source import functions_source, predictor_source
from symgd.codegen.functions.loss_targets import expect_targets
from symgd.codegen.functions.passed import Passed
from symgd.codegen.program.lower import lower
from symgd.codegen.summary.separation import Separation, separate
from symgd.data.arrays import FloatArray
from symgd.data.columns import Columns
from symgd.derivation.gradient import Gradient
from symgd.derivation.second_order.hessian import Hessian
from symgd.errors import DescentError, parameter
from symgd.problem.problem import Problem
from symgd.problem.tables import problem_columns
from symgd.registry.options import names_options
from symgd.terms import Equation
from symgd.writing.formulas.text import text

Method = TypeVar("Method", bound=Callable[..., Any])


class _Documented:
    """A method whose docstring says the formulas of the problem that it belongs to."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self.call = cast(FunctionType, call)
        self.__doc__ = call.__doc__

    def __get__(self, functions: Functions | None, owner: type | None = None) -> Any:
        if functions is None:
            return self.call
        call, name = self.call, self.call.__name__
        own = FunctionType(call.__code__, call.__globals__, name, None, call.__closure__)
        update_wrapper(own, call)
        own.__kwdefaults__ = call.__kwdefaults__
        lines = "\n".join(f"    {line}" for line in functions.formulas(name))
        own.__doc__ = f"{getdoc(call)}\n\nThe formulas\n------------\n{lines}\n"
        del own.__wrapped__  # type: ignore[attr-defined]  # the copy is the function itself
        vars(functions)[name] = found = MethodType(own, functions)
        return found


def _documented(call: Method) -> Method:
    return cast(Method, _Documented(call))


@names_options
@dataclass(frozen=True, eq=False, repr=False)
class Functions:
    """Plain callables of a problem: `predict, cost, gradient, cost_and_gradient, update, hessian`.

    Parameters are a mapping by name, a tuple, a list or an array in the problem's order, or, where there is one alone, a
    number; gradients and new parameters are answered in the same form. Data are columns by position or by name, arrays
    of shape (n,), or one table; without any, those that are bound. Numbers are one example.

    Called itself, it answers cost and gradient: ``scipy.optimize.minimize(functions, x0, jac=True)``.

    Parameters
    ----------
    problem : Problem
    derive, second : callable
        The problem's gradient, and its Hessian, which is asked for where it is needed.
    data : Columns, optional
        The data that are bound. A cost that separates is then worked out from a summary of them, in a time that does not
        depend on how many rows there are.

    Examples
    --------
    >>> from symgd import Problem
    >>> f = Problem("a*x + b").lambdify()
    >>> x, y = [1, 2, 3], [1.2, 1.8, 3.4]
    >>> point = {"a": 0.2, "b": 0.5}
    >>> for _ in range(10):
    ...     slopes = f.gradient(point, x, y)
    ...     point = {name: value - 0.06 * slopes[name] for name, value in point.items()}
    >>> {name: round(value, 6) for name, value in point.items()}
    {'a': 0.793182, 'b': 0.630777}
    """

    problem: Problem
    derive: Callable[[], Gradient]
    second: Callable[[], Hessian]
    data: Columns | None = None

    def __post_init__(self) -> None:
        _ = self._compiled  # what has no code is said here

    def __getstate__(self) -> dict[str, Any]:
        """What it is made of: code is compiled anew in another process."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __repr__(self) -> str:
        model = ", ".join(text(part) for part in self.problem.predictions)
        if not self.problem.has_examples:
            return f"Functions({model}: parameters {', '.join(self.parameters)})"
        bound = "" if self.data is None else f", on {self.data!r}"
        given = f"parameters {', '.join(self.parameters)}; data {', '.join(self.columns)}"
        return f"Functions({model}: {given}{bound})"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters' names, in the order in which they are passed by position."""
        return self.problem.parameters

    @property
    def columns(self) -> tuple[str, ...]:
        """The data columns' names, in the order in which they are passed by position: inputs, then targets."""
        return self.problem.columns

    def on(self, *data: object, **named_data: object) -> Self:
        """The same with data bound to it, which then need not be passed.

        Examples
        --------
        >>> from symgd import Problem
        >>> f = Problem("a*x + b").lambdify().on([1, 2, 3], [1.2, 1.8, 3.4])
        >>> f.cost((1.1, -1/15)) - 1/18 < 1e-15
        True
        """
        columns = problem_columns(self.problem, data, named_data)
        expect_targets(self.problem, columns.values)
        return replace(self, data=columns)

    # -- the callables --------------------------------------------------------------------------

    @_documented
    def predict(
        self, parameters: Parameters, /, *inputs: object, **named_inputs: object
    ) -> FloatArray:
        """What the model says.

        Parameters
        ----------
        parameters : mapping, sequence, array of shape (p,), or number
        *inputs, **named_inputs
            The inputs in order or by name, numbers or arrays of one shape; or one table.

        Returns
        -------
        array of the inputs' shape
            Of a model of several scores, with an axis more at the end.
        """
        self.problem.expect_examples("predicts nothing")
        names = self.problem.inputs
        if not inputs and not named_inputs and self.data is not None:
            values: Sequence[Any] = [self.data[name] for name in names]
        else:
            values = self._passed.inputs(inputs, named_inputs)
        with np.errstate(all="ignore"):
            made: FloatArray = self._predictor(values_in(parameters, self.parameters), *values)
        return made

    @_documented
    def cost(self, parameters: Parameters, /, *data: object, **named_data: object) -> float:
        """The cost: the loss of all examples together, and the penalty.

        Parameters
        ----------
        parameters : mapping, sequence, array of shape (p,), or number
        *data, **named_data
            The inputs in order and the target, arrays of shape (n,); or one table.

        Returns
        -------
        float
        """
        return self._evaluated("cost", parameters, data, named_data)[0]

    @_documented
    def gradient(self, parameters: Form, /, *data: object, **named_data: object) -> Form:
        """The partial derivatives of the cost, in the form that the parameters come in.

        Parameters
        ----------
        parameters : mapping, sequence, array of shape (p,), or number
        *data, **named_data
            The inputs in order and the target, arrays of shape (n,); or one table.

        Returns
        -------
        dict, tuple, list, array of shape (p,), or number
        """
        slopes = self._evaluated("gradient", parameters, data, named_data)[1]
        return in_form_of(parameters, self.parameters, slopes)

    @_documented
    def cost_and_gradient(
        self, parameters: Form, /, *data: object, **named_data: object
    ) -> tuple[float, Form]:
        """Cost and gradient together, which share most of the work.

        Parameters
        ----------
        parameters : mapping, sequence, array of shape (p,), or number
        *data, **named_data
            The inputs in order and the target, arrays of shape (n,); or one table.

        Returns
        -------
        float, and dict, tuple, list, array of shape (p,), or number
        """
        cost, slopes = self._evaluated("cost_and_gradient", parameters, data, named_data)
        return cost, in_form_of(parameters, self.parameters, slopes)

    def __call__(
        self, parameters: Form, /, *data: object, **named_data: object
    ) -> tuple[float, Form]:
        """Cost and gradient; see `cost_and_gradient`."""
        return self.cost_and_gradient(parameters, *data, **named_data)

    @_documented
    def update(
        self,
        parameters: Form,
        /,
        *data: object,
        learning_rate: float | None = None,
        **named_data: object,
    ) -> Form:
        """The parameters after one step: each minus the learning rate times its partial derivative.

        Parameters
        ----------
        parameters : mapping, sequence, array of shape (p,), or number
        *data, **named_data
            The inputs in order and the target, arrays of shape (n,); or one table.
        learning_rate : float

        Returns
        -------
        dict, tuple, list, array of shape (p,), or number
        """
        self._passed.expect_columns("update", named_data)
        rate = _rate(learning_rate)
        slopes = self._evaluated("update", parameters, data, named_data)[1]
        values = values_in(parameters, self.parameters)
        moved = [value - rate * slope for value, slope in zip(values, slopes, strict=True)]
        return in_form_of(parameters, self.parameters, moved)

    @_documented
    def hessian(self, parameters: Parameters, /, *data: object, **named_data: object) -> FloatArray:
        """The second derivatives of the cost, from their formulas.

        Parameters
        ----------
        parameters : mapping, sequence, array of shape (p,), or number
        *data, **named_data
            The inputs in order and the target, arrays of shape (n,); or one table.

        Returns
        -------
        array of shape (p, p)
            Symmetric; rows and columns in the problem's order.
        """
        values = values_in(parameters, self.parameters)
        if data or named_data or self.data is None:
            bends = self._second.on(self._passed.columns("hessian", data, named_data))
        else:
            bends = self._hessian_on_data
        return bends(values)

    # -- what they are written as ---------------------------------------------------------------

    @cached_property
    def source(self) -> str:
        """The same functions as a module of Python that needs NumPy alone, made from the same formulas."""
        return functions_source(self.problem, self.derive(), self.second)

    def formulas(self, name: str) -> list[str]:
        """The formulas behind one of the callables, as its docstring has them."""
        problem = self.problem
        if name == "predict":
            return [*map(text, problem.model_equations)]
        cost = [text(equation) for equation in problem.equations]
        slopes = [
            text(Equation(partial.left, partial.last))
            for partial in self.derive().partials.values()
        ]
        return cost if name in ("cost", "hessian") else [*cost, *slopes]

    # -- how they are worked out ----------------------------------------------------------------

    @cached_property
    def _passed(self) -> Passed:
        return Passed(self.problem)

    @cached_property
    def _compiled(self) -> Compiled:
        return Compiled(self.problem, lower(self.problem, self.derive()))

    @cached_property
    def _second(self) -> HessianEvaluator:
        return HessianEvaluator(self.problem, self.derive, self.second)

    @cached_property
    def _predictor(self) -> Callable[..., FloatArray]:
        namespace: dict[str, Any] = {}
        exec(compile(predictor_source(self.problem), "<generated by symgd>", "exec"), namespace)
        made: Callable[..., FloatArray] = namespace["predict"]
        return made

    @cached_property
    def _separation(self) -> Separation | None:
        return separate(self.problem)

    @cached_property
    def _on_data(self) -> Evaluate:
        """Cost and gradient on the data that are bound: from their summary where that is faithful."""
        assert self.data is not None
        data = [np.ascontiguousarray(column) for column in self.data.values]
        results = self._compiled.on(data, often=True)

        def arrays(values: Sequence[float]) -> tuple[float, tuple[float, ...]]:
            cost, *slopes = results(values)
            return cost, tuple(slopes)

        if self._separation is None:
            return arrays
        summary = summarise(self._separation, self.problem, self.data)
        if self._separation.linear:
            return summary.evaluate

        def evaluate(values: Sequence[float]) -> tuple[float, tuple[float, ...]]:
            return summary.evaluate(values) if summary.is_faithful(values) else arrays(values)

        return evaluate

    @cached_property
    def _hessian_on_data(self) -> Bends:
        """The Hessian on the data that are bound; the same everywhere where the cost is a quadratic."""
        assert self.data is not None
        bends = self._second.on(self.data.values)
        if self._separation is None or not self._separation.linear:
            return bends
        constant = bends([0.0] * len(self.parameters))
        return lambda values: constant.copy()

    def _evaluated(
        self, call: str, parameters: object, data: tuple[object, ...], named: Mapping[str, object]
    ) -> tuple[float, Sequence[float]]:
        values = values_in(parameters, self.parameters)
        if not data and not named and self.data is not None:
            return self._on_data(values)
        cost, *slopes = self._compiled.on(self._passed.columns(call, data, named))(values)
        return cost, slopes


def _rate(learning_rate: Any) -> float:
    name, remedy = parameter("learning_rate"), "pass a number, such as 0.1"
    if learning_rate is None:
        raise DescentError(f"{name} is not given", "pass it by name: learning_rate=0.1")
    try:
        if isinstance(learning_rate, bool | str | bytes):
            raise TypeError
        rate = float(learning_rate)
    except (TypeError, ValueError) as error:
        raise DescentError(f"{name} is {learning_rate!r}", remedy) from error
    if not math.isfinite(rate):
        raise DescentError(f"{name} is {learning_rate!r}", remedy)
    return rate
