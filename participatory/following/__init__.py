"""Projects that people follow, to be told when they move."""
