"""What SAML adds to the pages of doors: our metadata, where answers are posted, and where they are opened."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, Response, make_response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.labels import N_
from participatory.doors import going, queries
from participatory.doors.kinds import DoorKind, Surroundings, offer_kind
from participatory.doors.rules import SourceKind
from participatory.doors.saml import SamlDoor, Signed
from participatory.doors.saml_answers import forget, put_aside
from participatory.doors.saml_attributes import URI_FORMAT, WANTED
from participatory.doors.saml_forms import SamlForm
from participatory.doors.saml_keys import Place
from participatory.doors.saml_library import missing
from participatory.doors.saml_providers import Provider
from participatory.doors.saml_service import entity_id, key_pairs, our_service
from participatory.web.access import public
from participatory.web.limits import DOORS, limited
from participatory.web.pages import absolute_url, see_other
from participatory.web.settings import config
from participatory.web.shell import SITE_NAME

bp = Blueprint("doors_saml", __name__)


@bp.get("/connexion/saml/metadonnees")
@public
def metadata() -> Response:
    """What a federation needs to know of this site, in XML."""
    pairs = [pair for pair in key_pairs() if pair.place is not Place.FORMER]
    document = render_template(
        "doors/saml_metadata.xml",
        entity_id=entity_id(),
        consumer_url=absolute_url("doors_saml.consume"),
        signing=[pair.certificate for pair in pairs],
        # Establishments move to the key that waits as soon as they read it; ours opens both.
        encryption=[pairs[-1].certificate],
        wanted=WANTED,
        name_format=URI_FORMAT,
        name=SITE_NAME,
        home=config().public_url.rstrip("/") + "/",
        contact=config().contact_email,
    )
    answer = make_response(document)
    answer.headers["Content-Type"] = "application/samlmetadata+xml; charset=utf-8"
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


@bp.post("/connexion/saml/retour")
@public
@limited(DOORS)
def consume() -> BaseResponse:
    """Put an answer aside and lead the browser on, to where its cookie shows that it asked for it.

    Comes from the pages of other sites, so without our form's token: what protects it is the state.
    """
    state = request.form.get("RelayState", "")
    with transaction():
        source = put_aside(state, request.form.get("SAMLResponse", ""), now())
    return see_other("doors_saml.finish", source=source.public_id, RelayState=state)


@bp.get("/connexion/saml/suite/<source>")
@public
@limited(DOORS)
def finish(source: str) -> Response | BaseResponse:
    """End a sign-in like every other door; nothing of the answer stays."""
    outcome = going.come_back(queries.source_by_public_id(source), request.args)
    with transaction():
        forget(request.args.get("RelayState", ""))
    return outcome


def _door(settings: Mapping[str, Any], _around: Surroundings) -> SamlDoor:
    return SamlDoor(Provider.from_settings(settings["provider"]), our_service(), Signed(settings["signed"]))


def addresses() -> dict[str, str]:
    """What an establishment or a federation is given: the names that the guide shows."""
    return {
        "metadata": absolute_url("doors_saml.metadata"),
        "entity_id": entity_id(),
        "consumer": absolute_url("doors_saml.consume"),
    }


def register(app: Flask) -> None:
    """Offer this kind of door; the address that receives answers has no form of ours to take a token from."""
    app.register_blueprint(bp)
    app.extensions["csrf"].exempt(f"{consume.__module__}.{consume.__name__}")
    app.jinja_env.globals.update(saml_addresses=addresses, saml_missing=missing, saml_attributes=WANTED)
    hint = N_("La fédération RENATER : Shibboleth, SimpleSAMLphp, LemonLDAP::NG, ADFS… Demande une inscription.")
    offer_kind(app, DoorKind(SourceKind.SAML, hint, SamlForm, _door, "doors/_guide_saml.html"))
