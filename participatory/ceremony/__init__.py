"""The key of a round, shared among trustees."""
