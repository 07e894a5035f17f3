"""The deeds of two of this package: close, take control, seal, archive, annul."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from participatory.ballots.models import UrnState
from participatory.ballots.steps import Officers
from participatory.control import actions, describing, policy
from participatory.control.rounds import round_by_key
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.deeds.actions import propose
from participatory.deeds.kinds import DeedKind, Payload
from participatory.deeds.models import Deed
from participatory.deeds.rules import LONGEST_REASON, Description
from participatory.identity.models import Person
from participatory.identity.permissions import Permission, Scope
from participatory.rounds.models import Round
from participatory.web.pages import absolute_url
from participatory.web.settings import secret_store

SHORTEST_REASON = 20


@dataclass(frozen=True)
class Act:
    """A step that two people do: `word` in addresses, the state that it leads to, and when it is possible."""

    word: str
    state: UrnState
    kind: DeedKind
    possible: Callable[[Round, datetime], Refusal | None]


def officers_of(payload: Payload, by: Person) -> Officers:
    """Who proposed a deed, as `deeds.actions.confirm` puts it into the payload, and who confirms it."""
    return Officers(str(payload["by"]), by.public_id)


def ask(act: Act, round_: Round, by: Person, now: datetime, *, link: str, reason: str = "") -> Deed:
    """Have a step wait for a second person; `reason` for an annulment. Raises Refusal; `link` leads to the deeds."""
    refuse_if(policy.can_conduct(by, round_))
    refuse_if(act.possible(round_, now))
    payload = {"round": round_.public_id}
    if act is ANNUL:
        written = " ".join(reason.replace("\0", "").split())[:LONGEST_REASON]
        if len(written) < SHORTEST_REASON:
            message = N_("Dites pourquoi ce vote est annulé, en une phrase : elle sera publiée.")
            raise Refusal(message, Kind.INVALID, "reason")
        payload["reason"] = written
    return propose(act.kind, round_.public_id, payload, by, now, link=link)


def _round(payload: Payload) -> Round:
    return round_by_key(str(payload["round"]))


def _scopes(payload: Payload) -> tuple[Scope, ...]:
    return (_round(payload).scope,)


def _abandon(payload: Payload, now: datetime) -> None:
    """Nothing was prepared: the vote stays as it is."""


def _kind(
    name: str,
    words: str,
    describe: Callable[[Payload], Description],
    perform: Callable[[Payload, Person, datetime], None],
) -> DeedKind:
    return DeedKind(
        name,
        words,
        Permission.CLOSE_VOTE,
        describe,
        perform,
        _abandon,
        _scopes,
        figures_for=Permission.READ_TURNOUT,
    )


def _close(payload: Payload, by: Person, now: datetime) -> None:
    actions.close_vote(_round(payload), officers_of(payload, by), now)


def _control(payload: Payload, by: Person, now: datetime) -> None:
    actions.take_control(_round(payload), officers_of(payload, by), now)


def _seal(payload: Payload, by: Person, now: datetime) -> None:
    actions.seal_urn(_round(payload), officers_of(payload, by), secret_store(), now)


def _archive(payload: Payload, by: Person, now: datetime) -> None:
    actions.archive_vote(_round(payload), officers_of(payload, by), now)


def _annul(payload: Payload, by: Person, now: datetime) -> None:
    round_ = _round(payload)
    link = absolute_url("rounds.show", slug=round_.slug)
    officers, reason = officers_of(payload, by), str(payload["reason"])
    actions.annul_vote(round_, officers, reason, secret_store(), now, link=link)


CLOSE = Act(
    "cloturer",
    UrnState.CLOSED,
    _kind("vote.close", N_("Clore un vote"), lambda p: describing.of_closing(_round(p)), _close),
    policy.can_close,
)
CONTROL = Act(
    "controler",
    UrnState.CONTROL,
    _kind("vote.control", N_("Mettre un vote sous contrôle"), lambda p: describing.of_control(_round(p)), _control),
    policy.can_take_control,
)
SEAL = Act(
    "sceller",
    UrnState.SEALED,
    _kind("vote.seal", N_("Sceller une urne"), lambda p: describing.of_sealing(_round(p)), _seal),
    lambda round_, now: policy.can_seal(round_, now, secret_store()),
)
ARCHIVE = Act(
    "archiver",
    UrnState.ARCHIVED,
    _kind("vote.archive", N_("Archiver un vote"), lambda p: describing.of_archives(_round(p)), _archive),
    policy.can_archive,
)
ANNUL = Act(
    "annuler",
    UrnState.ANNULLED,
    _kind(
        "vote.annul",
        N_("Annuler un vote"),
        lambda p: describing.of_annulment(_round(p), str(p["reason"])),
        _annul,
    ),
    policy.can_annul,
)
ACTS = {act.word: act for act in (CLOSE, CONTROL, SEAL, ARCHIVE, ANNUL)}
