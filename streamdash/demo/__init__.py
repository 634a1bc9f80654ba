"""The embedded server, for the demo without a key and for tests, and providers without a server."""
