"""Rehearsal: what a film's beats are, and where each is kept, before anything is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from symgd.animations.making.film_keys import keys_of, texts_of
from symgd.animations.making.footage import Footage
from symgd.animations.making.production import Production, Script
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.encoder import Pictures
from symgd.animations.staging.take import Take
from symgd.errors import OutputError
from symgd.registry.options import instead_of

if TYPE_CHECKING:
    from symgd.animations.staging.lesson import Lesson
    from symgd.animations.staging.stage import Stage
    from symgd.derivation.gradient import Gradient
    from symgd.optimize.run import Run
    from symgd.problem.problem import Problem


def rehearsed(
    scene: type[Lesson],
    problem: Problem | None,
    run: Run | None,
    derive: Callable[[], Gradient] | None = None,
    *,
    stage: Stage,
    pictures: Pictures,
    footage: Footage,
    sections: Sequence[str] | None = None,
    last: bool = False,
    given: Mapping[str, Any] | None = None,
) -> Script:
    """The script of a film: all beats, or those of these names, and of these the last alone where only that is asked for."""
    from symgd.animations.staging.projector import Roll

    known = {} if derive is None else {"derive": derive}
    bare = Production(scene, problem, run, None, stage, pictures, given or {})
    asked = replace(bare, given={**bare.given, **known})
    with asked.staged(Roll(_never, _nothing, _always, pictures)) as staged:
        beats = [*staged.beats()]
        gradient = vars(staged).get("gradient")
    spoken = staged.spoken | {text for beat in beats for text in _captions(beat)}
    keys = keys_of(bare, beats, spoken)
    chosen = _chosen(beats, sections)
    script = Script(replace(bare, gradient=gradient), beats, keys, chosen[-1:] if last else chosen)
    _drop_stale(script, footage)
    return script


def _captions(beat: Beat) -> Sequence[str]:
    return (beat.caption,) if isinstance(beat.caption, str) else beat.caption


def _chosen(beats: Sequence[Beat], sections: Sequence[str] | None) -> list[int]:
    """The numbers of the beats that are shown."""
    if sections is None:
        return [*range(len(beats))]
    names = [beat.name.casefold() for beat in beats]
    for section in sections:
        if section.casefold() not in names:
            known = dict.fromkeys(beat.name for beat in beats)
            raise OutputError(f'the film has no section "{section}"', instead_of(section, [*known]))
    wanted = {section.casefold() for section in sections}
    return [number for number, name in enumerate(names) if name in wanted]


def _drop_stale(script: Script, footage: Footage) -> None:
    """Forget takes that show a caption's text as it was before somebody corrected it, or stand too still for a longer one."""
    module, stage = script.production.scene.__module__, script.production.stage
    words, rate = stage.words, script.production.pictures.rate
    kept = {n: footage.get(script.keys[n]) for n in script.chosen}
    takes = {n: Take.of_bytes(take) for n, take in kept.items() if take is not None}
    for number, take in takes.items():
        if take.nod is None and take.is_still(script.beats[number], stage.pace, rate):
            footage.drop(script.keys[number])
    drawn = {n: take.drawn for n, take in takes.items()}
    there = texts_of(module) if any(drawn.values()) else frozenset()
    for number, texts in drawn.items():
        if any(text not in there or words.declared(text) != shown for text, shown in texts):
            footage.drop(script.keys[number])


def _never(_beat: int) -> bool:
    return False


def _always(_beat: int) -> bool:
    return True


def _nothing(_beat: int, _take: Take) -> None:
    """Nothing is drawn in a rehearsal."""
