"""The Region says what is feasible and at what cost."""
