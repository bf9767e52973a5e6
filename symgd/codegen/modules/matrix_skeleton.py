"""The parts of a generated module with one matrix of inputs; `<<...>>` is filled in by a MatrixModule."""

from __future__ import annotations

from symgd.codegen.modules.checks_source import CONSTANTS

NAMES = (
    """\
PARAMETERS = <<parameters>>
COLUMNS = <<column_names>>  # those of X, and the target<<and_weights>> last

WEIGHTS = <<weights>>  # the parameters by which the columns of X are multiplied
ROWS = <<rows>>  # of one block, which stays in the cache
"""
    + CONSTANTS
    + "\n<<types>>"
)

FUNCTIONS = '''\
def predict(parameters: ArrayLike, X: ArrayLike) -> FloatArray:
    """What the model says of each row of X; parameters are in the order of PARAMETERS."""
    point, inputs = _array(parameters), _inputs(X)
    with np.errstate(all="ignore"):
        score = <<table>> @ point[WEIGHTS]
        return _predicted(<<given>>) + np.zeros(len(inputs))


def cost(parameters: ArrayLike, <<passed_typed>>) -> float:
    """The cost; parameters are in the order of PARAMETERS."""
    return cost_and_gradient(parameters, <<passed>>)[0]


def gradient(parameters: ArrayLike, <<passed_typed>>) -> FloatArray:
    """The partial derivatives of the cost, in the parameters' order."""
    return cost_and_gradient(parameters, <<passed>>)[1]


def cost_and_gradient(parameters: ArrayLike, <<passed_typed>>) -> tuple[float, FloatArray]:
    """Cost and gradient together, which share most of the work.

    X has a row for each example and a column for each input, in the order of COLUMNS. Raises
    ValueError for data or parameters that do not fit, and FloatingPointError where the result is
    not a finite number.
    """
    data = _data(<<passed>>)
    value, slopes = _checked(lambda point: _evaluate(point, *data), _point(parameters))
    return value, np.asarray(slopes, dtype=np.float64)
'''

UPDATE = '''\
def update(parameters: ArrayLike, <<passed_typed>>, learning_rate: float) -> FloatArray:
    """The parameters after one step: each minus the learning rate times its partial derivative."""
    moved = _array(parameters) - learning_rate * gradient(parameters, <<passed>>)
    return _array(moved)
'''

EVALUATE = '''\
def _evaluate(point: Sequence[float], <<typed>>) -> CostAndGradient:
    """Cost and gradient, block by block; not finite where they are too large or not defined."""
    at = np.array(point)
    total, pull, inner = 0.0, np.zeros(<<width>>), np.zeros(<<around>>)
    with np.errstate(all="ignore"):
        for start in range(0, len(y), ROWS):
            rows = slice(start, start + ROWS)
            table = <<block>>[rows]
            <<results>> = _examples(<<arguments>>)
            total += float(loss.sum())
            pull += slope @ table
            inner += (<<inner>>)
        value, scale = <<reduced>>
        slopes = np.empty(len(PARAMETERS))
        slopes[WEIGHTS] = scale * pull
        slopes[<<others>>] = scale * inner
<<penalised>>    return float(value), tuple(slopes.tolist())
'''

PENALISED = """\
        extra, further = _penalty(at[<<penalised>>])
        value += extra
        slopes[<<penalised>>] += further
"""

HESSIAN = '''\
def _hessian(point: Sequence[float], <<given>>) -> FloatArray:
    """The second derivatives of the cost: XᵀDX, with D how much each example's loss bends."""
<<taken>>    at, order = np.array(point), np.r_[<<order>>]
    bent = np.zeros((len(order), len(order)))
<<begun>>    with np.errstate(all="ignore"):
        for start in range(0, len(y), ROWS):
            rows = slice(start, start + ROWS)
            table = <<block>>[rows]
            <<results>> = _bends(<<arguments>>)
<<summed>>            bent[:<<width>>, :<<width>>] += (table * bend[:, None]).T @ table
<<around_score>>        whole = np.empty_like(bent)
<<reduced>>        whole[np.ix_(order, order)] = <<scaled>>
<<penalised>>    return whole
'''

AROUND_SCORE = """\
            bent[:<<width>>, <<width>>:] += table.T @ np.column_stack([<<mixed>>])
            bent[<<width>>:, <<width>>:] += [<<corner>>]
        bent[<<width>>:, :<<width>>] = bent[:<<width>>, <<width>>:].T
"""

# Of the root of a mean J, second derivatives are those of the mean over 2J, less ∇J·∇Jᵀ/J.
ROOT_BEGUN = """\
    total, pull = 0.0, np.zeros(len(order))
"""
ROOT_SUMMED = """\
            total += float(loss.sum())
            pull += <<pulled>>
"""
ROOT_REDUCED = """\
        size = <<size>>
        value = np.sqrt(total / size)
        slopes = 0.5 / size / value * pull
"""

