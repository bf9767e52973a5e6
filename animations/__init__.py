"""Films of a derivation and of a descent, with captions.

Importing this needs no Manim; `render` says what to install where it is missing.

Examples
--------
>>> from symgd.animations import available
>>> available()[0].title
'what a cost means: residuals, their squares, and the mean of these'
"""

from symgd.animations.lessons import LESSONS as LESSONS
from symgd.animations.lessons import LessonEntry as LessonEntry
from symgd.animations.lessons import available as available
from symgd.animations.render import FORMATS as FORMATS
from symgd.animations.render import QUALITIES as QUALITIES
from symgd.animations.render import Quality as Quality
from symgd.animations.render import render as render
from symgd.animations.staging.beats import Beat as Beat
from symgd.animations.staging.beats import Cue as Cue
