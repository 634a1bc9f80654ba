"""What a run leaves behind: results, tables, recordings."""
