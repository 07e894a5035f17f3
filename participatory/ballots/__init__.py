"""The booth, the signature of the roll, and the ballots, apart."""
