"""What officers read of a vote after its opening: its steps, what waits for whom, and the figures as they are now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from participatory.ballots.models import UrnState, VoteStep
from participatory.ballots.policy import can_see_turnout
from participatory.ballots.queries import step_of, steps_of
from participatory.ballots.rules import Cell, suppressed
from participatory.control.acts import ACTS
from participatory.control.cases import cases_of
from participatory.control.policy import can_conduct
from participatory.control.reconciling import Reconciled, SiteFigures, reconcile
from participatory.core.errors import Refusal
from participatory.deeds.kinds import DeedKind
from participatory.deeds.models import Deed
from participatory.deeds.queries import waiting_for
from participatory.identity.holders import names_of
from participatory.identity.models import Person
from participatory.identity.queries import is_account_of
from participatory.rolls.queries import count_by_site
from participatory.rounds.models import Round
from participatory.web.settings import secret_store


@dataclass(frozen=True)
class StepShown:
    """A step of the vote as the page shows it.

    `done` with the names of the two people; else `waiting`, the deed that somebody proposed (`mine`: the person who
    reads did); else `refusal`, why it cannot be proposed now by them, None when it can.
    """

    state: UrnState
    done: VoteStep | None
    people: tuple[str, str]
    waiting: Deed | None
    mine: bool
    refusal: Refusal | None


@dataclass(frozen=True)
class SiteRow:
    """One site of the reconciliation: None where the figure would be about fewer than five people."""

    name: str
    signatures: int | None
    envelopes: int | None
    agrees: bool


@dataclass(frozen=True)
class Figures:
    """The reconciliation of this instant, site by site without the small figures."""

    total: Reconciled
    sites: tuple[SiteRow, ...]


@dataclass(frozen=True)
class ControlPanel:
    """What the page of the steps shows of this package.

    `figures` is None once the urn is sealed or the vote annulled, and for whoever may not read the turnout
    (`hidden` says why). `cases` and `undecided` count the cases of setting aside.
    """

    round: Round
    close: StepShown
    control: StepShown
    seal: StepShown
    archive: StepShown
    annul: StepShown
    figures: Figures | None
    hidden: Refusal | None
    cases: int
    undecided: int

    @property
    def cleaned(self) -> str:
        """Whether the disk was cleaned after the sealing: "done", "partial" (the operator must help) or "waiting"."""
        return str(self.seal.done.figures.get("cleaned", "waiting")) if self.seal.done else "waiting"

    @property
    def is_live(self) -> bool:
        """Whether the figures still move: the page asks for them again every few seconds."""
        return self.figures is not None


def panel(round_: Round, person: Person, now: datetime) -> ControlPanel:
    """The steps that this package does, as a person reads them at an instant (UTC)."""
    steps = steps_of(round_)
    shown = {
        word: shown_step(
            round_,
            person,
            act.state,
            act.kind,
            now=now,
            refusal=can_conduct(person, round_) or act.possible(round_, now),
        )
        for word, act in ACTS.items()
    }
    cases = cases_of(round_)
    return ControlPanel(
        round_,
        shown["cloturer"],
        shown["controler"],
        shown["sceller"],
        shown["archiver"],
        shown["annuler"],
        figures_now(round_, person, steps),
        can_see_turnout(person, round_, UrnState.PUBLISHED in steps),
        len(cases),
        sum(not case.outcome for case in cases),
    )


def shown_step(
    round_: Round, person: Person, state: UrnState, kind: DeedKind, *, now: datetime, refusal: Refusal | None = None
) -> StepShown:
    """One step; `refusal` is what the policy of its deed says to this person, for packages above this one too."""
    done = step_of(round_, state)
    deed = waiting_for(kind.name, round_.public_id)
    waiting = deed if deed is not None and deed.expires_at > now else None
    names = names_of({done.first_by, done.second_by}) if done else {}
    return StepShown(
        state,
        done,
        (names.get(done.first_by, ""), names.get(done.second_by, "")) if done else ("", ""),
        waiting,
        waiting is not None and is_account_of(waiting.proposed_by, person),
        refusal,
    )


def figures_now(round_: Round, person: Person, steps: Mapping[UrnState, VoteStep]) -> Figures | None:
    """The reconciliation, for whoever may see the turnout, as long as there is an urn to compare with the roll."""
    if UrnState.SEALED in steps or UrnState.ANNULLED in steps or can_see_turnout(person, round_, published=False):
        return None
    found = reconcile(round_, secret_store())
    voters = {count.label: count.value for count in count_by_site(round_)}
    signed = {site.name: site for site in found.sites}
    cells = [Cell(name, voters.get(name, 0), site.signatures) for name, site in signed.items()]
    return Figures(found, tuple(_row(cell, signed[cell.name]) for cell in suppressed(cells)))


def _row(cell: Cell, site: SiteFigures) -> SiteRow:
    envelopes = None if cell.signatures is None else site.envelopes
    return SiteRow(cell.name, cell.signatures, envelopes, site.signatures == site.envelopes)
