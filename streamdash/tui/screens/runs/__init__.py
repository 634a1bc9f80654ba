"""The list of recorded runs, from which one is opened."""
