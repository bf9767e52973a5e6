"""Terms as Python: expressions, the names in them, and lines of bounded length."""
