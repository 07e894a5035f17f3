"""What somebody may do with a case at present, in the order of the page: what is not offered here is refused there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from participatory.ballots.models import SettingAside
from participatory.core.errors import Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.integrity.rules import Act
from participatory.integrity_desk import policy
from participatory.integrity_desk.models import CaseBallot, SuspectCase
from participatory.integrity_desk.rules import BallotState, CaseState

# What may be the one thing to do now; the others are there for whoever needs them.
_EXPECTED = frozenset({"decider", "ecarter", "confirmation", "rouvrir", "confirmer-retablissement"})


@dataclass(frozen=True)
class Offer:
    """One deed: its part of the address, its button and what it does in a sentence, as French catalogue keys.

    `numbers` are the ballots that it bears on without a tick, empty for a deed on the whole case; `allowed` those that
    it may bear on. `refusal` says why it is not possible now, None when it is.
    """

    word: str
    label: str
    effect: str
    icon: str
    refusal: Refusal | None
    whole: bool = True
    numbers: tuple[int, ...] = ()
    allowed: frozenset[int] = frozenset()
    variant: str = "contour"

    @property
    def is_open(self) -> bool:
        """Whether the button is shown: nothing stands in the way, and there is something to bear on."""
        return self.refusal is None and (self.whole or bool(self.numbers))

    def on(self, ballots: Sequence[CaseBallot], *states: BallotState) -> "Offer":
        """The same on these ballots, without a tick on those in one of these states (any, when none is said)."""
        usual = [each for each in ballots if not states or each.state in states]
        return replace(self, whole=False, numbers=_numbers(usual), allowed=frozenset(_numbers(ballots)))


def offers(
    person: Person,
    case: SuspectCase,
    ballots: Sequence[CaseBallot],
    proposals: Mapping[str, SettingAside],
    now: datetime,
) -> list[Offer]:
    """Every deed on this case, whether it is open or not; the first one that is open is the one expected."""
    found = [
        _decide(person, case, ballots, proposals, now),
        _propose(person, case, ballots),
        _quarantine(person, case, ballots),
        _dismiss(person, case, ballots),
        _reopen(person, case),
        _lift(person, case, ballots),
        *_undo(person, case, ballots, proposals),
        _identify(person, case, ballots),
    ]
    return _with_first(found)


def why_not(case: SuspectCase, found: Sequence[Offer]) -> list[Refusal]:
    """Why what one would expect at this state of a case cannot be done now, each reason once."""
    expected = {
        CaseState.NEW: {"confirmation", "classer"},
        CaseState.QUARANTINED: {"ecarter"},
        CaseState.PROPOSED: {"decider"},
    }.get(CaseState(case.state), set())
    refusals = {each.refusal.message: each.refusal for each in found if each.word in expected and each.refusal}
    return list(refusals.values())


def _with_first(found: list[Offer]) -> list[Offer]:
    first = next((each for each in found if each.is_open and each.word in _EXPECTED), None)
    return [replace(each, variant="plein") if each is first else each for each in found]


def _numbers(ballots: Sequence[CaseBallot]) -> tuple[int, ...]:
    return tuple(each.number for each in ballots)


def _decide(
    person: Person,
    case: SuspectCase,
    ballots: Sequence[CaseBallot],
    proposals: Mapping[str, SettingAside],
    now: datetime,
) -> Offer:
    refusal = policy.can_decide(person, case)
    able = [] if refusal else policy.decidable(ballots, proposals, person, case.round, now)
    return Offer(
        "decider",
        N_("Décider"),
        N_("Vous lisez la proposition et les réponses, puis vous décidez : écarter ou garder."),
        "scale",
        refusal or (None if able else policy.too_early(ballots, proposals, person, case.round, now)),
    ).on(able)


def _propose(person: Person, case: SuspectCase, ballots: Sequence[CaseBallot]) -> Offer:
    return Offer(
        "ecarter",
        N_("Proposer de mettre à l’écart"),
        N_("Pour les bulletins que personne n’a confirmés. Une autre personne décidera."),
        "send",
        policy.can_propose(person, case),
    ).on(policy.proposable(ballots))


def _quarantine(person: Person, case: SuspectCase, ballots: Sequence[CaseBallot]) -> Offer:
    return Offer(
        "confirmation",
        N_("Demander confirmation"),
        N_("Chaque personne reçoit une lettre et confirme son bulletin. Il compte pendant ce temps."),
        "mail",
        policy.can_quarantine(person, case),
    ).on(policy.quarantinable(ballots), BallotState.FLAGGED)


def _dismiss(person: Person, case: SuspectCase, ballots: Sequence[CaseBallot]) -> Offer:
    flagged = any(each.state == BallotState.FLAGGED for each in ballots) or case.act != Act.BALLOT
    nothing = None if flagged else Refusal(N_("Aucun bulletin de ce dossier n’attend plus d’être lu."))
    return Offer(
        "classer",
        N_("Classer sans suite"),
        N_("Il y a une explication honnête. Personne n’est prévenu, et les bulletins comptent."),
        "check",
        policy.can_dismiss(person, case) or nothing,
    )


def _reopen(person: Person, case: SuspectCase) -> Offer:
    return Offer(
        "rouvrir",
        N_("Rouvrir le dossier"),
        N_("Il revient dans la liste de ce qui attend."),
        "undo-2",
        policy.can_reopen(person, case),
    )


def _lift(person: Person, case: SuspectCase, ballots: Sequence[CaseBallot]) -> Offer:
    return Offer(
        "hors-de-cause",
        N_("Mettre hors de cause"),
        N_("Pour des bulletins dont vous savez qu’ils sont honnêtes."),
        "circle-check",
        policy.can_lift(person, case),
    ).on(policy.liftable(ballots))


def _undo(
    person: Person, case: SuspectCase, ballots: Sequence[CaseBallot], proposals: Mapping[str, SettingAside]
) -> list[Offer]:
    proposed, confirmed = policy.undoable(ballots, proposals, person, case.round)
    return [
        Offer(
            "retablir",
            N_("Proposer de rétablir"),
            N_("Pour des bulletins mis à l’écart à tort. Une autre personne confirmera."),
            "undo-2",
            None,
        ).on(proposed),
        Offer(
            "confirmer-retablissement",
            N_("Rétablir"),
            N_("Une autre personne l’a proposé : les bulletins compteront de nouveau."),
            "undo-2",
            None,
        ).on(confirmed),
    ]


def _identify(person: Person, case: SuspectCase, ballots: Sequence[CaseBallot]) -> Offer:
    return Offer(
        "personnes",
        N_("Voir qui a voté"),
        N_("Avec un motif, que les personnes liront. Seulement si vous ne pouvez pas décider sans."),
        "eye",
        policy.can_identify(person, case),
    ).on(list(ballots))
