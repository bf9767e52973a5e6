"""Descent: how it goes, the curvature it meets, what it leaves, how it ended."""
