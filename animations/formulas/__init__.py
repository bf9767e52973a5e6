"""Formulas in motion: Typst's glyphs that know their parts, how they travel, and numbers and names as films write them."""
