"""Statements on which people say that they agree, disagree or pass, and the opinion map that comes of it."""
