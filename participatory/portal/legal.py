"""The legal pages, made of the configuration, of the register of processing and of the rules of retention."""

from dataclasses import dataclass

from flask import Blueprint, Response
from flask_babel import gettext as _

from config import Config
from participatory.privacy.holdings import processings, retention_rules
from participatory.web.access import public
from participatory.web.cookies import cookies
from participatory.web.pages import page
from participatory.web.settings import config


@dataclass(frozen=True)
class Facts:
    """Who answers for this site, in words that say so when nobody does yet."""

    publisher: str
    publisher_address: str
    director: str
    host: str
    dpo: str
    contact: str
    address: str


def facts(settings: Config) -> Facts:
    """What the configuration says, and what stands in its place where it is silent."""
    silent = _("personne : cette installation est une démonstration") if settings.demo else _("à renseigner")
    return Facts(
        publisher=settings.publisher or silent,
        publisher_address=settings.publisher_address or silent,
        director=settings.publication_director or silent,
        host=settings.hosted_by or silent,
        dpo=settings.dpo_email or settings.contact_email,
        contact=settings.contact_email,
        address=settings.public_url,
    )


@public
def accessibility() -> Response:
    """The accessibility statement."""
    return page("portal/accessibility.html", facts=facts(config()))


@public
def legal() -> Response:
    """Who publishes and hosts this site, and under which licences."""
    return page("portal/legal.html", facts=facts(config()))


@public
def privacy() -> Response:
    """The register of processing: what is held about people, why, how long, who sees it, and their rights."""
    return page("portal/privacy.html", facts=facts(config()), processings=processings(), rules=retention_rules())


@public
def cookie_list() -> Response:
    """Every cookie, what it is for and how long it lasts."""
    return page("portal/cookies.html", cookies=cookies())


def open_doors(bp: Blueprint) -> None:
    """Add these pages to those of the package."""
    bp.get("/accessibilite")(accessibility)
    bp.get("/mentions-legales")(legal)
    bp.get("/confidentialite")(privacy)
    bp.get("/cookies")(cookie_list)
