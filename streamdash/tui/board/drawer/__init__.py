"""The bars and the summary that open below the panes."""
