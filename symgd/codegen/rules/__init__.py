"""An optimizer's step: in memory, as text, and number by number."""
