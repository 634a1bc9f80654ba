"""From the wire to events: one adapter for each dialect, over the official SDKs."""
