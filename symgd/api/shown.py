"""What a notebook shows of a result that has a picture."""

from __future__ import annotations

import base64
import html
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from symgd.errors import MissingPackage, OutputError
from symgd.writing.words import Message, words_in

if TYPE_CHECKING:
    from symgd.plots.picture import Picture


class Drawn(Protocol):
    """What has a picture."""

    def plot(self) -> Picture: ...


def shown(value: Drawn, page: str, said: Message) -> dict[str, str]:
    """A page with a picture, whose absence is no reason to show no numbers, and words for it."""
    with suppress(MissingPackage, OutputError):
        data = base64.b64encode(value.plot().written()).decode()
        style = f'alt="{html.escape(words_in()(said))}" style="max-width: 100%"'
        page += f'\n<img {style} src="data:image/png;base64,{data}">'
    return {"text/plain": repr(value), "text/html": page}
