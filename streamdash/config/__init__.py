"""The user's own config: endpoints, defaults, models, aliases and looks for every run."""
