"""The Pabulib format (`.pb`), as pabulib.org/format describes it: reading and writing elections."""

from participatory.tally.faults import PabulibError, Problem
from participatory.tally.pabulib_reader import read_bytes, read_election, read_file
from participatory.tally.pabulib_writer import write_election

__all__ = ["PabulibError", "Problem", "read_bytes", "read_election", "read_file", "write_election"]
