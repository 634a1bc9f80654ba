"""Several labelled LLM streams side by side in a terminal, each one timed."""

__version__ = "0.1.0"
