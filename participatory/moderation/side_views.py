"""The other pages of moderators: their links, the texts of their association, the load, second readings."""

from flask import request
from flask.typing import ResponseReturnValue

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal
from participatory.core.labels import N_
from participatory.identity.permissions import Permission
from participatory.identity.queries import associations
from participatory.moderation.board import bp, present
from participatory.moderation.keeping import (
    declare_link,
    delete_model,
    end_link,
    links_of,
    model_at,
    models_of,
    save_model,
)
from participatory.moderation.load import answering, is_past, shares, waiting_cases
from participatory.moderation.readings import read_again, reading_to_do
from participatory.moderation.rules import LinkKind, Outcome, Reason
from participatory.moderation.work_forms import LinkForm, ReadingForm, ReplyModelForm
from participatory.web.access import requires
from participatory.web.pages import notify, page, see_other


def open_pages() -> None:
    """Give the blueprint its pages: importing this module has done it."""


@bp.route("/moderation/liens", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def links() -> ResponseReturnValue:
    """What ties this person to other associations, declared once for all cases."""
    form, person = LinkForm(), present()
    form.offer([(each.slug, each.name) for each in associations() if each.id != person.association_id])
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with transaction():
                declare_link(person, LinkKind(form.kind.data), form.other.data, form.words.data or "", now())
            notify(N_("Le lien est déclaré : les projets de cette association ne vous sont plus proposés."))
            return see_other("moderation.links")
        except Refusal as refused:
            form.refuse(refused)
            status = int(refused.kind)
    return page("moderation/links.html", status=status, form=form, links=links_of(person), person=person)


@bp.post("/moderation/liens/<public_id>/fin")
@requires(Permission.MODERATE)
def end(public_id: str) -> ResponseReturnValue:
    """Say that a link is over."""
    with transaction():
        end_link(public_id, present(), now())
    notify(N_("Le lien est terminé. Ce que vous avez laissé à d’autres le reste."))
    return see_other("moderation.links")


@bp.route("/moderation/modeles", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def models() -> ResponseReturnValue:
    """The texts that the association reuses, and the form that changes one or adds one."""
    chosen = request.values.get("modele", "")
    model = model_at(chosen, present()) if chosen else None
    form = ReplyModelForm()
    status = 422 if form.is_submitted() else 200
    if model is not None and not form.is_submitted():
        form = ReplyModelForm(
            title=model.title, outcome=model.outcome_code, reason=model.reason_code or "", text=model.text
        )
    if form.validate_on_submit():
        try:
            with transaction():
                save_model(
                    present(), model_at(chosen, present()) if chosen else None, form.title.data or "",
                    form.text.data or "", outcome=Outcome(form.outcome.data),
                    reason=Reason(form.reason.data) if form.reason.data else None, now=now(),
                )  # fmt: skip
            notify(N_("Le modèle est enregistré."))
            return see_other("moderation.models")
        except Refusal as refused:
            form.refuse(refused)
            status = int(refused.kind)
    return page("moderation/models.html", status=status, form=form, models=models_of(present()), model=model)


@bp.post("/moderation/modeles/<public_id>/supprimer")
@requires(Permission.MODERATE)
def drop_model(public_id: str) -> ResponseReturnValue:
    """Take a text out of the list of the association."""
    with transaction():
        delete_model(model_at(public_id, present()))
    notify(N_("Le modèle est supprimé."))
    return see_other("moderation.models")


@bp.get("/moderation/charge")
@requires(Permission.MODERATE, Permission.ARBITRATE)
def load() -> ResponseReturnValue:
    """Which association answers for how many cases, within the delay of the rulebook or late."""
    moment = now()
    cases = waiting_cases(moment)
    owner = answering(cases, moment)
    mine = [each for each in cases if each.id in owner and owner[each.id].id == present().association_id]
    orphans = sum(each.id not in owner for each in cases)
    return page(
        "moderation/load.html", shares=shares(moment), mine=mine, orphans=orphans, is_past=is_past, moment=moment
    )


@bp.route("/moderation/relectures/<public_id>", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def reread(public_id: str) -> ResponseReturnValue:
    """Read a drawn project a second time, without what was decided the first time."""
    form, reading = ReadingForm(), reading_to_do(public_id, present())
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        reason = Reason(form.reason.data) if form.reason.data else None
        try:
            with transaction():
                read_again(public_id, present(), Outcome(form.outcome.data), reason, now())
            notify(N_("Merci : votre lecture compte dans l’accord publié. Elle ne change pas la décision."))
            return see_other("moderation.queue")
        except Refusal as refused:
            form.refuse(refused)
            status = int(refused.kind)
    return page("moderation/reread.html", status=status, form=form, proposal=reading.decision.proposal)
