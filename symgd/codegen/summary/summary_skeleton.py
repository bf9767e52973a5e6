"""The parts of a generated module that summarise its data; `<<...>>` is filled in by a Context."""

SUMMARY = '''\
<<why>>
FEATURES = <<names>>


def _summarise(*columns: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The triangle R, shape (<<width>>, <<width>>), and the anchor, shape (<<parts>>,), of the data."""
    return summarised(_filling(columns), len(columns[0]), FEATURES, <<linear>>, by_products<<below>>)


def _filling(columns: Sequence[FloatArray]) -> Fill:
    return lambda rows, table: _features(table, *(column[rows] for column in columns))
'''

BELOW = '''\
PENALTIES = <<penalties>>  # what each ψ's square costs


def _below(<<count>>: float) -> Below:
    """What puts the penalty's rows below those of so many."""
    return partial(put_below, np.sqrt(np.array(PENALTIES)) / math.sqrt(<<scale>>))
'''

PARTS = '''\
def _features(table: FloatArray, <<typed_arrays>>) -> <<counts_typed>>:
    """Write the functions of the data, a column each, <<rest_said>>."""
    with np.errstate(all="ignore"):
<<features>><<counts>>


def _from_summary(
    triangle: FloatArray, anchor: FloatArray, <<count>>: float
) -> Callable[[Sequence[float]], CostAndGradient]:
    """Cost and gradient as a function of the parameters alone, in plain floats."""
<<constants>>

    def evaluate(point: Sequence[float]) -> CostAndGradient:
        <<unpack_inside>> = point
<<statements>>
        return <<cost>>, <<gradient>>

    return evaluate
'''

TOTALS = '''\
def _totalling(<<given>>: Sequence[FloatArray], <<room>>: FloatArray, <<dots>>: Dots) -> Callable[..., list[FloatArray]]:
    """The sums and products of some rows' φ that are no numbers, and of what they leave of the residual."""
    <<weights>> = <<given>>
    <<ones>>, <<level>> = np.ones(len(<<room>>)), np.asarray(<<whole>>)

    def totals(<<typed_arrays>>) -> list[FloatArray]:
<<statements>>
        <<every>> = <<ones>><<width>>
        return [
            <<totals>>,
        ]

    return totals
'''

ADVANCE = '''\
def _advance_by_summary(
    triangle: FloatArray,
    anchor: FloatArray,
    <<count>>: float,
    learning_rate: float,
    steps: int,
    point: Sequence[float],
) -> list[float]:
    """A point, and where each of so many steps leads from there."""
<<constants>>
    <<unpack>> = point
    made = [*point]
    for _ in range(steps):
<<statements>>
        made += <<after>>
    return made
'''

SQUARES = '''\
def _squares(triangle: FloatArray, anchor: FloatArray, <<count>>: float) -> Squares:
    """M, and M·θ + r as a function of the parameters θ: the cost is |M·θ + r|²."""
    root = math.sqrt(<<scale>>)

    def reached(point: Sequence[float]) -> FloatArray:
        found: FloatArray = root * (triangle @ np.append(<<distance>>, 1.0))
        return found

    return root * (<<stretched>>), reached
'''

FAITHFUL = '''\
def _is_faithful(
    point: tuple[float, ...], anchor: FloatArray, columns: Sequence[FloatArray]
) -> bool:
    """Whether at a point the summary of some rows has their cost."""
    few = some_rows(len(columns[0]))
    chosen = [column[few] for column in columns]
    triangle = pilot_triangle(_filling(chosen), len(few), FEATURES, anchor<<below>>)
    by_summary, slopes = _quiet(_from_summary(triangle, anchor, <<part>>))(point)
    direct = _evaluator(*chosen)(point)[0]
    return all(map(math.isfinite, slopes)) and agree(by_summary, direct, chosen[<<target_place>>])
'''
