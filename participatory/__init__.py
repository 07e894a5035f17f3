"""Student participatory budgets and concertations, from the rulebook to the recount."""

__version__ = "0.1.0"
