"""The front door: what `import symgd` offers, a Problem with its methods above all."""
