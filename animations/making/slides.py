"""Slides: a film as one HTML file, a beat a slide, that needs no network."""

from __future__ import annotations

import hashlib
import html
import json
from base64 import b64encode
from typing import TYPE_CHECKING

from symgd.animations.making.cut import Cut, Stretch
from symgd.animations.making.slides_page import CLOSING, POLICY, SCRIPT, SLIDE, STYLE
from symgd.writing.documents.html_style import PAGE
from symgd.writing.words import message

if TYPE_CHECKING:
    from symgd.animations.staging.stage import Stage


def slides(cut: Cut, title: str, stage: Stage) -> str:
    """The page: keys and buttons go on and back, a question waits, and the presenter sees what is next."""
    words = stage.words
    shown = [
        _slide(part, cut, number, cut.parts[number - 2].last if number > 1 else part.last)
        for number, part in enumerate(cut.parts, start=1)
    ]
    said = {
        "next": words(message("Next:")),
        "end": words(message("The film ends here.")),
    }
    title = html.escape(title[:1].upper() + title[1:])
    digest = b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    closing = CLOSING.format(
        slides_word=html.escape(words(message("Slides"))),
        back=html.escape(words(message("Back"))),
        forward=html.escape(words(message("Forward"))),
        on=html.escape(words(message("Play on"))),
        presenter=html.escape(words(message("Presenter"))),
        words=json.dumps(said).replace("<", "\\u003c"),
        script=SCRIPT,
    )
    return PAGE.format(
        language=html.escape(words.language, quote=True),
        policy=POLICY.format(digest=digest),
        title=title,
        style=STYLE,
        heading=title,
        body="\n".join(shown),
        closing=closing,
    )


def _slide(part: Stretch, cut: Cut, number: int, first: bytes) -> str:
    """One beat; before its film is there, the picture with which the one before it ends is seen."""
    cues = [(cue.start - part.start, cue.end - part.start, cue.text) for cue in part.cues]
    return SLIDE.format(
        asks="asks" if part.beat.asks else "",
        name=html.escape(part.beat.name, quote=True),
        cues=html.escape(json.dumps(cues), quote=True),
        number=number,
        kind=cut.pictures.kind,
        film=b64encode(part.film(cut.pictures)).decode(),
        first=b64encode(first).decode(),
        last=b64encode(part.last).decode(),
        notes=html.escape(" ".join(cue.text.replace("\n", " ") for cue in part.cues)),
    )
