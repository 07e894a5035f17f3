"""Past elections brought in from other platforms."""
