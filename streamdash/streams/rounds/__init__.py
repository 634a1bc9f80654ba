"""Rounds: every stream once, over and over, so that repeated measurements can be compared."""
