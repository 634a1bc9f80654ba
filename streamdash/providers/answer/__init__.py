"""The contents of an answer: text in parts, reasoning, tool arguments, usage, finish reason.

Files named after a dialect sort out its structure; the others serve all three.
"""
