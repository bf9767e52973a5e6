"""The page that plays a course from its folder, and the course's transcript, as a page and as text."""

from __future__ import annotations

import hashlib
import html
from base64 import b64encode
from collections.abc import Sequence

from symgd.animations.making.cut import Stretch
from symgd.animations.making.screening import Screening
from symgd.animations.staging.beats import webvtt
from symgd.writing.documents.html_style import PAGE
from symgd.writing.words import Words, message

STYLE = """
:root { color-scheme: light dark; --ink: #1F2933; --ground: #FFFFFF; --faint: #52606D; --rule: #E4E7EB; --mark: #004C99; }
@media (prefers-color-scheme: dark) { :root { --ink: #F2F4F7; --ground: #12161C; --faint: #A8B3BF; --rule: #323A45; --mark: #5BB8F5; } }
body { color: var(--ink); background: var(--ground); font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; } h3 { font-size: 1rem; margin: 1rem 0 0.2rem; }
a { color: var(--mark); } .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; padding: 0; list-style: none; counter-reset: lesson; }
.cards li { counter-increment: lesson; } .cards a { display: block; height: 100%; color: inherit; text-decoration: none; }
.cards a:hover span, .cards a:focus-visible span { text-decoration: underline; } .cards span::before { content: counter(lesson) ". "; color: var(--faint); }
.cards img { display: block; width: 100%; aspect-ratio: 16 / 9; object-fit: contain; border: 1px solid var(--rule); border-radius: 4px; }
.cards time { font-size: 0.85rem; } section { border-top: 1px solid var(--rule); }
video { display: block; width: 100%; max-height: 80vh; border: 1px solid var(--rule); border-radius: 4px; }
.chapters { display: flex; flex-wrap: wrap; gap: 0.4rem; padding: 0; list-style: none; }
button { font: inherit; font-size: 0.9rem; color: inherit; background: transparent; border: 1px solid var(--faint); border-radius: 4px; padding: 0.1rem 0.5rem; cursor: pointer; }
button:focus-visible, a:focus-visible, video:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
time { color: var(--faint); font-variant-numeric: tabular-nums; }
@media print { video { display: none; } }
"""
SCRIPT = """
(() => {
  const films = [...document.querySelectorAll("video")];
  films.forEach((film, n) => {
    film.addEventListener("play", () => films.forEach((other) => { if (other !== film) other.pause(); }));
    film.addEventListener("ended", () => {
      const next = films[n + 1];
      if (next) { next.closest("section").scrollIntoView(); next.play().catch(() => {}); }
    });
  });
  document.querySelectorAll("button[data-time]").forEach((button) => button.addEventListener("click", () => {
    const film = button.closest("section").querySelector("video");
    film.currentTime = Number(button.dataset.time);
    film.play().catch(() => {});
  }));
})();
"""
POLICY = (
    "default-src 'none'; img-src 'self' file:; media-src 'self' file: data:; style-src 'unsafe-inline'; "
    "script-src {scripts}"
)


def course_page(shown: Sequence[Screening], format: str, words: Words) -> str:
    """The films one after the other, each with its captions and chapters; what ends goes on with the next."""
    contents = "".join(map(_card, shown))
    films = "".join(_film(each, format, words) for each in shown)
    transcript = html.escape(words(message("Transcript")))
    link = f'<p><a href="transcript.html">{transcript}</a></p>'
    body = f'<ol class="cards">{contents}</ol>\n{link}\n{films}'
    digest = b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    return _page(body, words, f"'sha256-{digest}'", f"<script>{SCRIPT}</script>\n")


def transcript_page(shown: Sequence[Screening], words: Words) -> str:
    """All that is said, with the times."""
    sections = "".join(
        f"<section><h2>{html.escape(each.title)}</h2>{''.join(map(_said, each.cut.parts[1:]))}</section>\n"
        for each in shown
    )
    return _page(sections, words, "'none'", "")


def transcript_text(shown: Sequence[Screening]) -> str:
    """All that is said, as text."""
    lines = []
    for each in shown:
        lines += [each.title, "=" * len(each.title), ""]
        for part in each.cut.parts[1:]:
            lines += [f"[{_clock(part.start)}] {part.beat.name}", _sentences(part), ""]
    return "\n".join(lines)


def _page(body: str, words: Words, scripts: str, script: str) -> str:
    title = html.escape(words(message("Gradient descent, lesson by lesson")))
    return PAGE.format(
        language=html.escape(words.language, quote=True),
        policy=POLICY.format(scripts=scripts),
        title=title,
        style=STYLE,
        heading=title,
        body=body,
        closing=script,
    )


def _card(each: Screening) -> str:
    name = html.escape(each.name, quote=True)
    return (
        f'<li><a href="#{name}"><img src="{name}.png" alt="" loading="lazy">'
        f"<span>{html.escape(each.title)}</span> <time>{_clock(each.cut.length)}</time></a></li>\n"
    )


def _film(each: Screening, format: str, words: Words) -> str:
    name = html.escape(each.name, quote=True)
    captions = b64encode(webvtt(each.cut.cues).encode()).decode()
    chapters = "".join(
        f'<li><button type="button" data-time="{start:.3f}"><time>{_clock(start)}</time> {html.escape(said)}</button></li>'
        for start, _, said in each.cut.chapters[1:]
    )
    label = html.escape(words(message("Captions")), quote=True)
    return (
        f'<section id="{name}"><h2>{html.escape(each.title)}</h2>\n'
        f'<video controls playsinline preload="metadata" src="{name}.{format}" poster="{name}.png">'
        f'<track kind="captions" label="{label}" srclang="{html.escape(words.language, quote=True)}" default src="data:text/vtt;base64,{captions}"></video>\n'
        f'<ul class="chapters">{chapters}</ul></section>\n'
    )


def _said(part: Stretch) -> str:
    return (
        f"<h3><time>{_clock(part.start)}</time> {html.escape(part.beat.name)}</h3>"
        f"<p>{html.escape(_sentences(part))}</p>\n"
    )


def _sentences(part: Stretch) -> str:
    return " ".join(cue.text.replace("\n", " ") for cue in part.cues)


def _clock(seconds: float) -> str:
    minutes, whole = divmod(int(seconds), 60)
    return f"{minutes}:{whole:02}"
