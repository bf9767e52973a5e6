"""Second derivatives and residuals over one matrix: AᵀDA and its like, where A has the columns of X, and one of ones for the shift.

Laws
----
- ∂²J/∂θ² = ρ′·Aᵀ diag(∂²loss/∂score²) A + ∂²penalty/∂θ², with ρ′ as 1/N where the cost is a mean
- of the residuals a squared loss is the sum of squares of, the derivatives are those by the score, times A
"""

from __future__ import annotations

from collections.abc import Mapping

from symgd import terms as nt
from symgd.codegen.evaluators.residuals import row_scale, scale_of_squares
from symgd.codegen.expressions.context import Context
from symgd.codegen.listings.in_matrices import InMatrices
from symgd.codegen.listings.listing import FORMS, comments, manner
from symgd.codegen.listings.matrix_terms import SCORES, in_code, in_use, without
from symgd.codegen.listings.readable import readable
from symgd.codegen.program.lower import lower_examples, lower_residuals
from symgd.codegen.program.program import Assignment, Program, is_array
from symgd.codegen.program.score import Score
from symgd.codegen.summary.penalty_squares import penalty_rows, square_term
from symgd.derivation.engine import derived_once
from symgd.writing.formulas.text import text

HESSIAN = """\
def hessian(theta, <<columns>>):
<<formula>>
<<statements>>    A = <<design>>
<<penalised>>    return <<answer>>
"""
OWN = frozenset({"A", "scale", "below", "reached"})  # names of these functions
RESIDUALS = """\
def residuals(theta, <<columns>>):
    # J is the sum of their squares; the second answer has their derivatives
<<statements>>    A = <<design>>
    scale = <<scale>>
<<answer>>
"""


def has_second(score: Score) -> bool:
    """Whether there are these for a score: nothing but a shift is learned around it, and the cost is no root."""
    free = OWN.isdisjoint((*score.problem.columns, *score.problem.parameters))
    return not score.others and score.problem.loss.reduction != "root mean" and free


def hessian_source(listing: InMatrices) -> str:
    """The function of the second derivatives."""
    score, one = listing.one.score, listing.one
    program = lower_examples(score.small, score.small.inputs[0], twice=True, forms=FORMS)
    bends = _of_scores(listing, Program(program.hoisted, program.assignments, program.results[2:3]))
    context = _context(listing, bends)
    lines = listing.statements(context)
    count, [bend] = f"len({listing.columns[1]})", bends.results
    by_rows = is_array(bend)
    if by_rows:
        name = context.names.give("local", "bends")
        lines.assign(name, bend)
    bent = f"({name}[:, None] * A)" if by_rows else "A"
    times = "" if by_rows or nt.is_number(bend, 1) else f"{lines.writer.text(bend)} * "
    weights = score.problem.weights
    size = count if weights is None else f"np.sum({context.names['column', weights]})"
    below = {"sum": "", "half mean": f" / (2 * {size})"}
    answer = f"{times}A.T @ {bent}{below.get(score.problem.loss.reduction, f' / {size}')}"
    slopes, penalised = one.penalty_slopes(), ""
    if slopes:
        parts = [_second(listing, context, name, slopes) for name in _order(listing)]
        joined = parts[0] if len(parts) == 1 else f"np.concatenate([{', '.join(parts)}])"
        added = context.names.give("local", "penalty")
        penalised = f"    {added} = {joined}\n"
        answer += f" + np.diag({added})"
    return context.filled(
        HESSIAN,
        columns=", ".join(listing.columns),
        formula="\n".join(_formula(listing, bool(slopes))),
        statements="".join(f"{line}\n" for line in lines.lines),
        design=_design(listing),
        penalised=penalised,
        answer=answer,
    )


def _formula(listing: InMatrices, penalised: bool) -> list[str]:
    """What the second derivatives are, as comments."""
    problem, one = listing.problem, listing.one
    size = problem.written_cost.size
    below = {"sum": nt.number(1), "half mean": nt.product_of((nt.number(2), size))}
    share = text(nt.Fraction(nt.number(1), below.get(problem.loss.reduction, size)))
    times = "" if problem.loss.reduction == "sum" else f"({share}) "
    what = f"{one.names[0]} and a column of ones" if one.score.has_shift else one.names[0]
    cost = text(nt.Symbol(problem.notation.cost))
    more = " + diag(the penalty's)" * penalised
    return comments(
        [f"∂²{cost}/∂θ² = {times}AᵀDA{more}", f"A is {what}; D has how each row's loss bends"], 2
    )


