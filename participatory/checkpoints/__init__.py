"""Signed heads of the journal, and the observers who receive them."""
