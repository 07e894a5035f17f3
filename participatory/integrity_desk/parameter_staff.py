"""The page on which officers read and set the parameters of detection, until the vote opens."""

from flask import Response
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.permissions import Permission
from participatory.integrity.rules import Parameters
from participatory.integrity_desk.parameter_form import DetectionForm, shown, written
from participatory.integrity_desk.parameters import parameters_of, set_parameters
from participatory.integrity_desk.public import bp, rows_of
from participatory.rounds import policy
from participatory.rounds.models import Round
from participatory.rounds.queries import round_by_slug
from participatory.web.access import requires
from participatory.web.pages import notify, page, see_other

# The first parameters say when a group is shown; the others are fine tuning, folded.
SHOWN_FIRST = 4
_IN_THE_FORM = frozenset({Kind.CONFLICT, Kind.INVALID})


@bp.route("/gestion/budgets/<slug>/detection", methods=["GET", "POST"])
@requires(Permission.CONDUCT_ROUNDS)
def parameters(slug: str) -> Response | BaseResponse:
    """The parameters with their sentences; a form until the vote opens."""
    round_ = round_by_slug(slug)
    refusal = policy.can_conduct(current_user, round_)
    refuse_if(policy.can_see(round_, refusal is None, now()))
    refuse_if(refusal)
    if round_.imported:
        refuse_if(policy.can_change_rules(current_user, round_, now()))
    form = DetectionForm(data=shown(parameters_of(round_), round_.mark))
    if not form.is_submitted():
        return _page(round_, form)
    if not form.validate():
        return _page(round_, form, 422)
    try:
        with transaction():
            changed = set_parameters(round_, form.parameters(), form.seen.data or "", current_user, now())
    except Refusal as refusal:
        if refusal.kind not in _IN_THE_FORM:
            raise
        form.refuse(refusal)
        # Whoever meets somebody else's change reads it before replacing it.
        form.seen.data = round_.mark
        return _page(round_, form, int(refusal.kind))
    if changed:
        notify(N_("Les paramètres sont enregistrés : le règlement porte leur nouvelle empreinte."))
    else:
        notify(N_("Rien n’a changé."), "info")
    return see_other("integrity_public.parameters", slug=slug)


def _page(round_: Round, form: DetectionForm, status: int = 200) -> Response:
    answer = page(
        "integrity_desk/parameters.html",
        status=status,
        round=round_,
        form=form,
        rows=rows_of(parameters_of(round_)),
        usual=Parameters(),
        written=written,
        main=SHOWN_FIRST,
        frozen=policy.can_change_rules(current_user, round_, now()),
    )
    # Until the vote is over, what stands here is for those who conduct it.
    answer.headers["Cache-Control"] = "no-store"
    return answer
