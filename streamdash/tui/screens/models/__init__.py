"""The screen on which a model is chosen."""
