"""The two addresses of SAML: our metadata, and where establishments send their answers."""

import hashlib

from flask import Blueprint, Flask, Response, make_response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.doors.saml_answers import put_aside
from participatory.doors.saml_attributes import URI_FORMAT, WANTED
from participatory.doors.saml_keys import Place
from participatory.doors.saml_service import entity_id, key_pairs
from participatory.web.access import public
from participatory.web.limits import limit
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


def _state_given() -> str:
    return "saml:" + hashlib.sha256(request.form.get("RelayState", "").encode()).hexdigest()


@bp.post("/connexion/saml/retour")
@public
@limit("10 per hour", key_func=_state_given)
@limit("3000 per hour")
def consume() -> BaseResponse:
    """Put an answer aside and lead the browser on, to where its cookie shows that it asked for it.

    Comes from the pages of other sites, so without our form's token: what protects it is the state.
    """
    state = request.form.get("RelayState", "")
    with transaction():
        source = put_aside(state, request.form.get("SAMLResponse", ""), now())
    return see_other("doors.callback", source=source.public_id, RelayState=state)


def register(app: Flask) -> None:
    """Open the addresses of SAML; the one that receives answers has no form of ours to take a token from."""
    app.register_blueprint(bp)
    app.extensions["csrf"].exempt(f"{consume.__module__}.{consume.__name__}")
