"""Small widgets and their values that several screens share."""
