"""The inspector: every wire event of one stream."""
