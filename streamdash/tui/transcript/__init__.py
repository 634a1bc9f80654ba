"""The text of one stream as it arrives: wrapped, followed, searched, selected."""
