"""Letters that a picture's font lacks: another font of this machine has them, or it is known that none has."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Set
from contextlib import suppress

from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.text import Text

_LACKING = r"Glyph (\d+) .*missing from"  # as matplotlib says it
_LAST_RESORT = "Last Resort"  # a font of matplotlib's own, which has a box for every letter


def in_all_letters(figure: Figure, draw: Callable[[], bytes]) -> tuple[bytes, str]:
    """What `draw` makes of a figure, its texts in a font that has all of their letters; and those that no font has."""
    made, lacking = _drawn(draw)
    families = [*_families_with(lacking)]
    if families:
        for text in figure.findobj(Text):
            text.set_fontfamily([*text.get_fontfamily(), *families])
        made, lacking = _drawn(draw)
    return made, "".join(map(chr, sorted(lacking)))


def _drawn(draw: Callable[[], bytes]) -> tuple[bytes, Set[int]]:
    """What was drawn, and the letters that it had no shape for."""
    with warnings.catch_warnings(record=True) as told:
        warnings.filterwarnings("always", _LACKING, UserWarning)
        made = draw()
    found = [re.match(_LACKING, str(warning.message)) for warning in told]
    for warning, lacking in zip(told, found, strict=True):
        if lacking is None:
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )
    return made, {int(lacking[1]) for lacking in found if lacking}


def _families_with(letters: Set[int]) -> Iterator[str]:
    """Fonts that have these letters between them, as few as the first that come."""
    missing = set(letters)
    for font in font_manager.fontManager.ttflist if letters else ():
        plain = (font.style, font.weight) == ("normal", 400)
        if missing and plain and not font.name.startswith(_LAST_RESORT):
            with suppress(OSError, RuntimeError):  # a font that is gone, or broken
                has = missing.intersection(font_manager.get_font(font.fname).get_charmap())
                if has:
                    missing -= has
                    yield font.name
