"""The minimum of a cost, found by what works, and what statistics say of it."""
