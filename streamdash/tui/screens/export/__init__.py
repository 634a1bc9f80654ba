"""The export menu and the files it writes."""
