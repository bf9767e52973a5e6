"""A student's own lines: read as they are typed, marked line by line, and helped on."""
