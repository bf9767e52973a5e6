"""Typst source -> glyphs, each of which knows the number of the part that it belongs to.

The number travels through the compiler as the glyph's fill colour (``tag`` in the preamble), so one compilation is
enough. The fonts are those inside the compiler: a film looks the same on every machine, whatever is installed there.
Only letters that they lack, of a language beyond Latin and Greek, are from the system's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple, Self
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt
import svgelements
import typst
from manim import CapStyleType, LineJointType, ManimColor, VGroup, VMobject, VMobjectFromSVGPath

from symgd.writing.documents.pdf import typeset

Points = npt.NDArray[np.float64]
_UNCHANGING = frozenset(
    {str, int, float, bool, type(None), ManimColor, LineJointType, CapStyleType}
)

POINTS = 10.0  # the size in which everything is compiled; it is scaled to size afterwards
BASELINE = 0xFFFFFF  # the number of the mark that shows where the baseline is; it is not kept
BOLD = 600  # the weight of bold type
LEAST_EM = 0.26  # what is smaller cannot be read
ROUNDING = 1e-6

PREAMBLE = f"""\
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#set text(size: {POINTS}pt, font: "Libertinus Serif", hyphenate: false)
#set par(leading: 0.5em)
#show math.frac: it => math.class("normal", h(0.08em) + it + h(0.08em))
#let tag(n, body) = text(
  fill: rgb(calc.quo(n, 65536), calc.rem(calc.quo(n, 256), 256), calc.rem(n, 256)), body)
"""
_MARK = f"#box(width: 0pt)[#tag({BASELINE})[.]]"
_BEYOND = re.compile(
    "[\u0250-\u036f\u0400-\u1fff\u2c00-\ud7ff\uf900-\U0001d3ff\U0001d800-\U0010ffff]"
)
_LINK = "{http://www.w3.org/1999/xlink}href"


class Drawn(NamedTuple):
    """What a Glyph is made of."""

    number: int
    shape: str
    points: Points
    baseline: float


class Glyph(VMobject):
    """One letter, sign or rule of something that was typeset.

    `number` is that of the innermost tag round it, 0 for none; equal shapes look the same; `points` are cubic Bézier
    curves of shape (4 k, 3); it was set on a `baseline` of this height.
    """

    def __init__(self, number: int, shape: str, points: Points, baseline: float) -> None:
        super().__init__(stroke_width=0, fill_opacity=1)
        self.number, self.shape, self.baseline = number, shape, baseline
        self.set_points(points)

    # As Manim's, without its loops over single numbers: a film makes, copies and measures glyphs by the ten thousand.

    def __deepcopy__(self, known: dict[int, Any]) -> Self:
        made = known[id(self)] = type(self).__new__(type(self))
        made.__dict__ = {
            name: value
            if type(value) in _UNCHANGING
            else value.copy()
            if type(value) is np.ndarray
            else deepcopy(value, known)
            for name, value in self.__dict__.items()
        }
        made.original_id = str(id(self))
        return made

    def get_anchors(self) -> list[Any]:
        """Where its curves begin and end."""
        return [*_anchors(self.points)]

    def get_subpath_split_indices_from_points(self, points: Points, n_dims: int = 3) -> Any:
        """Where each of its outlines begins and ends: curves that meet mostly do so exactly."""
        if len(points) < 8:
            return super().get_subpath_split_indices_from_points(points, n_dims)
        ends, starts = points[3:-1:4, :n_dims], points[4::4, :n_dims]
        apart = np.flatnonzero((ends != starts).any(axis=1))
        room = self.tolerance_for_point_equality + 1e-5 * np.abs(starts[apart])
        far = (np.abs(ends[apart] - starts[apart]) > room).any(axis=1)
        return np.array([*pairwise((0, *(4 * apart[far] + 4), len(points)))])

    def reduce_across_dimension(self, reduce_func: Callable[..., float], dim: int) -> float | None:
        """The least or the greatest of its coordinates."""
        quick = np.min if reduce_func is min else np.max if reduce_func is max else reduce_func
        found: float | None = super().reduce_across_dimension(quick, dim)
        return found


def _anchors(points: Points) -> Points:
    """The first and the last point of each curve."""
    return points.reshape(-1, 4, 3)[:, ::3].reshape(-1, 3)


@lru_cache(maxsize=100)
def _plain(colour: str) -> Glyph:
    """What glyphs of a colour are copies of: Manim's own making of one takes many times as long."""
    plain = Glyph(0, "", np.zeros((0, 3)), 0.0)
    plain.set_fill(ManimColor(colour), opacity=1)
    return plain


