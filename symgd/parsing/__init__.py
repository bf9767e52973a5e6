"""Text to Terms."""
