"""From bytes to events, for all dialects: splitting, end markers, stray lines, large JSON."""
