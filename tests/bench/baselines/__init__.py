"""The same streams shown by the simplest means, for comparison. Each runs as its own program."""
