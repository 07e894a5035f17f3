"""An edition: its calendar and its rulebook."""
