"""The desk of integrity: cases by weight, and what each of them shows. No page here names a voter or a choice."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from participatory.control.policy import can_close, can_take_control
from participatory.control.rules import AppealOutcome
from participatory.core.clock import now
from participatory.core.errors import refuse_if
from participatory.core.labels import N_
from participatory.identity.holders import names_of
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.identity.queries import codes_of
from participatory.identity.rules import masked_email
from participatory.integrity.rules import Act, Family
from participatory.integrity_desk import listing, offers, reading, wording
from participatory.integrity_desk.forms import SieveForm
from participatory.integrity_desk.models import SuspectCase
from participatory.integrity_desk.policy import can_read
from participatory.integrity_desk.queries import appeals_waiting, ballots_of, case_at, notes_of, proposals_of
from participatory.integrity_desk.rules import CaseState, Deed, Proof
from participatory.web.access import requires
from participatory.web.navigation import Entry
from participatory.web.pages import page

bp = Blueprint("integrity_desk", __name__)

_LAST_PAGE = 10_000
_CASE = "/integrite/dossiers/<public_id>"

ENTRY = Entry(
    "integrity_desk.index",
    N_("Intégrité"),
    36,
    permissions=frozenset({Permission.WATCH_INTEGRITY}),
    prefix="/integrite/dossiers",
    count=lambda: listing.how_many_wait(me()),
)


def me() -> Person:
    """The person who asks."""
    person: Person = current_user
    return person


@bp.get("/integrite")
@requires(Permission.WATCH_INTEGRITY)
def index() -> Response:
    """What waits, the heaviest first, and when detection last looked."""
    person, form = me(), SieveForm(request.args)
    rounds, sites = listing.rounds_with_cases(person), reading.site_names()
    form.offer([(each.slug, each.title) for each in rounds], list(sites.items()))
    sieve = form.sieve()
    shown = listing.cases(person, sieve, min(request.args.get("page", 1, type=int), _LAST_PAGE))
    return page(
        "integrity_desk/index.html",
        filters=form,
        unknown=form.unknown(request.args),
        sieve=arguments(sieve),
        shown=shown,
        waiting=listing.how_many_wait(person),
        tally_of=listing.tallies(shown.items),
        mine=codes_of(person),
        appeals=appeals_waiting(person),
        rounds=rounds,
        passes=listing.last_passes(rounds),
        several=len(rounds) > 1 and sieve.round is None,
        site_names=sites,
        **words(),
    )


@bp.get(_CASE)
@requires(Permission.WATCH_INTEGRITY)
def case(public_id: str) -> Response:
    """One case: what was seen, its hours, its ballots by number, what was done, and what may be done now."""
    found, person, moment = readable(public_id), me(), now()
    ballots, proposals, sites = ballots_of(found), proposals_of(found), reading.site_names()
    offered = offers.offers(person, found, ballots, proposals, moment)
    notes, sieve = notes_of(found), SieveForm(request.args).sieve()
    preceding, following = listing.neighbours(person, sieve, found)
    return page(
        "integrity_desk/case.html",
        case=found,
        table=reading.table_of(ballots, min(request.args.get("page", 1, type=int), _LAST_PAGE), sites),
        hours=reading.hours_of(found, ballots, sites),
        notes=notes,
        names=names_of({note.author for note in notes}),
        tally=listing.tallies([found])[found.id],
        mine=codes_of(person),
        choices=[(each, act_url(found, each.word)) for each in offered if each.is_open],
        tickable=any(each.is_open and not each.whole for each in offered),
        on_some=any(each.is_open and not each.whole and each.word != "personnes" for each in offered),
        refusals=offers.why_not(found, offered),
        steps_url=_steps_url(found, moment),
        proposals=proposals,
        sieve=arguments(sieve),
        preceding=preceding,
        following=following,
        site_names=sites,
        **words(),
    )


def _steps_url(case: SuspectCase, moment: datetime) -> str:
    """Where the vote of a case is closed and put under control, once its time is over and for whoever may; else ""."""
    round_, person = case.round, me()
    waits = case.state in {CaseState.QUARANTINED, CaseState.PROPOSED} and case.act == Act.BALLOT
    if not waits or not person.may(Permission.CLOSE_VOTE, round_.scope):
        return ""
    if can_close(round_, moment) is not None and can_take_control(round_, moment) is not None:
        return ""
    return url_for("results.control", slug=round_.slug)


def readable(public_id: str) -> SuspectCase:
    """The case of an address; raises Refusal when there is none, and for whoever may not watch its round."""
    found = case_at(public_id)
    refuse_if(can_read(me(), found.round))
    return found


def act_url(case: SuspectCase, word: str) -> str:
    """Where one deed on a case is prepared."""
    return url_for(f"integrity_desk.{ENDPOINTS[word]}", public_id=case.public_id)


ENDPOINTS = {
    "classer": "dismiss",
    "rouvrir": "reopen",
    "confirmation": "quarantine",
    "hors-de-cause": "lift",
    "ecarter": "propose",
    "decider": "decide",
    "retablir": "propose_undo",
    "confirmer-retablissement": "undo",
    "personnes": "identify",
}


def arguments(sieve: listing.Sieve) -> dict[str, str]:
    """The filters in force, for the query string of a link."""
    pairs = {"budget": sieve.round, "etat": sieve.state, "site": sieve.site}
    return {name: value for name, value in pairs.items() if value}


def words() -> dict[str, Any]:
    """The functions and labels that the templates of this package speak with."""
    return {
        "headline": wording.headline,
        "sentence": wording.sentence,
        "seen_words": wording.seen_words,
        "counted": wording.counted,
        "act_of": wording.act_of,
        "places": wording.places,
        "span_words": wording.span_words,
        "waits_for": wording.waits_for,
        "clock": wording.clock,
        "day": wording.day,
        "client_words": wording.client_words,
        "seconds_words": wording.seconds_words,
        "drawing_words": wording.drawing_words,
        "note_words": wording.note_words,
        "compact": reading.compact,
        "masked": masked_email,
        "appeal_outcomes": {each.value: each for each in AppealOutcome},
        "proofs": {each.value: each for each in Proof},
        "short_families": wording.SHORT_FAMILIES,
        "short_kinds": wording.SHORT_KINDS,
        "explained": wording.EXPLAINED,
        "families": {each.value: each for each in Family},
        "case_states": {each.value: each for each in CaseState},
        "deeds": {each.value: each for each in Deed},
    }
