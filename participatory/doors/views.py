"""The page "Je suis étudiant à…" and the doors behind it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Flask, Response, request
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.labels import N_
from participatory.core.search import folded
from participatory.deeds.kinds import offer_deed
from participatory.doors import going, holdings, queries, saml_views, staff
from participatory.doors.cas import CasDoor, CasSettings
from participatory.doors.forms import CasForm, FindForm, OidcForm
from participatory.doors.kinds import DoorKind, Surroundings, offer_kind
from participatory.doors.oidc import OidcDoor, OidcSettings
from participatory.doors.opening import OPEN
from participatory.doors.rules import SourceDoor, SourceKind
from participatory.doors.ways import ways_in
from participatory.identity.permissions import Permission
from participatory.identity.rules import safe_path
from participatory.territories.models import Establishment, Site
from participatory.territories.queries import establishments
from participatory.web.access import public
from participatory.web.limits import DOORS, limited
from participatory.web.navigation import Entry
from participatory.web.pages import page

bp = Blueprint("doors", __name__)
staff.open_doors(bp)


@bp.get("/connexion/etablissement")
@public
def index() -> Response:
    """Every establishment by town, or those that a search finds."""
    form = FindForm(request.args)
    wanted = (form.q.data or "").strip()[:80]
    found = [each for each in establishments() if _is_meant(each, wanted)]
    return page(
        "doors/index.html",
        find=form,
        wanted=wanted,
        towns=_by_town(found),
        count=len(found),
        with_doors=queries.establishments_with_doors(),
        next_path=_next(),
    )


def _is_meant(establishment: Establishment, wanted: str) -> bool:
    """Whether each word of a search begins a word of the establishment's name, of its initials or of its town."""
    site = establishment.site
    names = [establishment.name, establishment.acronym, site.name, site.communes, site.department.name]
    names.append(establishment.email_domains.replace("|", " "))
    words = _words(" ".join(names))
    return all(any(word.startswith(each) for word in words) for each in _words(wanted))


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in folded(text)).split()


def _by_town(found: list[Establishment]) -> list[tuple[Site, list[Establishment]]]:
    towns: dict[int, tuple[Site, list[Establishment]]] = {}
    for each in sorted(found, key=lambda each: folded(each.name)):
        towns.setdefault(each.site_id, (each.site, []))[1].append(each)
    return sorted(towns.values(), key=lambda town: folded(town[0].name))


def _next() -> str:
    return safe_path(request.args.get("next"))


@bp.get("/connexion/etablissement/<key>")
@public
def show(key: str) -> Response:
    """The ways in of one establishment."""
    establishment = queries.establishment_by_key(key)
    next_path = _next()
    return page(
        "doors/show.html",
        establishment=establishment,
        sources=queries.open_doors_of(establishment),
        domains=_domains_in_words(establishment),
        ways=ways_in(establishment, next_path),
        next_path=next_path,
    )


def _domains_in_words(establishment: Establishment) -> str:
    """`@etu.exemple.fr ou @exemple.fr`; empty when the domains were only deduced, or are shared with others."""
    domains = [f"@{domain}" for domain in establishment.email_domains.split("|") if domain]
    return gettext(" ou ").join(domains) if establishment.domain_confirmed else ""


@bp.get("/connexion/porte/<source>")
@public
@limited(DOORS)
def leave(source: str) -> BaseResponse:
    """Lead to the establishment's own page of sign-in.

    A link and not a form: our security policy lets no form lead to another site. Nothing is decided by it.
    """
    return going.set_out(queries.source_by_public_id(source), _next())


@bp.get("/connexion/retour/<source>")
@public
@limited(DOORS)
def callback(source: str) -> Response | BaseResponse:
    """Where the establishment sends the browser back."""
    return going.come_back(queries.source_by_public_id(source), request.args)


@bp.get("/connexion/porte/<source>/refus")
@public
def refusal(source: str) -> Response:
    """Why the door stayed shut, and what to do."""
    return going.why_refused(queries.source_by_public_id(source), _next())


def _oidc(settings: Mapping[str, Any], around: Surroundings) -> SourceDoor:
    return OidcDoor(
        OidcSettings(
            issuer=settings["issuer"],
            client_id=settings["client_id"],
            secret=around.secret,
            auth_method=settings["auth_method"],
            scopes=settings["scopes"],
            hosts=tuple(settings["hosts"]),
        )
    )


def _cas(settings: Mapping[str, Any], _around: Surroundings) -> SourceDoor:
    return CasDoor(CasSettings(settings["server"]))


KINDS = (
    DoorKind(
        SourceKind.OIDC,
        N_("LemonLDAP::NG, Shibboleth avec son extension OIDC, Keycloak, Entra ID…"),
        OidcForm,
        _oidc,
        "doors/_guide_oidc.html",
    ),
    DoorKind(
        SourceKind.CAS,
        N_("Apereo CAS, LemonLDAP::NG… en version 3 du protocole, qui transmet les attributs."),
        CasForm,
        _cas,
        "doors/_guide_cas.html",
    ),
)


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open these pages."""
    for kind in KINDS:
        offer_kind(app, kind)
    offer_deed(app, OPEN)
    saml_views.register(app)
    app.register_blueprint(bp)
    holdings.offer(app)
    staff_menu(
        Entry(
            "doors.sources",
            N_("Connexion des établissements"),
            80,
            permissions=frozenset({Permission.MANAGE_SOURCES.value}),
            prefix="/gestion/sources",
        )
    )
