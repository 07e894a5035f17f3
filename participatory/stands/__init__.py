"""Declared stands, where people vote one after the other, and ballots on paper."""
