"""Film: the path of a film, which a notebook plays with its captions."""

from __future__ import annotations

import html
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

FilmFormat: TypeAlias = Literal["mp4", "gif", "webm", "png", "html"]
FilmQuality: TypeAlias = Literal["l", "m", "h", "k"]

MOST = 64 * 2**20  # bytes of a film that goes into a notebook; a larger one is linked to
_KINDS = {
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".gif": "image/gif",
    ".png": "image/png",
    ".html": "text/html",
}

if TYPE_CHECKING:
    _Base = Path
else:
    _Base = type(Path())  # before Python 3.12 a Path of one's own must know the system


class Film(_Base):
    """A path, with all that a path can do.

    Examples
    --------
    >>> film = Film("lesson.mp4")
    >>> film.with_suffix(".vtt").name, film == Path("lesson.mp4")
    ('lesson.vtt', True)
    """

    def _repr_html_(self) -> str:
        """The film, or a link where it is too large or gone."""
        path = Path(self)
        kind = _KINDS.get(path.suffix.lower())
        if kind is None or not path.is_file() or path.stat().st_size > MOST:
            name = html.escape(str(path), quote=True)
            return f'<a href="{name}">{name}</a>'
        source = _data(path.read_bytes(), kind)
        name = html.escape(path.name, quote=True)
        if kind.startswith("image/"):
            return f'<img src="{source}" alt="{name}" style="max-width:100%">'
        if kind == "text/html":
            return f'<iframe src="{source}" title="{name}" sandbox="allow-scripts" style="width:100%;aspect-ratio:16/10;border:0" allowfullscreen></iframe>'
        return f'<video controls playsinline title="{name}" style="max-width:100%" src="{source}">{_track(path)}</video>'


def _track(film: Path) -> str:
    captions = film.with_suffix(".vtt")
    if not captions.is_file():
        return ""
    source = _data(captions.read_bytes(), "text/vtt")
    return f'<track kind="captions" src="{source}" default>'


def _data(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{b64encode(content).decode()}"
