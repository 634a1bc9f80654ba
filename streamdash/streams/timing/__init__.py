"""When things may happen, and how late they did: deadlines, the common start, pauses, loop lag."""
