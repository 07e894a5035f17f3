"""Student participatory budgets and concertations, from the rulebook to the recount."""

import os

__version__ = "0.1.0"

# Set before anything imports numpy. Its small matrices gain nothing from threads, which on a busy machine wait for one
# another: an opinion map then takes minutes instead of seconds.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
