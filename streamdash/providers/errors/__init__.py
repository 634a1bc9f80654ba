"""Turns every failure into a StreamError: its kind, its message, whether a retry may help."""
