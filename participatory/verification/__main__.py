"""`python -m participatory.verification BUNDLE`: the same as `participatory verify`."""

from participatory.verification.cli import verify

verify()
