"""A problem as a program: the last lines of its derivation, lowered once, in forms that do not overflow."""
