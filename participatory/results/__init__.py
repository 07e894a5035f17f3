"""The count, its publication and its open data."""
