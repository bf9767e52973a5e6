"""Rules, the engine that applies them, and the check on every step."""
