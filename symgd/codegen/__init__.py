"""A cost and its gradient as code: in memory, as a module, or as a data summary."""
