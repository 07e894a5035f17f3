"""What other parameters of a rulebook would have changed in past elections: for workshops, of no effect on a result."""
