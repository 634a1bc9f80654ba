"""Completion in the user's shell: the scripts, and the words that they ask for."""
