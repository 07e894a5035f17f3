"""The rules of counting: pure functions from an election to an explained outcome.

Nothing here knows of the web or of the database. Every amount and every score is
an integer, so that anybody who counts again finds exactly the same result.
"""
