"""Pictures, tables and labels that several lessons share."""
