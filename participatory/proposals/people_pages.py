"""The pages on which a project finds co-authors, loses some, and passes to one of them."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.proposals import inviting, policy
from participatory.proposals.actions import locked
from participatory.proposals.models import Proposal
from participatory.proposals.people_forms import HandOverForm, InviteForm
from participatory.proposals.queries import proposal_by_slug
from participatory.proposals.together import MAX_CO_AUTHORS, InvitationKind
from participatory.proposals.writing import author, bp, on_roll, reader
from participatory.web.access import public, signed_in
from participatory.web.limits import INVITATIONS_DECLINED, INVITING, limited
from participatory.web.pages import absolute_url, notify, page, see_other


def _link(token: str) -> str:
    return absolute_url("proposals.answer_invitation", token=token)


def _own(slug: str) -> Proposal:
    """A project that the person who asks writes; raises Refusal."""
    proposal, person = proposal_by_slug(slug), author()
    refuse_if(policy.can_part(proposal, person, person))
    return proposal


def _sheet(
    proposal: Proposal, invite: InviteForm | None = None, hand: HandOverForm | None = None, status: int = 200
) -> ResponseReturnValue:
    carrying = policy.can_share(proposal, author()) is None
    hand = hand or HandOverForm(formdata=None)
    named = [
        (each.person.public_id, each.person.display_name or _("une personne sans nom")) for each in proposal.co_authors
    ]
    hand.offer(named)
    waiting = inviting.waiting(proposal, now())
    return page(
        "proposals/people.html",
        status=status,
        proposal=proposal,
        invite=invite or InviteForm(formdata=None),
        hand=hand,
        carrying=carrying,
        me=author(),
        waiting=[each for each in waiting if each.kind is InvitationKind.CO_AUTHOR],
        offered=next((each for each in waiting if each.kind is InvitationKind.SUCCESSION), None),
        most=MAX_CO_AUTHORS,
    )


@bp.get("/projets/<slug>/equipe")
@signed_in
def people(slug: str) -> ResponseReturnValue:
    """Who writes this project, for those who do."""
    return _sheet(_own(slug))


@bp.post("/projets/<slug>/equipe")
@signed_in
@limited(INVITING)
def invite(slug: str) -> ResponseReturnValue:
    """Invite somebody by letter."""
    proposal, form = _own(slug), InviteForm()
    try:
        with transaction():
            held = locked(proposal.public_id)
            inviting.invite(held, author(), form.email.data or "", _link, now())
    except Refusal as refusal:
        form.refuse(refusal)
        return _sheet(proposal, invite=form, status=int(refusal.kind))
    notify(N_("L’invitation est partie. Elle vaut quatorze jours."))
    return see_other("proposals.people", slug=slug)


@bp.post("/projets/<slug>/equipe/transmettre")
@signed_in
def hand_over(slug: str) -> ResponseReturnValue:
    """Offer the project to a co-author, who accepts or not."""
    proposal, form = _own(slug), HandOverForm()
    try:
        with transaction():
            inviting.hand_over(locked(proposal.public_id), author(), form.to.data or "", _link, now())
    except Refusal as refusal:
        form.refuse(refusal)
        return _sheet(proposal, hand=form, status=int(refusal.kind))
    notify(N_("C’est proposé. Le projet change de mains quand cette personne accepte."))
    return see_other("proposals.people", slug=slug)


@bp.post("/projets/<slug>/equipe/annuler")
@signed_in
def cancel_invitation(slug: str) -> ResponseReturnValue:
    """Take an invitation back."""
    proposal = _own(slug)
    with transaction():
        inviting.cancel(locked(proposal.public_id), author(), request.form.get("invitation", "")[:20])
    notify(N_("L’invitation est annulée."))
    return see_other("proposals.people", slug=slug)


@bp.post("/projets/<slug>/equipe/retirer")
@signed_in
def part(slug: str) -> ResponseReturnValue:
    """Leave a project, or take a co-author off."""
    proposal = _own(slug)
    with transaction():
        gone = inviting.part(locked(proposal.public_id), author(), request.form.get("person", "")[:20], now())
    if gone.id == author().id:
        notify(N_("Vous n’écrivez plus ce projet."))
        return see_other("proposals.mine")
    notify(N_("Cette personne n’écrit plus ce projet. Nous le lui avons écrit."))
    return see_other("proposals.people", slug=slug)


@bp.get("/invitations/<token>")
@public
def answer_invitation(token: str) -> ResponseReturnValue:
    """What is offered and by whom; a mail reader that opens links answers nothing."""
    invitation = inviting.invitation_of(token, now())
    person = reader()
    refusal = policy.can_accept(invitation.kind, invitation.person_id, invitation.proposal, person) if person else None
    return page(
        "proposals/invitation.html", invitation=invitation, proposal=invitation.proposal, token=token, refusal=refusal
    )


@bp.post("/invitations/<token>/accepter")
@signed_in
def accept_invitation(token: str) -> ResponseReturnValue:
    """Write the project too, or carry it on."""
    proposal = inviting.invitation_of(token, now()).proposal
    able = on_roll(proposal.round, author())
    with transaction():
        locked(proposal.public_id)
        invitation = inviting.invitation_of(token, now(), held=True)
        inviting.accept(invitation, author(), now(), on_roll=able)
        handed = invitation.kind is InvitationKind.SUCCESSION
    notify(N_("Vous portez maintenant ce projet.") if handed else N_("Bienvenue : vous écrivez maintenant ce projet."))
    return see_other("proposals.people", slug=proposal.slug)


@bp.post("/invitations/<token>/decliner")
@public
@limited(INVITATIONS_DECLINED)
def decline_invitation(token: str) -> ResponseReturnValue:
    """Say no, without an account: the letter alone is enough."""
    with transaction():
        inviting.decline(inviting.invitation_of(token, now(), held=True), now())
    notify(N_("C’est noté : vous n’écrirez pas ce projet. Votre adresse est effacée de l’invitation."))
    return see_other("portal.home")
