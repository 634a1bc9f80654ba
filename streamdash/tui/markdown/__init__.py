"""Markdown that grows, as rows of styled text."""
