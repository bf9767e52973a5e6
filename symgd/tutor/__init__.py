"""A student's own lines: read as they are typed, marked, explained, helped on."""
