"""How a whole derivation is written: one file a format, over what they share."""
