"""What results show in notebooks beside their words: pictures that need no other setting."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable
from typing import TYPE_CHECKING

from symgd.errors import MissingPackage, OutputError

if TYPE_CHECKING:
    from symgd.plots.picture import Picture

PICTURES = dict.fromkeys((".png", ".svg", ".pdf"), "a picture")


def picture_of(plot: Callable[[], Picture]) -> bytes:
    """A picture as PNG; nothing where there is none, which is never a reason to show no numbers."""
    try:
        return plot().written()
    except (MissingPackage, OutputError):
        return b""


def image(picture: bytes, words: str) -> str:
    """A picture inside HTML, with words for who does not see it."""
    if not picture:
        return ""
    data = base64.b64encode(picture).decode()
    name = html.escape(words)
    return f'\n<img alt="{name}" style="max-width: 100%" src="data:image/png;base64,{data}">'
