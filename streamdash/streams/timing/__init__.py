"""Deadlines, the common start, pauses of the process, and the lag of the event loop."""
