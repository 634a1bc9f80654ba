"""From bytes to events of a stream: framing, markers, errors, large JSON."""
