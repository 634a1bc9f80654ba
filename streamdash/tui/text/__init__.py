"""Text as a terminal draws it: widths and wrapping."""
