"""The bands between lines of equal cost on a map: the darker, the dearer."""

from __future__ import annotations

from itertools import pairwise

from manim import VGroup, VMobject

from symgd.animations.costs.grid_dots import shade_of
from symgd.animations.costs.surface_picture import SurfacePicture

DENSE = 0.2  # so that lines and numbers on it stand out


def map_bands(surface: SurfacePicture) -> VGroup:
    """Each band of the floor as it is seen from above, below all that stands on it."""
    made, floor = VGroup(), surface.floor
    for cost, outlines in floor.bands():
        band = VMobject(stroke_width=0).set_z_index(-1)
        for outline in outlines:
            corners = [surface.place(place) for place in outline]
            band.start_new_path(corners[0])
            for _, end in pairwise(corners):
                band.add_line_to(end)
        shade = shade_of(surface.stage, floor.part(cost) ** 0.5)
        made.add(band.set_fill(shade, opacity=DENSE))
    return made
