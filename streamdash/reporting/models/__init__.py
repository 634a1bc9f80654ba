"""A verdict per model: which one is faster over all questions that several models answer."""