def _glyph(drawn: Drawn, points: Points, colour: str) -> Glyph:
    """A glyph that stands at `points`, in a colour."""
    made = deepcopy(_plain(colour))
    made.number, made.shape, made.baseline = drawn.number, drawn.shape, drawn.baseline
    made.set_points(points)
    return made


class Typeset(VGroup):
    """What Typst makes of a source, as a group of `Glyph`.

    It stands with its left end and its baseline at the origin. The source has ``#tag(n, body)`` round the parts to be
    told apart, and `colours` goes by these numbers. Lines are broken at `width`, in units of the frame as `em` is;
    without it there is one line.
    """

    def __init__(
        self,
        source: str,
        *,
        em: float,
        colour: str,
        colours: Mapping[int, str] | None = None,
        width: float | None = None,
        align: str = "left",
    ) -> None:
        super().__init__()
        self._source, self._em, self._width, self._align = source, em, width, align
        mark, *glyphs = self._compiled(em, width)
        left = min((float(glyph.points[:, 0].min()) for glyph in glyphs), default=0.0)
        chosen = colours or {}
        placed = ((glyph.points - [left, mark.baseline, 0]) * em / POINTS for glyph in glyphs)
        coloured = (chosen.get(glyph.number, colour) for glyph in glyphs)
        self.add(*map(_glyph, glyphs, placed, coloured))
        self._natural = (self.width, self.get_bottom()[1]) if len(self) else (0.0, 0.0)

    def _compiled(self, em: float, width: float | None) -> tuple[Drawn, ...]:
        """The glyphs of the source in one line, or in lines that are broken at `width`."""
        marked = _MARK + self._source
        if width is not None:
            block = f"#block(width: {width / em * POINTS:.3f}pt)"
            marked = f"{block}[#set align({self._align}); {marked}]"
        return compiled(marked)

    def get_points_defining_boundary(self) -> Points:
        """Where the curves of all glyphs begin and end."""
        found = [_anchors(part.points) for part in self.get_family() if len(part.points)]
        return np.concatenate(found) if found else np.zeros((0, 3))

    @property
    def em(self) -> float:
        """Its size, however it was scaled since it was made."""
        width, _ = self._natural
        return self._em * (self.width / width if width else 1.0)

    @property
    def baseline(self) -> float:
        """The height at which its (first) line stands, however it was scaled since it was made."""
        width, bottom = self._natural
        scaled = self.width / width if width else 1.0
        return float(self.get_bottom()[1] - bottom * scaled)

    def put(self, left: float, baseline: float) -> Self:
        """Move it so that it begins at `left` and stands on `baseline`."""
        self.shift([left - self.get_left()[0], baseline - self.baseline, 0])
        return self

    def at_most(self, width: float) -> Self:
        """Scale it down, if need be, until it is no wider; what would get too small to be read is broken first."""
        em = self.em
        if self.width > width and em * width / self.width < LEAST_EM <= em:
            self.scale(LEAST_EM / em)
            self.break_at(width)
        self.scale(min(1.0, width / self.width if self.width else 1.0))
        return self

    def break_at(self, width: float) -> None:
        """Break what has the least size that can be read into lines that are no wider, where that can be."""
        if self._width is not None:
            return
        mark, *glyphs = self._compiled(LEAST_EM, width)
        points = [glyph.points * LEAST_EM / POINTS for glyph in glyphs]
        sides = np.concatenate(points)[:, 0] if points else np.zeros(1)
        if len(glyphs) != len(self) or np.ptp(sides) > self.width - ROUNDING:
            return  # one word
        left, baseline = float(self.get_left()[0]), self.baseline
        first = min(float(glyph.points[:, 0].min()) for glyph in glyphs)
        for shown, glyph in zip(self, glyphs, strict=True):
            shown.set_points((glyph.points - [first, mark.baseline, 0]) * LEAST_EM / POINTS)
        self._natural = (self.width, float(self.get_bottom()[1]))
        self._em, self._width = LEAST_EM, width
        self.put(left, baseline)


