"""The deed of two that takes a project out of a vote."""

from collections.abc import Mapping
from datetime import datetime

from participatory.core.errors import refuse_if
from participatory.core.labels import N_
from participatory.deeds.actions import propose
from participatory.deeds.kinds import DeedKind, Payload
from participatory.deeds.models import Deed
from participatory.deeds.rules import Description, Sentence
from participatory.identity.models import Person
from participatory.identity.permissions import Permission, Scope
from participatory.proposals.models import Proposal
from participatory.proposals.queries import proposal_by_slug
from participatory.removals.actions import remove, worded_reason
from participatory.removals.policy import can_remove
from participatory.removals.queries import falling_with
from participatory.web.pages import absolute_url

NAME = "vote.remove_project"


def ask(proposal: Proposal, reason: str, by: Person, now: datetime, *, link: str) -> Deed:
    """Have a removal wait for a second person; raises Refusal. `link` leads to the deeds."""
    refuse_if(can_remove(by, proposal, now))
    payload = {"proposal": proposal.public_id, "reason": worded_reason(reason)}
    return propose(removal_deed(), proposal.public_id, payload, by, now, link=link)


def removal_deed() -> DeedKind:
    """Taking a project out of an open vote."""
    return DeedKind(
        NAME, N_("Retirer un projet du vote"), Permission.CLOSE_VOTE, _describe, _perform, _nothing, _scopes
    )


def _describe(payload: Payload) -> Description:
    proposal = _proposal(payload)
    title = Sentence(
        N_("Retirer « %(project)s » du vote « %(round)s »"),
        {"project": proposal.title, "round": proposal.round.title},
    )
    sentences = [
        Sentence(N_("Raison publiée : %(reason)s"), {"reason": str(payload["reason"])}),
        Sentence(N_("Le projet n’est plus proposé au vote. Il ne revient pas.")),
        Sentence(N_("Les bulletins déposés restent valables : leurs autres choix comptent, celui-ci non.")),
        Sentence(N_("Toutes les personnes qui ont voté l’apprennent par lettre et peuvent choisir à nouveau.")),
    ]
    sentences += [_falling(each) for each in falling_with(proposal)]
    return Description(title, sentences=tuple(sentences))


def _falling(proposal: Proposal) -> Sentence:
    message = N_("« %(project)s » avait besoin de ce projet : il n’est plus proposé non plus.")
    return Sentence(message, {"project": proposal.title})


def _perform(payload: Payload, by: Person, now: datetime) -> None:
    proposal = _proposal(payload)
    link = absolute_url("proposals.show", slug=proposal.slug)
    remove(proposal.public_id, str(payload["reason"]), by, now, link=link)


def _nothing(payload: Payload, now: datetime) -> None:
    """Nothing was prepared: the project is still on the ballot."""


def _scopes(payload: Payload) -> tuple[Scope, ...]:
    return (_proposal(payload).round.scope,)


def _proposal(payload: Mapping[str, object]) -> Proposal:
    return proposal_by_slug(str(payload["proposal"]))
