"""The page that asks staff for their second factor before it lets them go where they were going."""

from flask import Blueprint, Response

from participatory.web.access import signed_in
from participatory.web.pages import page


@signed_in
def second_factor() -> Response:
    """Ask for the second factor."""
    return page("identity/second_factor.html")


def open_doors(bp: Blueprint) -> None:
    """Add these pages to those of the package."""
    bp.get("/connexion/deuxieme-facteur")(second_factor)
