"""Text as a terminal draws it: widths, wrapping, pastes."""
