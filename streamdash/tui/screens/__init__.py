"""The screens that open over the board."""
