"""Screening: one lesson of a course."""

from __future__ import annotations

from dataclasses import dataclass

from symgd.animations.making.cut import Cut


@dataclass(frozen=True)
class Screening:
    """A lesson of a course: its film, with the title card before it.

    Parameters
    ----------
    name, title : str
    cut : Cut
    """

    name: str
    title: str
    cut: Cut

    def file(self, suffix: str) -> str:
        """The name of one of its files."""
        return f"{self.name}{suffix}"
