"""Choosing, once, the site that one's voice counts for."""

from datetime import datetime

from participatory.core.clock import paris
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.rolls import policy
from participatory.rolls.keys import held_voters, pseudonyms_of
from participatory.rolls.merging import keep_own_place
from participatory.rolls.signing import signed_among
from participatory.rolls.standing import Place, Standing, places_of, voting
from participatory.rounds.models import Round


def place_at(standing: Standing, site_slug: str) -> Place:
    """The place of a voter at this site; raises Refusal (INVALID, field `site`) when they have none there."""
    found = next((place for place in standing.places if place.site.slug == site_slug), None)
    if found is None:
        raise Refusal(N_("Choisissez l’un des sites où vous êtes inscrit·e."), Kind.INVALID, "site")
    return found


def choose_site(round_: Round, person: Person, site_slug: str, pepper: bytes, now: datetime) -> Place:
    """Have a person's voice count for one of their sites, for good; `pepper` is the round's secret.

    Asking twice for the same site is choosing it once. Raises Refusal once they have chosen another or
    voted, with one site only, or outside the phases in which it is possible. The journal says neither who nor which
    site: a ballot may follow within the minute.
    """
    voter, twice = voting(held_voters(round_, pseudonyms_of(pepper, person)))
    if voter is None:
        raise Refusal(N_("Vous n’êtes pas sur la liste électorale de ce budget."), Kind.FORBIDDEN)
    standing = Standing(voter, places_of(voter), twice)
    place = place_at(standing, site_slug)
    if voter.site_chosen_on is not None and voter.site_id == place.site.id:
        return place
    refuse_if(policy.can_choose_site(round_, voter, len(standing.sites), bool(signed_among([voter.id])), now))
    keep_own_place(voter)
    voter.establishment_id, voter.site_id = place.establishment.id, place.site.id
    voter.site_chosen_on = paris(now).date()
    db.session.flush()
    record(Verb.SITE_CHOSEN, SYSTEM, now, round=round_.public_id)
    return place
