"""Appeals against a setting aside: read and decided by a third officer, on a page of their own."""

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from participatory.ballots.models import SettingAside
from participatory.control.appeals import decide_appeal
from participatory.control.cases import case_by_public_id
from participatory.control.policy import can_decide_appeal, can_read_cases
from participatory.control.rules import AppealOutcome
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.holders import names_of
from participatory.identity.permissions import Permission
from participatory.integrity_desk.forms import AppealForm
from participatory.integrity_desk.listing import case_of_proposal
from participatory.integrity_desk.staff import bp, me, words
from participatory.rounds.models import Round
from participatory.web.access import requires
from participatory.web.pages import notify, page, see_other
from participatory.web.settings import secret_store


@bp.route("/integrite/recours/<public_id>", methods=["GET", "POST"])
@requires(Permission.SET_ASIDE, recent=True)
def appeal(public_id: str) -> Response | BaseResponse:
    """What was proposed, answered, decided and contested; the decision of a third person."""
    setting, round_ = _contested(public_id)
    form, refused = AppealForm(), can_decide_appeal(me(), round_, setting)
    if form.validate_on_submit():
        restored = form.outcome.data == AppealOutcome.RESTORED
        try:
            with transaction():
                decide_appeal(
                    setting, me(), restored=restored, words=form.words.data or "", now=now(), store=secret_store()
                )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            notify(N_("Le recours est tranché, et la personne prévenue."))
            return see_other("integrity_desk.index")
    return page(
        "integrity_desk/appeal.html",
        status=422 if form.is_submitted() else 200,
        setting=setting,
        round=round_,
        form=form,
        refused=refused,
        case=case_of_proposal(setting),
        names=names_of({setting.author, setting.second_by, setting.appeal_by}),
        **words(),
    )


def _contested(public_id: str) -> tuple[SettingAside, Round]:
    """A setting aside that its voter contests; raises Refusal for none, and for officers of other rounds."""
    setting = case_by_public_id(public_id.replace("\0", ""))
    round_ = db.session.get_one(Round, setting.round_id)
    refuse_if(can_read_cases(me(), round_))
    if setting.appealed_at is None:
        raise Refusal(N_("Ce dossier n’a pas de recours."), Kind.NOT_FOUND)
    return setting, round_
