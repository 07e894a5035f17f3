"""Associations admit, ask for changes or refuse, and say why."""
