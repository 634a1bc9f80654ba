"""The export menu and what it writes."""
