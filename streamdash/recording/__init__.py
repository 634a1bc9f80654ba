"""The recording of a run: how it is written, read, listed and played again."""
