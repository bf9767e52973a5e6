"""Encoder: frames into clips, and clips into a film without encoding them again."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

# The coder of each kind of clip, and its settings; a quicker preset draws the same picture with a few more bytes. No
# frame refers to a later one (bf), so that clips can stand one after the other as they are.
CODERS: Mapping[str, tuple[str, Mapping[str, str]]] = MappingProxyType(
    {
        "mp4": ("libx264", {"preset": "veryfast", "crf": "20", "tune": "animation", "bf": "0"}),
        "webm": ("libvpx-vp9", {"deadline": "realtime", "cpu-used": "8", "crf": "28", "b:v": "0"}),
    }
)


@dataclass(frozen=True)
class Pictures:
    """How frames become a clip.

    Parameters
    ----------
    width, height : int
        In pixels.
    rate : int
        Frames a second.
    kind : {"mp4", "webm"}
    """

    width: int
    height: int
    rate: int
    kind: str = "mp4"


class Encoder:
    """Takes frames, and answers a clip that holds them; one thread, for others draw at the same time."""

    def __init__(self, pictures: Pictures) -> None:
        import av

        self.frames = 0
        self._written = io.BytesIO()
        coder, options = CODERS[pictures.kind]
        self._film = av.open(self._written, "w", format=pictures.kind)
        stream: Any = self._film.add_stream(coder, rate=pictures.rate, options=dict(options))
        stream.width, stream.height = pictures.width, pictures.height
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 1
        self._stream, self._pictures = stream, pictures

    def add(self, pixels: Any, times: int = 1) -> None:
        """A frame, so many times; its colours are converted once."""
        import av

        frame = av.VideoFrame.from_ndarray(
            pixels, format="rgba" if pixels.shape[2] == 4 else "rgb24"
        )
        frame = frame.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
        for _ in range(times):
            frame.pts, frame.time_base = self.frames, Fraction(1, self._pictures.rate)
            self._film.mux(self._stream.encode(frame))
            self.frames += 1

    def finished(self) -> bytes:
        """The clip."""
        self._film.mux(self._stream.encode())
        self._film.close()
        return self._written.getvalue()


def held(still: bytes, frames: int, pictures: Pictures) -> bytes:
    """A clip of a picture that stands still."""
    import numpy as np
    from PIL import Image

    encoder = Encoder(pictures)
    encoder.add(np.asarray(Image.open(io.BytesIO(still)).convert("RGB")), frames)
    return encoder.finished()


def join(
    clips: Iterable[tuple[int, bytes]],
    pictures: Pictures,
    film: Path | IO[bytes],
    chapters: Sequence[tuple[float, float, str]] = (),
) -> None:
    """Put clips, each with its number of frames, one after the other; no picture is encoded again.

    `chapters` are begin, end and name, in seconds.
    """
    import av

    target: Any = str(film) if isinstance(film, Path) else film
    quick = pictures.kind == "mp4" and isinstance(film, Path)
    options = {"movflags": "+faststart"} if quick else {}
    with av.open(target, "w", format=pictures.kind, options=options) as joined:
        stream: Any = None
        if chapters:
            joined.set_chapters([_chapter(*each, number=n) for n, each in enumerate(chapters)])
        begun = 0
        for frames, clip in clips:
            with av.open(io.BytesIO(clip), "r") as part:
                source = part.streams.video[0]
                stream = stream or joined.add_stream_from_template(source)
                for packet in part.demux(source):
                    if packet.dts is None or packet.time_base is None or packet.pts is None:
                        continue
                    frame = Fraction(1, pictures.rate)
                    offset = round(begun * frame / packet.time_base)
                    packet.pts, packet.dts, packet.stream = packet.pts + offset, packet.dts + offset, stream  # fmt: skip
                    joined.mux(packet)
            begun += frames


def _chapter(begin: float, end: float, name: str, number: int) -> Any:
    return {
        "id": number,
        "start": round(begin * 1000),
        "end": round(end * 1000),
        "time_base": Fraction(1, 1000),
        "metadata": {"title": name},
    }


def frames_of(film: bytes) -> Iterator[Any]:
    """The frames of a film, as PyAV has them."""
    import av

    with av.open(io.BytesIO(film), "r") as opened:
        yield from opened.decode(video=0)


def moving_picture(film: bytes, target: Path, rate: int) -> None:
    """A film as a GIF, in the colours that it has most; it is read twice, and never held whole."""
    import av
    import av.filter

    first = av.filter.Graph()
    source = _source(first, film)
    colours, sink = first.add("palettegen"), first.add("buffersink")
    source.link_to(colours)
    colours.link_to(sink)
    first.configure()
    for frame in frames_of(film):
        source.push(frame)
    source.push(None)
    palette: Any = sink.pull()
    _write_gif(film, palette, target, rate)


def _write_gif(film: bytes, palette: Any, target: Path, rate: int) -> None:
    import av
    import av.filter

    graph = av.filter.Graph()
    source, colours = _source(graph, film), graph.add_buffer(template=None, width=palette.width, height=palette.height, format=palette.format.name, time_base=Fraction(1, rate))  # fmt: skip
    using, sink = graph.add("paletteuse", "dither=none:diff_mode=rectangle"), graph.add("buffersink")  # fmt: skip
    source.link_to(using, 0, 0)
    colours.link_to(using, 0, 1)
    using.link_to(sink)
    graph.configure()
    colours.push(palette)
    colours.push(None)
    with av.open(str(target), "w", format="gif") as written:
        stream: Any = written.add_stream("gif", rate=rate)
        stream.pix_fmt = "pal8"
        for number, frame in enumerate(chain(frames_of(film), [None])):
            source.push(frame)
            for made in _pulled(sink):
                if number == 0:
                    stream.width, stream.height = made.width, made.height
                written.mux(stream.encode(made))
        written.mux(stream.encode())


def _source(graph: Any, film: bytes) -> Any:
    import av

    with av.open(io.BytesIO(film), "r") as opened:
        return graph.add_buffer(template=opened.streams.video[0])


def _pulled(sink: Any) -> Iterator[Any]:
    import av

    while True:
        try:
            yield sink.pull()
        except (av.BlockingIOError, av.EOFError):
            return
