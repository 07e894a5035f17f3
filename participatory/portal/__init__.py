"""The home page, the help, the legal pages and the health of the service."""
