"""The opinion map: who thinks alike on short statements, what sets each group apart and what all of them share.

Pure functions from votes to an explained verdict, with numpy only. Nothing here knows of
the web or of the database; every draw comes from a seed, so that anybody finds the same.
"""
