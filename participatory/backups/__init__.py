"""Backups of the database: encrypted to the trustees while ballots still have their link to people."""
