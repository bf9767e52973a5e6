"""Is a step true, and how do we know?"""
