"""Films of a derivation and of a descent, with captions.

Importing this needs no Manim; `render` says what to install where it is missing.

Examples
--------
>>> from symgd.animations import available
>>> available()[0].title
'how the gradient follows from the cost, one rule at a time'
"""

from symgd.animations.beats import Beat, Cue
from symgd.animations.render import (
    FORMATS,
    LESSONS,
    QUALITIES,
    LessonEntry,
    Quality,
    available,
    render,
)

__all__ = [
    "FORMATS",
    "LESSONS",
    "QUALITIES",
    "Beat",
    "Cue",
    "LessonEntry",
    "Quality",
    "available",
    "render",
]