@dataclass(frozen=True)
class Extent:
    """How large something typeset is, found without drawing it: its bottom and top are heights over the baseline."""

    width: float
    bottom: float
    top: float

    def sized(self, em: float) -> Extent:
        """That of the same in another size."""
        return Extent(self.width * em, self.bottom * em, self.top * em)

    @classmethod
    def of(cls, source: str) -> Extent:
        """That of what Typst makes of a source, for an em of 1."""
        mark, *glyphs = compiled(_MARK + source)
        if not glyphs:
            return cls(0.0, 0.0, 0.0)
        corners = np.concatenate([_anchors(glyph.points) for glyph in glyphs]) / POINTS
        (left, low, _), (right, high, _) = corners.min(axis=0), corners.max(axis=0)
        baseline = mark.baseline / POINTS
        return cls(float(right - left), float(low - baseline), float(high - baseline))


def quoted(text: str) -> str:
    """`text` as Typst content that shows exactly these characters, whatever they are."""
    return f"#{json.dumps(text, ensure_ascii=False)};"


@lru_cache(maxsize=1000)
def compiled(source: str) -> tuple[Drawn, ...]:
    """Every glyph of a Typst source, in the order in which they are drawn, in typographic points with y upwards.

    It is read once: labels and numbers come back from frame to frame, and at every size that is tried.

    Raises
    ------
    OutputError
        When no font has one of its characters.
    """
    beyond = "".join(sorted({*_BEYOND.findall(source)}))
    if beyond:
        _expect_glyphs(beyond)
    svg = _compiler(own_fonts=not beyond).compile((PREAMBLE + source).encode(), format="svg")
    assert isinstance(svg, bytes)  # one page gives one picture
    root = ElementTree.fromstring(svg)
    symbols = {
        symbol.get("id", ""): part.get("d", "")
        for symbol in root.iterfind(".//{*}symbol")
        for part in symbol
    }
    return tuple(_glyphs(root, svgelements.Matrix.scale(1, -1), symbols))


@lru_cache(maxsize=2)
def _compiler(own_fonts: bool) -> typst.Compiler:
    """One compiler for all: a second compilation takes half a millisecond."""
    return typst.Compiler(ignore_system_fonts=own_fonts)


@lru_cache(maxsize=1000)
def _expect_glyphs(letters: str) -> None:
    """Refuse letters that no font has: an accessible PDF of them cannot be made, where a picture has empty boxes."""
    typeset(f'#set document(title: "letters")\n{quoted(letters)}')


def _glyphs(
    element: ElementTree.Element, outer: svgelements.Matrix, symbols: Mapping[str, str]
) -> Iterator[Drawn]:
    for child in element:
        _, _, name = child.tag.rpartition("}")
        if name == "defs":
            continue
        inner = svgelements.Matrix(child.get("transform") or "") * outer
        if name == "use":
            x, y = float(child.get("x", "0")), float(child.get("y", "0"))
            matrix = svgelements.Matrix.translate(x, y) * inner
            shape = child.get(_LINK, "").lstrip("#")
            points = _transformed(_outline(symbols[shape]), matrix)
            yield Drawn(_number(child.get("fill")), shape, points, float(matrix.f))
        elif name == "path":
            yield _drawn(child, inner)
        yield from _glyphs(child, inner, symbols)


def _drawn(path: ElementTree.Element, matrix: svgelements.Matrix) -> Drawn:
    """A rule (of a fraction or a root) is a stroke: it is made an area, which scales with the letters."""
    points = _transformed(_outline(path.get("d", "")), matrix)
    if path.get("fill", "none") != "none":
        return Drawn(_number(path.get("fill")), path.get("d", ""), points, float(points[0, 1]))
    half = float(path.get("stroke-width", "1")) / 2
    (left, low, _), (right, high, _) = points.min(axis=0), points.max(axis=0)
    low, high = low - half, high + half
    area = _outline(f"M {left} {low} L {right} {low} L {right} {high} L {left} {high} Z")
    return Drawn(_number(path.get("stroke")), "rule", area, float(low))


def _number(colour: str | None) -> int:
    return int(colour[1:7], 16) if colour and colour.startswith("#") else 0


def _transformed(points: Points, m: svgelements.Matrix) -> Points:
    """Points under an SVG matrix."""
    made: Points = points @ [[m.a, m.b, 0], [m.c, m.d, 0], [0, 0, 0]] + [m.e, m.f, 0]
    return made


@lru_cache(maxsize=4096)
def _outline(d: str) -> Points:
    """The cubic Bézier points of an SVG path."""
    points: Points = VMobjectFromSVGPath(svgelements.Path(d)).points
    return points
