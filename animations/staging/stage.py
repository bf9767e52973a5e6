"""What all lessons look like: colours, fixed zones, sizes and pace."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain, repeat
from typing import Literal, TypeAlias

from manim import SurroundingRectangle, VGroup

from symgd.animations.formulas.formula import Formula, colours_by_number, pieces
from symgd.animations.formulas.names import brief, ever_shorter
from symgd.animations.formulas.typeset import BOLD, LEAST_EM, Typeset, quoted
from symgd.animations.staging.layout import ASPECTS, FrameLayout
from symgd.animations.staging.layout import WIDE as WIDE
from symgd.animations.staging.layout import Zone as Zone
from symgd.terms import Number, Path, Power, Product, Term
from symgd.writing.formulas.text import text
from symgd.writing.formulas.typst import tagged
from symgd.writing.words import ENGLISH, Message, Words

Label: TypeAlias = Message | Term | str
"""What is written into the picture: a message, in the film's language, a formula, or a name."""


@dataclass(frozen=True)
class Palette:
    """Colours by what they mean; each has a contrast of at least 4.5 : 1 against `ground`."""

    ground: str
    ink: str  # whatever has no colour of its own
    slope: str  # the first parameter, the same in formula, plot and code
    intercept: str  # the second
    third: str
    prediction: str
    error: str  # residuals and cost
    mark: str  # a plate behind what is pointed at; text on it stays readable


LIGHT = Palette(
    ground="#FFFFFF",
    ink="#1F2933",
    slope="#004C99",
    intercept="#A65300",
    third="#8811EE",
    prediction="#00808A",
    error="#C0006B",
    mark="#E3E8EE",
)
DARK = Palette(
    ground="#12161C",
    ink="#F2F4F7",
    slope="#5BB8F5",
    intercept="#FFB000",
    third="#9966FF",
    prediction="#A8E6A1",
    error="#FF6FA0",
    mark="#28303A",
)
PALETTES: Mapping[str, Palette] = {"light": LIGHT, "dark": DARK}


@dataclass(frozen=True)
class Stage:
    """The look, the language and the pace of one film."""

    theme: str = "light"
    pace: float = 1.0  # all times are multiplied by it: 2.0 takes twice as long
    burn_captions: bool = False  # into the picture
    parameters: tuple[str, ...] = ()  # they get the palette's colours in this order
    words: Words = ENGLISH
    aspect: str = "16:9"
    reduced_motion: bool = False  # nothing moves: what would is cross-faded
    drawn: set[str] = field(default_factory=set, compare=False)  # messages in the picture so far

    @property
    def layout(self) -> FrameLayout:
        """The parts of the frame."""
        return ASPECTS[self.aspect]

    @property
    def palette(self) -> Palette:
        """The colours."""
        return PALETTES[self.theme]

    @cached_property
    def colours(self) -> Mapping[str, str]:
        """The colour of each parameter by name; those after the third have the ink."""
        palette = self.palette
        shades = palette.slope, palette.intercept, palette.third
        found = dict(zip(self.parameters, chain(shades, repeat(palette.ink)), strict=False))
        return {**{brief(name): colour for name, colour in found.items()}, **found}

    def formula(
        self, term: Term, *, em: float = 0.55, named: Callable[[str], str] = brief
    ) -> Formula:
        """A formula whose parameters have their colours and whose glyphs know their sub-terms."""
        ink, colours = self.palette.ink, self.colours
        return Formula(term, em=em, colour=ink, colours=colours, words=self.words, named=named)

    def sentence(
        self,
        *parts: Label,
        bold: str = "",
        em: float = 0.36,
        width: float | None = None,
        align: Literal["left", "center", "right"] = "left",
        named: Callable[[str], str] = brief,
        hyphens: bool = False,
        whole: bool = False,
        displayed: bool = False,
    ) -> Typeset:
        """Words with formulas among them, messages in the film's language; a text shows exactly its characters.

        `bold` stands before them, and lines are broken at `width`, if `whole`, in no formula; `named` answers how a
        name is written. Fractions are as large as in a line of their own where they are `displayed`.
        """
        ink, colours = self.palette.ink, dict[int, str]()
        source, first = f"#text(weight: {BOLD})[{quoted(bold)}]" if bold else "", 1
        for piece in chain.from_iterable(map(self._pieces, parts)):
            if isinstance(piece, str):
                source += quoted(piece)
                continue
            marked = tagged(piece, first=first, words=self.words, named=named)
            first = max(marked.paths) + 1
            colours |= colours_by_number(piece, marked, self.colours)
            math = f"$display({marked.source})$" if displayed else f"${marked.source}$"
            source += f"#box({math})" if whole or with_power(piece) else math  # never broken inside
        if hyphens:  # long words are broken as well
            source = f'#set text(hyphenate: true, lang: "{self.words.language}"); {source}'
        return Typeset(source, em=em, colour=ink, colours=colours, width=width, align=align)

    def part(self, sentence: Typeset, term: Term, path: Path) -> VGroup:
        """The glyphs of a sub-term in a sentence that has no formula but this one."""
        paths = tagged(term, words=self.words, named=brief).paths
        own = {number for number, place in paths.items() if place[: len(path)] == path}
        return VGroup(*(glyph for glyph in sentence if glyph.number in own))

    def fitted(self, label: Label, em: float, width: float) -> Typeset:
        """A name, or a formula with names, which are cut as far as it takes for it to be read in a width."""
        made = Typeset("", em=em, colour=self.palette.ink)
        for named in ever_shorter():
            said = named(label) if isinstance(label, str) else label
            made = self.sentence(said, em=em, named=named)
            if made.width * LEAST_EM <= width * em:
                break
        return made.at_most(width)

    def _pieces(self, part: Label) -> list[str | Term]:
        if not isinstance(part, Message):
            return [part]
        self.drawn.update(texts_in(part))
        return pieces(partial(part.written, words=self.words))

    def said(self, said: Message | str) -> str:
        """A message in the film's language, as a caption says it."""
        if isinstance(said, str):
            return said
        return said.written(partial(text, words=self.words), self.words)

    def caption(self, text: str) -> VGroup:
        """A caption as it is burnt in: text on a plate, in the captions' zone."""
        zone, ground = self.layout.captions, self.palette.ground
        shown = self.sentence(text, em=0.33, width=zone.width, align="center")
        plate = SurroundingRectangle(shown, buff=(0.2, 0.12), corner_radius=0.08, stroke_width=0)
        plate.set_fill(ground, opacity=0.92).move_to(shown)
        group = VGroup(plate, shown).set_z_index(10)
        group.scale(min(1.0, zone.width / group.width, zone.height / group.height))
        return group.move_to(zone.centre)


def stood(words: Typeset, zone: Zone, lift: float) -> Typeset:
    """Words at the left of a zone, on a line so far above its foot; of several lines, none is below the foot."""
    words.at_most(zone.width).put(zone.left, zone.bottom + lift)
    words.shift((0, max(0.0, zone.bottom - float(words.get_bottom()[1])), 0))
    return words


def with_power(term: Term) -> bool:
    """Whether it is a number with a power of ten, which a line may end before or after only."""
    if not isinstance(term, Product) or len(term.factors) != 2:
        return False
    first, power = term.factors
    return isinstance(first, Number) and isinstance(power, Power) and isinstance(power.base, Number)


def texts_in(said: Message) -> Iterator[str]:
    """The texts of a message and of those among its parts, as they stand in the source."""
    yield from filter(None, (said.text, said.plural))
    for part in said.parts.values():
        for each in part if isinstance(part, tuple) else (part,):
            if isinstance(each, Message):
                yield from texts_in(each)
