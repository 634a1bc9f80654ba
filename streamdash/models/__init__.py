"""The models that a user can choose from: configured, recently used, and listed by endpoints."""
