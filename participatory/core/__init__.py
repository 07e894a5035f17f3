"""What every package stands on: database, clock, money, refusals, identifiers, text."""
