"""The requests of the board: added, changed in a form or an editor, written into a file."""
