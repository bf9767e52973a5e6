"""Slides."""
def slides(cut, title, stage): raise NotImplementedError
