"""Keeps keys and passwords out of texts that people read."""
