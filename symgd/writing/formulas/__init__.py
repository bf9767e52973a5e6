"""How a Term is written: one fold, and a style for each format."""
