"""Second derivatives of a listing with an argument for each input: AᵀDA, where A is stacked of them and of ones.

Laws
----
- A has the columns that the parameters of a sum are multiplied by, those in theta's order; none of their pairs is derived
- what is learned around the sum has rows and columns of its own
- formulas are those of the cost, in its letters
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from symgd import terms as nt
from symgd.codegen.evaluators.alone import no_total
from symgd.codegen.expressions.context import Context, Statements
from symgd.codegen.expressions.expressions import ExpressionWriter
from symgd.codegen.listings.listing import FORMS, Listing, comments, manner
from symgd.codegen.listings.matrix_terms import in_use
from symgd.codegen.listings.readable import readable
from symgd.codegen.program.lower import lower_examples, lower_penalty
from symgd.codegen.program.program import Assignment, Local, Program, is_array
from symgd.codegen.program.score import FEW, Score, score_of
from symgd.codegen.program.stable import in_numpy, named
from symgd.writing.formulas.text import text

SHOWN = 6  # parameters that are told one by one
INNER = "z"  # what the sum is called
HESSIAN = """\
def hessian(<<given>>):
<<formulas>>
<<statements>>
    return <<answer>>
"""


def stacked_hessian(listing: Listing) -> str:
    """The function of the second derivatives; empty where the model holds no sum of some weights."""
    score = score_of(listing.problem, FEW)
    return "" if score is None else _StackedHessian(listing, score).text()


class _StackedHessian:
    """Writes one such function."""

    def __init__(self, listing: Listing, score: Score) -> None:
        self.listing, self.score, self.problem = listing, score, listing.problem
        self.root = self.problem.loss.reduction == "root mean"
        around = score.small.parameters[: int(score.has_shift)]
        inside = {*score.weights, *around}
        self.inside = [k for k, name in enumerate(self.problem.parameters) if name in inside]
        self.others = [self.problem.parameters.index(name) for name in score.others]
        self.called: dict[str, str] = {}
        self.program = self._program()
        written = manner(self.problem, self.program, few=False)
        written = replace(written, called={**written.called, **self.called})
        self.context = Context(self.problem, self.program, written)

    def text(self) -> str:
        """The function."""
        self.add(f"{self.design} = {self._designed()}")
        answer = self._penalised(self._whole())
        return self.context.filled(
            HESSIAN,
            given=self.listing.given,
            formulas="\n".join(self._formulas()),
            statements="\n".join(self.lines.lines),
            answer=answer,
        )

    def _formulas(self) -> list[str]:
        """What the second derivatives are, as comments."""
        size = self.problem.written_cost.size
        below = {"sum": nt.number(1), "half mean": nt.product_of((nt.number(2), size))}
        share = text(nt.Fraction(nt.number(1), below.get(self.problem.loss.reduction, size)))
        times = "" if self.problem.loss.reduction == "sum" else f"({share}) "
        cost = text(nt.Symbol(self.problem.notation.cost))
        said = f"∂²{cost}/∂θ² = {times}AᵀDA"
        if self.root:
            said = f"{cost} is the root of a mean M: ∂²{cost}/∂θ² = ∂²M/∂θ²/(2{cost}) − ∇{cost} ∇{cost}ᵀ/{cost}"
        said += " + diag(the penalty's)" * bool(self.problem.penalty)
        inside = [self.problem.parameters[place] for place in self.inside]
        shown = [text(nt.Symbol(name)) for name in inside]
        shown = shown if len(shown) < SHOWN else [*shown[:2], "…", shown[-1]]
        what = f"A has what {', '.join(shown)} are multiplied by; D has how each row's loss bends"
        return comments([said, what], 2)

    # -- what each row has ----------------------------------------------------------------------

    def _program(self) -> Program:
        """The losses and slopes where they are needed, and how they bend, over the problem's own names."""
        score, small = self.score, self.score.small
        found = lower_examples(small, small.inputs[0], twice=True, forms=FORMS)
        standing, total = nt.Indexed(small.inputs[0], (small.notation.index,)), Local("score", True)
        shift = nt.Symbol(small.parameters[0])

        self.called[total.name] = INNER
        same: dict[nt.Term, nt.Term] = {standing: total}  # as the score, where there is no shift

        def put(term: nt.Term) -> nt.Term:
            scored = term.substitute(same)
            return scored if score.has_shift else _without(scored, shift)

        data = {**self.problem.data}
        terms = zip(score.weights, score.features, strict=True)
        parts = [nt.product_of((nt.Symbol(w), *nt.factors_of(f))) for w, f in terms]
        whole = in_numpy(named(nt.sum_of(tuple(parts)).substitute(data)))
        rows = [Assignment(total, whole)]
        for part in (*found.hoisted, *found.assignments):
            term = put(part.term)
            if isinstance(term, nt.Sum) and {*term.terms} == {total, shift}:
                self.called[part.local.name] = INNER
            if term == total:
                same[part.local] = total
            else:
                rows.append(Assignment(part.local, term))
        results = [*map(put, found.results)]
        kept = results if self.root else results[1 + len(score.slopes) :]
        used = in_use(Program((), tuple(rows), tuple(kept)))
        made = readable(used, self.problem.notation.count, {"residual"})
        flat = tuple(Assignment(p.local, p.term.rewrite(_flat)) for p in made.assignments)
        return Program((), flat, tuple(term.rewrite(_flat) for term in made.results))

    @cached_property
    def lines(self) -> Statements:
        """The statements, begun with what the formulas are made of."""
        return self.listing.statements(self.context)

    @cached_property
    def design(self) -> str:
        """The name of the matrix."""
        return self.context.names.give("design", "A")

    @property
    def count(self) -> str:
        return f"len({self.listing.columns[-1]})"

    @property
    def size(self) -> str:
        """How much the rows count."""
        weights = self.problem.weights
        return self.count if weights is None else f"np.sum({self.context.names['column', weights]})"

    def _designed(self) -> str:
        """The matrix, of columns and of ones."""
        features = dict(zip(self.score.weights, self.score.features, strict=True))
        rows = []
        for place in self.inside:
            feature = features.get(self.problem.parameters[place])
            if feature is None:
                rows.append(f"np.ones({self.count})")
                continue
            term = in_numpy(named(feature.substitute(self.problem.data)))
            written = self.lines.writer.text(term)
            rows.append(written if is_array(term) else f"np.full({self.count}, {written})")
        return f"np.column_stack([{', '.join(rows)}])"

    def add(self, line: str) -> None:
        """One more statement."""
        self.lines.lines.append(f"    {line}")

    def named(self, wanted: str, term: nt.Term) -> str:
        """The name of a row's value, which is given to it."""
        name = self.context.names.give("second", wanted)
        self.lines.assign(name, term)
        return name

    # -- the matrix of all of them --------------------------------------------------------------

    @property
    def at(self) -> str:
        """Where A's parameters are in theta, as an index."""
        first, last = self.inside[0], self.inside[-1]
        run = last - first + 1 == len(self.inside)
        return f"{first}:{last + 1}" if run else str(self.inside)

    def _whole(self) -> str:
        """Those of the cost without its penalty."""
        results = [*self.program.results]
        names = ["", *(f"_{self.context.parameters[place]}" for place in self.others)]
        bends = results[1 + len(names) :] if self.root else results
        pairs = [(i, k) for i in range(len(names)) for k in range(i, len(names))]
        parts = dict(zip(pairs, bends, strict=True))
        found = self._inner(parts[0, 0])
        if self.others:
            found = self._around(found, names, parts)
        if not self.root:
            below = {"sum": "", "half mean": f" / (2 * {self.size})"}
            return found + below.get(self.problem.loss.reduction, f" / {self.size}")
        value, slopes = self._of_root(results[0], results[1 : 1 + len(names)], names)
        return f"{found} / (2 * {self.size} * {value}) - np.outer({slopes}, {slopes}) / {value}"

    def _inner(self, bend: nt.Term) -> str:
        """Those by the parameters of A."""
        if is_array(bend):
            return f"{self.design}.T @ ({self.named('bends', bend)}[:, None] * {self.design})"
        return f"{self._times(bend)}{self.design}.T @ {self.design}"

    def _around(
        self, inner: str, names: list[str], parts: Mapping[tuple[int, int], nt.Term]
    ) -> str:
        """The name of the matrix, with those by the parameters around the sum."""
        found, lines = self.context.names.give("local", "H"), []
        places = [self.at, *map(str, self.others)]
        for (i, k), term in parts.items():
            value = self._summed(f"bends{names[i]}{names[k]}", term, i == 0) if k else ""
            there = f"{found}[{places[i]}, {places[k]}]"
            also = "" if i == k else f"{found}[{places[k]}, {places[i]}] = "
            lines += [f"{there} = {also}{value}"] * bool(value)
        at = f"{self.at}, {self.at}" if ":" in self.at else f"np.ix_({self.at}, {self.at})"
        self.add(f"{found} = np.zeros((len(theta), len(theta)))")
        for line in (f"{found}[{at}] = {inner}", *lines):
            self.add(line)
        return found

    def _of_root(self, loss: nt.Term, slopes: list[nt.Term], names: list[str]) -> tuple[str, str]:
        """The names of the cost without its penalty, and of its slopes."""
        value = self.context.names.give("local", self.problem.notation.cost)
        pulled = self.context.names.give("local", "slopes")
        self.add(f"{value} = np.sqrt(np.sum({self.named('losses', loss)}) / {self.size})")
        sums = [self._summed(f"slope{n}", s, not n) for n, s in zip(names, slopes, strict=True)]
        over = f"(2 * {self.size} * {value})"
        if not self.others:
            self.add(f"{pulled} = {sums[0]} / {over}")
            return value, pulled
        self.add(f"{pulled} = np.zeros(len(theta))")
        for place, total in zip((self.at, *self.others), sums, strict=True):
            self.add(f"{pulled}[{place}] = {total or 0} / {over}")
        return value, pulled

    def _summed(self, wanted: str, term: nt.Term, pulled: bool) -> str:
        """A sum over the rows, each times its row of A where it is `pulled`; empty for 0."""
        if nt.is_number(term, 0):
            return ""
        if is_array(term):
            name = self.named(wanted, term)
            return f"{self.design}.T @ {name}" if pulled else f"np.sum({name})"
        return f"{self._times(term)}{f'np.sum({self.design}, axis=0)' if pulled else self.count}"

    def _times(self, term: nt.Term) -> str:
        """What is multiplied by a number; empty for 1."""
        written = self.lines.writer.text(term)
        plain = isinstance(term, nt.Number | nt.Symbol)
        return "" if nt.is_number(term, 1) else f"{written if plain else f'({written})'} * "

    def _penalised(self, whole: str) -> str:
        """The answer, with the penalty's second derivatives on the diagonal."""
        parts = lower_penalty(self.problem, twice=True, letters=True)
        if not parts:
            return whole
        on = sorted(self.problem.parameters.index(name) for name in self.problem.penalized)
        weight = self.context.names.give("local", "on")
        writer = ExpressionWriter(
            lambda t: weight if isinstance(t, nt.Indexed) else self.context.identifier(t), no_total
        )
        held = nt.Indexed("weight", ("i",))
        factors = ((*nt.factors_of(factor), *nt.factors_of(bend)) for factor, _, _, bend in parts)
        sorts = (sorted(each, key=lambda f: not isinstance(f, nt.Number)) for each in factors)
        terms = [nt.product_of(tuple(f)).substitute({nt.Symbol("weight"): held}) for f in sorts]
        bend = writer.text(nt.sum_of(tuple(terms)))
        at = f"[{on[0]}:{on[-1] + 1}]" if on == [*range(on[0], on[-1] + 1)] else f"[{on}]"
        if any(is_array(term) for term in terms):
            self.add(f"{weight} = theta{at}")
        added = self.context.names.give("local", "penalty")
        self.add(f"{added} = np.zeros(len(theta))")
        self.add(f"{added}{at} = {bend}")
        return f"{whole} + np.diag({added})"


def _without(term: nt.Term, shift: nt.Symbol) -> nt.Term:
    """A term in which a shift that no parameter is, is 0."""

    def left(part: nt.Term) -> nt.Term | None:
        if not isinstance(part, nt.Sum) or shift.name not in part.names:
            return None
        kept = tuple(one for one in part.terms if nt.unsigned(one) != shift)
        return nt.sum_of(kept) if kept else nt.number(0)

    return term.rewrite(left).substitute({shift: nt.number(0)})


def _flat(term: nt.Term) -> nt.Term | None:
    """A sum without sums in it."""
    if isinstance(term, nt.Sum) and any(isinstance(part, nt.Sum) for part in term.terms):
        inner = (part.terms if isinstance(part, nt.Sum) else (part,) for part in term.terms)
        return nt.Sum(tuple(one for parts in inner for one in parts))
    return None