PENALISED_TWICE = """\
        place = np.arange(len(order))[<<penalised>>]
        whole[place, place] += _penalty_bends(at[place])
"""

DESCEND = """\
def descend(
    <<passed_lines>>,
    *,
    start: ArrayLike | Mapping[str, float] | None = None,
    learning_rate: float | None = None,
    max_iter: int | None = None,
    tolerance: float | None = None,
) -> Descent:
    \"\"\"<<method>>; X has a column for each input, in the order of COLUMNS.

    `start` is in the order of PARAMETERS, or by name; what is not named starts at 0.
    Without a learning rate, <<default>>.
    It makes `max_iter` steps at most (without it <<most>>).
    It ends when a step is no longer than `tolerance` (0: never); without one, when a step is no
    longer than 1e-9 and the cost can fall no further. "converged" is only what is a minimum on the
    parameters' own scale.
    Raises ValueError for arguments that do not fit, and FloatingPointError where the start has no
    finite cost.
    \"\"\"
    data = _data(<<passed>>)
    point, asked = _start_point(start), (learning_rate, max_iter, tolerance)
<<prepare>>
"""

LINEAR = """\
    triangle, anchor = _summarise(*data)
    evaluate = _from_summary(triangle, anchor, <<size_of_data>>)
    steps = partial(steps_one_by_one, evaluate)
    return _run(evaluate, steps, point, asked, _squares(triangle, anchor, <<size_of_data>>))"""

ARRAYS = """\

    def evaluate(point: Sequence[float]) -> CostAndGradient:
        return _evaluate(point, *data)

    return _run(evaluate, point, asked, FEW<<hessian>>)"""

HESSIAN_ASKED = ", hessian: Callable[[Sequence[float]], FloatArray]"

BY_HESSIAN = """\
    chosen = course(evaluate, rate, most)

    def look(values: list[float], cost: float, gradient: Sequence[float]) -> Ahead | None:
        return ahead_by_hessian(evaluate, hessian(values), values, cost, gradient<<over>>)
"""

BELOW = '''
def _below(n: float) -> Below:
    """What puts the penalty's rows below those of so many."""
    factors = np.zeros(len(ORDER))
    factors[<<at>>] = math.sqrt(<<each>>) / math.sqrt(<<scale>>)
    return partial(put_below, factors)

'''

SUMMARY = '''\
<<why>>
FEATURES = <<features>>
ORDER = [*<<order>>]  # the parameters in the order of FEATURES


def _summarise(<<typed>>) -> tuple[FloatArray, FloatArray]:
    """The triangle R and the anchor of the data."""
    return summarised(_filling(<<names>>), len(y), FEATURES, True, by_products<<below>>)

<<rows_below>>
def _filling(<<typed>>) -> Fill:
    def fill(rows: slice | IntArray, table: FloatArray) -> <<counts_typed>>:
<<ones>>        table[:, <<first>>:-1] = <<block>>[rows]
        table[:, -1] = <<rest>><<counts>>

    return fill


def _from_summary(
    triangle: FloatArray, anchor: FloatArray, n: float
) -> Callable[[Sequence[float]], CostAndGradient]:
    """Cost and gradient as a function of the parameters alone."""
    origin, scale = np.append(anchor, 0.0), <<scale>>

    def evaluate(point: Sequence[float]) -> CostAndGradient:
        with np.errstate(all="ignore"):
            reached = triangle @ (np.append(np.array(point)[ORDER], 1.0) - origin)
            slopes = np.empty(len(ORDER))
            slopes[ORDER] = 2 * scale * (reached @ triangle)[:-1]
            return float(scale * (reached @ reached)), tuple(slopes.tolist())

    return evaluate


def _squares(triangle: FloatArray, anchor: FloatArray, n: float) -> Squares:
    """M, and M·θ + r as a function of the parameters θ: the cost is |M·θ + r|²."""
    root = math.sqrt(<<scale>>)
    origin = np.append(anchor, 0.0)
    matrix = np.empty((len(triangle), len(ORDER)))
    matrix[:, ORDER] = root * triangle[:, :-1]

    def reached(point: Sequence[float]) -> FloatArray:
        away = np.append(np.array(point)[ORDER], 1.0) - origin
        found: FloatArray = root * (triangle @ away)
        return found

    return matrix, reached
'''

DESIGN = '''\
def _design(inputs: FloatArray) -> FloatArray:
    """What the weights are multiplied by, a column each."""
    table = np.empty((len(inputs), <<width>>))
    with np.errstate(all="ignore"):
<<lines>>
    return table
'''
