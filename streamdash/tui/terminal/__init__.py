"""The terminal under the screen: everything that relies on private parts of Textual."""
