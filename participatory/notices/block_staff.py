"""Where officers stop somebody from writing for a time, lift that, and judge what is contested."""

from flask.typing import ResponseReturnValue

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.permissions import Permission
from participatory.notices import blocking, policy
from participatory.notices.forms import BlockForm, VerdictForm
from participatory.notices.queries import block_at, block_of, decision_at
from participatory.notices.queries import blocks as present_blocks
from participatory.notices.shared import letters, present_person
from participatory.notices.staff import bp
from participatory.web.access import requires
from participatory.web.pages import notify, page, see_other


def open_doors() -> None:
    """Importing this module adds its doors to those of notices; this names that for whoever reads `register`."""


@bp.get("/gestion/personnes-bloquees")
@requires(Permission.BLOCK_PEOPLE)
def blocks() -> ResponseReturnValue:
    """Those who may not write at present, contested ones first."""
    return page("notices/blocks.html", blocks=present_blocks(present_person(), now()))


@bp.route("/gestion/personnes-bloquees/nouveau/<public_id>", methods=["GET", "POST"])
@requires(Permission.BLOCK_PEOPLE)
def block(public_id: str) -> ResponseReturnValue:
    """Stop the author of a hidden text from writing for a time."""
    decision, form, person = decision_at(public_id), BlockForm(), present_person()
    refuse_if(policy.can_block(person, decision))
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                with transaction():
                    blocking.block(public_id, form.measure(), person, letters(), now())
            except Refusal as refused:
                form.refuse(refused)
                status = int(refused.kind)
            else:
                notify(N_("La personne ne peut plus publier jusqu’à la date choisie. Elle en reçoit la raison."))
                return see_other("notices.blocks")
    held = block_of(decision.person, now()) if decision.person else None
    return page("notices/block.html", status=status, form=form, decision=decision, held=held)


@bp.route("/gestion/personnes-bloquees/<public_id>", methods=["GET", "POST"])
@requires(Permission.BLOCK_PEOPLE)
def judge_block(public_id: str) -> ResponseReturnValue:
    """One block: lift it, or judge what is contested."""
    found, form, person = block_at(public_id), VerdictForm(), present_person()
    refuse_if(policy.can_judge_block(person, found, now()))
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                with transaction():
                    blocking.judge_block(public_id, form.said(), person, letters(), now())
            except Refusal as refused:
                form.refuse(refused)
                status = int(refused.kind)
            else:
                notify(N_("Votre décision est prise. La personne en reçoit les raisons."))
                return see_other("notices.blocks")
    return page("notices/judge_block.html", status=status, form=form, block=found)
