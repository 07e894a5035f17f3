"""`python -m participatory`: the same as the command."""

from participatory.cli import main

main()
