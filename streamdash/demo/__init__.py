"""The embedded server: the demo without a key, and the other side of the tests."""
