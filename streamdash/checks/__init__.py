"""Checks of answers: decided while the text streams, and for good at its end."""
