"""The faults that a vote must survive, each with a ledger of receipts: the list of docs/ballot.md."""
