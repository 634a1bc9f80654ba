"""From the wire to events: one provider for each dialect, on top of the official SDKs."""
