"""Markdown that grows, as rows to draw; plain values, without Textual."""
