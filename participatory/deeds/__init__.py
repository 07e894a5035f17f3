"""Deeds that take two people: one proposes, another sees exactly what will happen and confirms."""
