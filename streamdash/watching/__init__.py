"""Follows a prompt file while its streams are on the screen."""
