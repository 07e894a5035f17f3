"""Where officers propose the steps of this package, and read how roll and urn answer each other."""

from flask import Blueprint, Response
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.ballots.policy import can_see_turnout
from participatory.control.acts import ACTS, ANNUL, Act, ask
from participatory.control.forms import AnnulForm, ProposeForm
from participatory.control.policy import can_conduct
from participatory.control.reading import panel
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.deeds.models import Deed
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.rounds.models import Round
from participatory.rounds.queries import round_by_slug
from participatory.web.access import requires
from participatory.web.pages import absolute_url, notify, page, see_other

bp = Blueprint("control", __name__)

_STEPS = "/gestion/budgets/<slug>/depouillement"


def me() -> Person:
    """The person who asks."""
    person: Person = current_user
    return person


@bp.get(f"{_STEPS}/rapprochement")
@requires(Permission.READ_TURNOUT)
def reconciliation(slug: str) -> Response:
    """How roll and urn answer each other now; htmx asks for the part alone, every few seconds."""
    round_ = round_by_slug(slug)
    refuse_if(can_see_turnout(me(), round_, published=False))
    shown = panel(round_, me(), now())
    answer = page("control/reconciliation.html", "control/_reconciliation.html", round=round_, panel=shown)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post(f"{_STEPS}/proposer/<word>")
@requires(Permission.CLOSE_VOTE, recent=True)
def propose(slug: str, word: str) -> BaseResponse:
    """Propose a step that another person will confirm."""
    round_ = round_by_slug(slug)
    refuse_if(can_conduct(me(), round_))
    act = ACTS.get(word)
    if act is None or act is ANNUL:
        raise Refusal(N_("Cette étape n’existe pas."), Kind.NOT_FOUND)
    if not ProposeForm().validate_on_submit():
        raise Refusal(N_("Cette page n’est plus à jour : ouvrez-la de nouveau."), Kind.INVALID)
    return _proposed(_ask(act, round_))


@bp.route(f"{_STEPS}/proposer/annuler", methods=["GET", "POST"])
@requires(Permission.CLOSE_VOTE, recent=True)
def propose_annulment(slug: str) -> Response | BaseResponse:
    """Say why a vote is to be annulled; another person confirms."""
    round_, form = round_by_slug(slug), AnnulForm()
    refuse_if(can_conduct(me(), round_))
    if form.validate_on_submit():
        try:
            return _proposed(_ask(ANNUL, round_, form.reason.data or ""))
        except Refusal as refusal:
            form.refuse(refusal)
    shown = panel(round_, me(), now())
    return page("control/annul.html", status=422 if form.errors else 200, form=form, round=round_, step=shown.annul)


def _ask(act: Act, round_: Round, reason: str = "") -> Deed:
    with transaction():
        return ask(act, round_, me(), now(), link=absolute_url("deeds.index"), reason=reason)


def _proposed(deed: Deed) -> BaseResponse:
    notify(N_("L’acte est proposé : une autre personne doit le lire et le confirmer."))
    return see_other("deeds.show", public_id=deed.public_id)
