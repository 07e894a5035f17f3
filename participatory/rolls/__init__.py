"""Who may vote in a round: one pseudonym per person and round."""
