"""The requests of the board as text: one in an editor, all in a prompt file."""
