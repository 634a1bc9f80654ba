"""Specs, events, states, numbers and the runs that produce them. Standard library only."""
