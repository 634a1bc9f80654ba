"""The heart: what was asked, what has happened, what the numbers mean. Standard library only."""
