"""Text on its way out: cleaned, written whole or not at all, never waited for."""
