"""What a film tells of a run, found from its trace; nothing here needs Manim."""
