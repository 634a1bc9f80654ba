"""One pane of the board: its frame, numbers, notes and transcript."""
