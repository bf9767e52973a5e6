"""Text to Terms; nothing that is read is ever run."""
