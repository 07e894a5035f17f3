"""Supports: who is interested in a project before the vote. They are not votes and count in no result."""
