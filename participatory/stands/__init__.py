"""Declared stands and paper ballots."""
