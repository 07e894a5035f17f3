"""Who may do what at the desk of integrity, and when: the same answers hide buttons and stop deeds."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from participatory.ballots.models import SettingAside, UrnState
from participatory.ballots.queries import steps_of
from participatory.control.policy import can_decide as can_decide_case
from participatory.control.policy import can_propose_undo, can_read_cases, can_undo, under_control
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.identity.queries import is_account_of
from participatory.integrity.rules import Act
from participatory.integrity_desk.models import CaseBallot, SuspectCase
from participatory.integrity_desk.rules import ASKED, BallotState, CaseState, Proof, may_become
from participatory.rounds.models import Round
from participatory.rounds.rulebook import SetAsideMotive

KEPT_ONLY = N_("La personne a confirmé ce bulletin : il ne peut qu’être conservé.")


def can_read(person: Person, round_: Round) -> Refusal | None:
    """Cases are read by the officers of the round."""
    if person.may(Permission.WATCH_INTEGRITY, round_.scope):
        return None
    return Refusal(N_("Seules les personnes qui conduisent le budget peuvent faire cela."), Kind.FORBIDDEN)


def urn_is_open(round_: Round) -> Refusal | None:
    """Nothing is asked and nothing changes once nobody can know whose ballot is whose."""
    done = steps_of(round_)
    if UrnState.ANNULLED in done:
        return Refusal(N_("Le vote de ce budget a été annulé."))
    if UrnState.SEALED in done:
        return Refusal(N_("L’urne est scellée : plus rien ne peut être demandé ni changé sur ses bulletins."))
    return None


def can_dismiss(person: Person, case: SuspectCase) -> Refusal | None:
    """A case of which nothing waits for a voter or a second officer."""
    refusal = can_read(person, case.round) or _unsealed(case)
    if refusal is not None:
        return refusal
    if case.state == CaseState.DISMISSED:
        return Refusal(N_("Ce dossier est déjà classé."))
    if case.state in {CaseState.QUARANTINED, CaseState.PROPOSED}:
        return Refusal(N_("Des bulletins de ce dossier attendent une réponse ou une décision : ils passent d’abord."))
    return None


def can_reopen(person: Person, case: SuspectCase) -> Refusal | None:
    """A case that was dismissed."""
    refusal = can_read(person, case.round) or _unsealed(case)
    if refusal is None and case.state != CaseState.DISMISSED:
        return Refusal(N_("Ce dossier n’est pas classé."))
    return refusal


def can_quarantine(person: Person, case: SuspectCase) -> Refusal | None:
    """Ballots of a case that is not dismissed, as long as the urn is not sealed."""
    refusal = can_read(person, case.round) or _ballots_only(case) or urn_is_open(case.round)
    if refusal is None and case.state == CaseState.DISMISSED:
        return Refusal(N_("Ce dossier est classé : rouvrez-le d’abord."))
    return refusal


def can_lift(person: Person, case: SuspectCase) -> Refusal | None:
    """What one officer asked for may be taken back by one officer."""
    return can_read(person, case.round) or _ballots_only(case) or urn_is_open(case.round)


def can_propose(person: Person, case: SuspectCase) -> Refusal | None:
    """Setting aside is proposed while the vote is under control."""
    return can_read_cases(person, case.round) or _ballots_only(case) or under_control(case.round)


def can_decide(person: Person, case: SuspectCase) -> Refusal | None:
    """Decided while the vote is under control; which ballots this person may decide: `decidable`."""
    return can_propose(person, case)


def can_identify(person: Person, case: SuspectCase) -> Refusal | None:
    """Whose ballots these are: for those who set ballots aside, while it can still be known."""
    return can_read_cases(person, case.round) or _ballots_only(case) or urn_is_open(case.round)


def can_use_counter(person: Person) -> Refusal | None:
    """The counter is for referents and officers."""
    if person.reach(Permission.HAND_CODES) != frozenset():
        return None
    return Refusal(
        N_("Seuls les référents et les responsables peuvent confirmer un bulletin au guichet."), Kind.FORBIDDEN
    )


def can_confirm(ballot: CaseBallot, round_: Round) -> Refusal | None:
    """A ballot whose voter is asked, as long as nothing is decided; a late answer is an answer."""
    refusal = urn_is_open(round_)
    if refusal is not None:
        return refusal
    if ballot.state == BallotState.CONFIRMED:
        return Refusal(N_("Ce bulletin est déjà confirmé : il compte."))
    if ballot.state not in ASKED:
        return Refusal(N_("Plus rien ne vous est demandé pour ce bulletin."))
    return None


def quarantinable(ballots: Iterable[CaseBallot]) -> list[CaseBallot]:
    """Those about which the voter may be asked to confirm."""
    return [each for each in ballots if may_become(each.state, BallotState.QUARANTINED)]


def liftable(ballots: Iterable[CaseBallot]) -> list[CaseBallot]:
    """Those that may be cleared."""
    return [each for each in ballots if may_become(each.state, BallotState.CLEARED)]


def proposable(ballots: Iterable[CaseBallot]) -> list[CaseBallot]:
    """Those that may be proposed to be set aside: their voters were asked, and have not confirmed."""
    return [each for each in ballots if may_become(each.state, BallotState.PROPOSED)]


def decidable(
    ballots: Iterable[CaseBallot], proposals: Mapping[str, SettingAside], person: Person, round_: Round, now: datetime
) -> list[CaseBallot]:
    """Those whose proposal this person may decide now: not its author, after the answer or the delay."""
    waiting = [each for each in ballots if each.state in {BallotState.PROPOSED, BallotState.CONFIRMED}]
    known = [(each, proposals.get(each.setting_aside)) for each in waiting]
    return [
        each
        for each, case in known
        if case is not None and not case.outcome and can_decide_case(person, round_, case, now) is None
    ]


def too_early(
    ballots: Iterable[CaseBallot], proposals: Mapping[str, SettingAside], person: Person, round_: Round, now: datetime
) -> Refusal | None:
    """Why nothing that somebody else proposed can be decided yet: its voter may answer, the first one until then."""
    known = [proposals.get(each.setting_aside) for each in ballots if each.state == BallotState.PROPOSED]
    others = [case for case in known if case is not None and not is_account_of(case.author, person)]
    first = min(others, key=lambda case: case.answer_until, default=None)
    return None if first is None else can_decide_case(person, round_, first, now)


def undoable(
    ballots: Iterable[CaseBallot], proposals: Mapping[str, SettingAside], person: Person, round_: Round
) -> tuple[list[CaseBallot], list[CaseBallot]]:
    """Those of which this person may propose that they count again, and those that they may put back."""
    known = [(each, proposals.get(each.setting_aside)) for each in ballots]
    cases = [(each, case) for each, case in known if case is not None]
    proposed = [each for each, case in cases if can_propose_undo(person, round_, case) is None]
    return proposed, [each for each, case in cases if can_undo(person, round_, case) is None]


def is_kept_only(ballot: CaseBallot, proposal: SettingAside) -> bool:
    """Whether a confirmation answers a proposal: given after it, and not about somebody who signed twice.

    Saying that a ballot is one's own does not say that the other one is not.
    """
    if ballot.state != BallotState.CONFIRMED or proposal.motive == SetAsideMotive.DUPLICATE_IDENTITY:
        return False
    return ballot.confirmed_at is None or ballot.confirmed_at >= proposal.notified_at


def proof_fault(proof: Proof, ways: Iterable[Proof]) -> Refusal | None:
    """Why this way of confirming is not open to the voter."""
    if proof in ways:
        return None
    return Refusal(N_("Vous ne pouvez pas confirmer ainsi : choisissez une autre façon."), Kind.FORBIDDEN)


def _unsealed(case: SuspectCase) -> Refusal | None:
    return urn_is_open(case.round) if case.act == Act.BALLOT else None


def _ballots_only(case: SuspectCase) -> Refusal | None:
    if case.act == Act.BALLOT:
        return None
    return Refusal(N_("Ce dossier ne porte pas sur des bulletins : la modération s’en occupe."))
