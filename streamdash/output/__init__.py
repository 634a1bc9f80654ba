"""Text on its way out: made safe for terminals, written to files that appear when whole."""
