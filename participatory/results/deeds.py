"""Allowing the count, and publishing: two deeds that one person proposes and another confirms."""

from collections.abc import Mapping
from datetime import datetime

from participatory.ballots.models import UrnState
from participatory.ballots.queries import count_sealed_by_area, step_of
from participatory.ballots.steps import can_step
from participatory.ceremony.queries import key_of
from participatory.control.acts import officers_of
from participatory.control.rounds import round_by_key
from participatory.core.errors import refuse_if
from participatory.core.labels import N_
from participatory.core.money import format_money
from participatory.core.secrets import SecretStore
from participatory.deeds.actions import propose
from participatory.deeds.kinds import DeedKind, Payload
from participatory.deeds.models import Deed
from participatory.deeds.rules import Description, Sentence, Table
from participatory.identity.models import Person
from participatory.identity.permissions import Permission, Scope
from participatory.results.actions import Digests, allow_count, complete, publish
from participatory.results.counting import Counted
from participatory.results.policy import can_publish_on
from participatory.results.queries import counts_of
from participatory.results.reading import Result
from participatory.rounds.models import Round

COUNT, PUBLISH = "vote.count", "vote.publish"

# Ballots are not published by cells of fewer than this (specification of the ballot).
SMALLEST_AREA = 20


def ask_count(round_: Round, by: Person, now: datetime, link: str) -> Deed:
    """Have the count wait for a second person; raises Refusal out of order. `link` leads to the deeds."""
    refuse_if(can_step(round_, UrnState.COUNTING))
    return propose(count_deed(), round_.public_id, {"round": round_.public_id}, by, now, link=link)


def ask_publication(
    round_: Round, recounted: Mapping[str, Counted], by: Person, now: datetime, *, store: SecretStore, link: str
) -> Deed:
    """Have the publication wait for a second person, with the digests of a second count made outside the lock.

    Raises Refusal before the date of the results, out of order, and when the two counts differ.
    """
    refuse_if(can_publish_on(round_, now))
    refuse_if(can_step(round_, UrnState.PUBLISHED))
    complete(round_, recounted)
    again = Digests.of(recounted)
    payload = {
        "round": round_.public_id,
        "documents": dict(again.documents),
        "elections": dict(again.elections),
    }
    return propose(publication_deed(store), round_.public_id, payload, by, now, link=link)


def count_deed() -> DeedKind:
    """Allowing the trustees to open the sealed urn."""
    return DeedKind(
        COUNT,
        N_("Autoriser le dépouillement"),
        Permission.COUNT,
        _describe_count,
        _allow,
        _nothing,
        _scopes,
        figures_for=Permission.READ_TURNOUT,
    )


def publication_deed(store: SecretStore) -> DeedKind:
    """Publishing the counts; the head of the journal is signed with the key of `store`."""

    def perform(payload: Payload, by: Person, now: datetime) -> None:
        again = Digests(payload["documents"], payload["elections"])
        publish(_round(payload), officers_of(payload, by), store, now, again)

    return DeedKind(
        PUBLISH,
        N_("Publier un résultat"),
        Permission.PUBLISH,
        _describe_publication,
        perform,
        _nothing,
        _scopes,
        figures_for=Permission.PUBLISH,
    )


def _describe_count(payload: Payload) -> Description:
    round_ = _round(payload)
    sealed, key = step_of(round_, UrnState.SEALED), key_of(round_)
    figures = sealed.figures if sealed else {}
    facts: list[tuple[str, str | int]] = [
        (N_("Bulletins scellés"), figures.get("ballots", 0)),
        (N_("Racine des reçus scellés"), str(figures.get("root", "—"))),
    ]
    if key is not None:
        facts += [
            (N_("Empreinte de la clé"), key.fingerprint),
            (N_("Parts nécessaires pour ouvrir l’urne"), key.threshold),
        ]
    sentences = (
        Sentence(N_("Les gardiens de la clé pourront ouvrir l’urne : plus aucun bulletin ne pourra être écarté.")),
        Sentence(N_("Le résultat restera entre les personnes qui conduisent le budget jusqu’à sa publication.")),
    )
    title = Sentence(N_("Autoriser le dépouillement de « %(round)s »"), {"round": round_.title})
    return Description(title, tuple(facts), sentences, _small_areas(round_))


def _small_areas(round_: Round) -> tuple[Sentence, ...]:
    """The area contests of which so few voted that the published choices could speak of somebody."""
    sealed = count_sealed_by_area(round_)
    return tuple(
        Sentence(
            N_("« %(area)s » a moins de %(least)s bulletins : leurs choix publiés pourraient parler de quelqu’un."),
            {"area": contest.name, "least": SMALLEST_AREA},
        )
        for contest in round_.rulebook.contests
        if 0 < sealed.get(contest.key, 0) < SMALLEST_AREA
    )


def _describe_publication(payload: Payload) -> Description:
    round_ = _round(payload)
    title = Sentence(N_("Publier le résultat de « %(round)s »"), {"round": round_.title})
    sentences = (
        Sentence(N_("Les bulletins ont été comptés deux fois, avec le même résultat à l’octet près.")),
        Sentence(N_("Le résultat, les bulletins sans nom et de quoi les vérifier paraîtront aussitôt, pour toujours.")),
    )
    return Description(title, tables=(_winners(round_), _digests(payload)), sentences=sentences)


def _winners(round_: Round) -> Table:
    rows = []
    for contest, count in sorted(counts_of(round_).items()):
        result = Result.of(count.document)
        rows += [
            (round_.rulebook.name_of(contest), project["title"], format_money(project["paid_cents"], result.currency))
            for project in result.winners
        ]
    return Table(N_("Projets financés"), (N_("Enveloppe"), N_("Projet"), N_("Montant")), tuple(rows))


def _digests(payload: Payload) -> Table:
    rows = tuple(sorted(payload["documents"].items()))
    return Table(N_("Empreintes des résultats (SHA-256)"), (N_("Enveloppe"), N_("Empreinte")), rows)


def _allow(payload: Payload, by: Person, now: datetime) -> None:
    allow_count(_round(payload), officers_of(payload, by), now)


def _nothing(payload: Payload, now: datetime) -> None:
    """Nothing was prepared: the urn, or the counts, stay as they are."""


def _scopes(payload: Payload) -> tuple[Scope, ...]:
    return (_round(payload).scope,)


def _round(payload: Payload) -> Round:
    return round_by_key(str(payload["round"]))
