"""The desk where people look at what detection found: cases, letters, two officers, appeals, public figures."""
