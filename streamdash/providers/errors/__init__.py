"""What went wrong, as a StreamError: its kind, its message, whether a retry may help."""
