"""Descent, the curvature it meets, what it leaves, and how it ended."""
