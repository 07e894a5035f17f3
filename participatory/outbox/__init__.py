"""Letters: queued inside the transaction, sent after it."""
