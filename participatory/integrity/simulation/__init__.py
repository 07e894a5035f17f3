"""Electorates that never existed, honest people and attackers, with labels: what detection is measured on. Pure."""
