"""Markdown that grows, drawn as rows: source in, rows with styles and source offsets out."""