def residuals_source(listing: InMatrices) -> str:
    """The function of the residuals and their derivatives."""
    one, problem = listing.one, listing.one.problem
    program = lower_residuals(problem)
    program = Program((*program.hoisted, *program.assignments), (), program.results)
    found = readable(program, problem.notation.count, {"residual"})
    rows = tuple(Assignment(part.local, one.scored(part.term)) for part in found.assignments)
    found = in_use(Program((), rows, tuple(map(one.scored, found.results[:2]))))
    context = _context(listing, found)
    lines = listing.statements(context)
    residual, slope = found.results[0], one.without_column(found.results[1])
    written = lines.writer.text(residual)
    if not written.isidentifier():
        written = context.names.give("local", "difference")
        lines.assign(written, residual)
    scaled = row_scale(context, "np") or scale_of_squares(
        listing.problem, f"len({listing.columns[1]})"
    )
    by_rows = "" if listing.problem.weights is None else "[:, None]"
    design = "A"
    if slope is not None:
        name = context.names.give("local", "slope")
        lines.assign(name, slope)
        design = f"{name}[:, None] * A" if is_array(slope) else f"{name} * A"
    return context.filled(
        RESIDUALS,
        columns=", ".join(listing.columns),
        statements="".join(f"{line}\n" for line in lines.lines),
        design=_design(listing),
        scale=scaled,
        answer=_answer(listing, context, f"scale * {written}", f"scale{by_rows} * {design}"),
    )


def _answer(listing: InMatrices, context: Context, residual: str, slopes: str) -> str:
    """What is answered; a penalty's rows lie below the others."""
    rows = penalty_rows(listing.problem)
    if rows is None:
        return f"    return {residual}, {slopes}"
    term = square_term(listing.problem)
    square = repr(rows.square)
    if term is not None:
        square = listing.statements(context).writer.text(term)
    chosen = "" if rows.whole else listing.place(listing.one.names[1]).removeprefix("theta")
    return "\n".join(
        [
            f"    below = math.sqrt({square}) * np.eye(len(theta)){chosen}  # the penalty's rows",
            f"    reached = np.append({residual}, below @ theta)",
            f"    return reached, np.vstack([{slopes}, below])",
        ]
    )


def _context(listing: InMatrices, program: Program) -> Context:
    """The names of one function."""
    problem = listing.one.problem
    way = manner(problem, program, few=False)
    context = Context(problem, program, way)
    for name, letter in listing.problem.letters.items():
        context.settings.setdefault(letter, context.names.give("setting", name.upper()))
    context.names.give("design", "A")
    return context


def _of_scores(listing: InMatrices, program: Program) -> Program:
    """A program of the small problem with X @ w in the place of its score."""
    small = listing.one.score.small
    kept = Program((), (*program.hoisted, *program.assignments), program.results)
    found = readable(kept, small.notation.count, set())
    shift = nt.Symbol(small.parameters[0])
    new: dict[nt.Term, nt.Term] = {
        nt.Indexed(small.inputs[0], (small.notation.index,)): SCORES,
    }
    has_shift = listing.one.score.has_shift

    def put(term: nt.Term) -> nt.Term:
        scored = term.substitute(new)
        return scored if has_shift else scored.rewrite(lambda part: without(part, shift))

    rows = tuple(Assignment(part.local, put(part.term)) for part in found.assignments)
    return in_use(Program((), rows, tuple(map(put, found.results))))


def _order(listing: InMatrices) -> list[str]:
    """The parameters of the problem of one weight in theta's order."""
    weight, shift = listing.one.names[1], listing.one.problem.parameters[1:]
    return [*shift, weight] if listing.ahead else [weight, *shift]


def _design(listing: InMatrices) -> str:
    """X, with a column of ones where the shift is in theta."""
    ones, matrix = f"np.ones(len({listing.columns[1]}))", listing.columns[0]
    parts = [matrix if name == listing.one.names[1] else ones for name in _order(listing)]
    return matrix if len(parts) == 1 else f"np.column_stack([{', '.join(parts)}])"


def _second(listing: InMatrices, context: Context, name: str, slopes: Mapping[str, nt.Term]) -> str:
    """The penalty's second derivatives by one parameter or by w, as an array."""
    one, width = listing.one, f"{listing.columns[0]}.shape[1]"
    weight = name == one.names[1]
    if name not in slopes:
        return f"np.zeros({width})" if weight else "[0.0]"
    on = nt.Symbol("weight")
    held: nt.Term = one.entry if weight else nt.Symbol(name)
    slope = slopes[name].substitute({held: on})
    second = derived_once(slope, slope, on).last.substitute({on: held})
    written = listing.statements(context).writer.text(in_code(second))
    if not weight:
        return f"[{written}]"
    return written if is_array(second) else f"np.full({width}, {written})"
