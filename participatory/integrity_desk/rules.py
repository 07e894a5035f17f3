"""What may become of a case and of each of its ballots. Pure."""
