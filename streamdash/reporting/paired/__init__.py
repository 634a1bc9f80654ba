"""Paired comparisons: what streams differ by, round by round, and whether that proves anything."""
