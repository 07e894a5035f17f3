"""Signing in through an establishment: its own service, a claim, a proof of enrolment."""
