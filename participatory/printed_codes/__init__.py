"""One-time codes on paper: packages for an establishment, handed over at a counter, reconciled."""
