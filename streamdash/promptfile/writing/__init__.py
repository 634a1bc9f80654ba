"""Writes requests as TOML of the prompt file's schema."""
