"""Students' own lines of an optimizer's step: read, compared with its update rule, and marked."""
