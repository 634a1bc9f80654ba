"""Colours for fenced code: which language it is, and the kinds of its tokens."""
