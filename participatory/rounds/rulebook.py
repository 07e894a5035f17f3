"""The rulebook (règlement) as typed data: what the platform runs on, versioned and hashed.

Amounts are in cents. Sources: the project's model rulebook (articles 2 to 6, 11 and 12), named beside parameters.
"""

import hashlib
import json
from dataclasses import MISSING, asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from participatory.core.labels import N_, register
from participatory.doors.rules import SourceKind
from participatory.rounds import count_labels  # noqa: F401 — the words of the rules of counting, registered there.
from participatory.tally.methods import Completion, RuleName, Satisfaction, Stop
from participatory.territories.rules import SiteKind


class Theme(StrEnum):
    """The themes of Action 37, in the order of the strategy (article 6)."""

    WELCOME = "welcome"
    HOUSING = "housing"
    HEALTH = "health"
    FOOD = "food"
    SHARED_SERVICES = "shared_services"
    SPORT = "sport"
    CULTURE = "culture"
    TUTORING = "tutoring"
    INTERGENERATIONAL = "intergenerational"
    DISABILITY = "disability"
    ENTREPRENEURSHIP = "entrepreneurship"


class BallotKind(StrEnum):
    """How people choose (article 11): k projects at most, as many as the budget holds, points to share, k ranks."""

    APPROVAL = "approval"
    KNAPSACK = "knapsack"
    POINTS = "points"
    RANKING = "ranking"


class SetAsideMotive(StrEnum):
    """Why a ballot may be set aside after the vote: the voter's right to vote, never what the ballot holds."""

    DUPLICATE_IDENTITY = "duplicate_identity"
    PROOF_WITHDRAWN = "proof_withdrawn"
    USURPATION = "usurpation"


class CapScope(StrEnum):
    """What a cap bounds: each site, department, theme or carrier has the same; labels name the cap."""

    SITE = "site"
    DEPARTMENT = "department"
    THEME = "theme"
    CARRIER = "carrier"


class TieBreak(StrEnum):
    """How ties are broken, said before the vote (article 12)."""

    RULEBOOK = "rulebook"
    LEXICO = "lexico"


register(
    {
        Theme.WELCOME: N_("Accueil"),
        Theme.HOUSING: N_("Logement"),
        Theme.HEALTH: N_("Santé"),
        Theme.FOOD: N_("Alimentation"),
        Theme.SHARED_SERVICES: N_("Services mutualisés"),
        Theme.SPORT: N_("Sport"),
        Theme.CULTURE: N_("Culture"),
        Theme.TUTORING: N_("Tutorats"),
        Theme.INTERGENERATIONAL: N_("Intergénérationnel"),
        Theme.DISABILITY: N_("Handicap"),
        Theme.ENTREPRENEURSHIP: N_("Entrepreneuriat"),
        BallotKind.APPROVAL: N_("Vote par approbation"),
        BallotKind.KNAPSACK: N_("Composition d’un budget"),
        BallotKind.POINTS: N_("Répartition de points"),
        BallotKind.RANKING: N_("Classement"),
        SetAsideMotive.DUPLICATE_IDENTITY: N_("La même personne a signé deux fois"),
        SetAsideMotive.PROOF_WITHDRAWN: N_("L’établissement a retiré la preuve d’inscription"),
        SetAsideMotive.USURPATION: N_("Une autre personne a voté en son nom"),
        CapScope.SITE: N_("Plafond par site"),
        CapScope.DEPARTMENT: N_("Plafond par département"),
        CapScope.THEME: N_("Plafond par thème"),
        CapScope.CARRIER: N_("Plafond par porteur"),
        TieBreak.RULEBOOK: N_("Coût le plus bas, puis plus grand nombre de votes, puis tirage au sort publié"),
        TieBreak.LEXICO: N_("Ordre des identifiants"),
    }
)


@dataclass(frozen=True)
class Floor:
    """A part of the budget kept first for the projects of some kinds of sites (article 3)."""

    key: str
    name: str
    amount_cents: int
    site_kinds: tuple[SiteKind, ...]


# The part that the strategy asks to keep for the villes universitaires d'équilibre, and the only one that forms edit.
BALANCE_KEY = "vue"
BALANCE_NAME = N_("Villes universitaires d’équilibre")


def balance_floor(amount_cents: int) -> Floor:
    """The part kept for the projects of the villes universitaires d'équilibre (article 3)."""
    return Floor(BALANCE_KEY, BALANCE_NAME, amount_cents, (SiteKind.BALANCE,))


@dataclass(frozen=True)
class Cap:
    """The most that the funded projects of one site, department, theme or carrier may cost together (article 3).

    A carrier is the association that carries a project or, when there is none, its author.
    """

    scope: CapScope
    amount_cents: int


# The contest in which everybody votes: the envelope that the area contests leave.
MAIN_CONTEST = "main"
MAIN_CONTEST_NAME = N_("Enveloppe régionale")


@dataclass(frozen=True)
class Contest:
    """An envelope of its own for the projects of some sites, in which their students alone vote (article 3)."""

    key: str
    name: str
    amount_cents: int
    site_slugs: tuple[str, ...]


# What proves an enrolment by itself; a mailed code opens an account, and only the list says whose address may vote.
PROOFS = (SourceKind.OIDC, SourceKind.CAS, SourceKind.SAML, SourceKind.PRINTED)

_KINDS: dict[str, type[StrEnum]] = {
    "ballot_kind": BallotKind, "count_rule": RuleName, "tie_break": TieBreak,
    "satisfaction": Satisfaction, "completion": Completion, "stop": Stop,
}  # fmt: skip


@dataclass(frozen=True)
class Rulebook:
    """Everything that the round runs on and that freezes when voting opens.

    The parameters with a default came later: the document leaves a default out, so that earlier
    rulebooks keep their digest. `step_permille` is δ, in thousandths of the share of a ballot, unless
    `step_cents` says it as an amount, as rulebooks of imported elections do. `proofs` are the sources that put
    somebody on the roll without a list (article 4); with none, the lists alone say who may vote.
    """

    budget_cents: int
    floors: tuple[Floor, ...]
    project_min_cents: int
    project_max_cents: int
    themes: tuple[Theme, ...]
    ballot_kind: BallotKind
    ballot_min: int
    ballot_max: int
    count_rule: RuleName
    tie_break: TieBreak
    tie_seed: str
    min_votes: int
    proposers_on_roll: bool
    max_proposals_per_person: int
    satisfaction: Satisfaction = Satisfaction.COST
    completion: Completion = Completion.NONE
    stop: Stop = Stop.OVERSPEND
    step_permille: int = 10
    step_cents: int = 0
    caps: tuple[Cap, ...] = ()
    partial_funding: bool = False
    proofs: tuple[SourceKind, ...] = PROOFS
    # Days after the results; two months are left to appeal (code of administrative justice, article R421-1).
    roll_kept_days: int = 90
    drafts_kept_days: int = 180  # After submissions end, for what was never submitted or was taken back.
    # Supports wished for before the vote (article 7), or per thousand students of the site if more. 0 for none.
    # Required: appraisal is told of those below, and a person decides all the same.
    supports_needed: int = 0
    supports_permille: int = 0
    supports_required: bool = False
    contests: tuple[Contest, ...] = ()
    # A ballot of points: how many to share, and the most that one project may receive (0: no cap of its own).
    points_budget: int = 10
    points_cap: int = 0
    # What each rank is worth, the first one first; empty for k, k − 1, … 1 with k = `ballot_max`.
    rank_weights: tuple[int, ...] = ()
    # Whether a voter may take a secret code that finds their ballot again among the published ones.
    trackers: bool = True
    set_aside_motives: tuple[SetAsideMotive, ...] = tuple(SetAsideMotive)
    # How long somebody whose ballot may be set aside has to answer, in days.
    reconfirm_days: int = 5
    # SHA-256 that binds the parameters of detection, hidden until the vote is over (`integrity_desk.parameters`).
    detection: str = ""
    # Days for an association to answer a submission, an author a request for changes or a refusal (article 8: ten
    # working days, hence two weeks), the association drawn an appeal.
    moderation_days: int = 7
    answer_days: int = 14
    appeal_days: int = 10
    most_share: int = 100  # Per cent of a project's whole cost that the budget pays at most (article 2).

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces, defaults left out, the same bytes for the same rules."""
        usual = {each.name: each.default for each in fields(self) if each.default is not MISSING}
        said = {name: value for name, value in asdict(self).items() if value != usual.get(name)}
        return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str) -> "Rulebook":
        """The rulebook that a canonical JSON holds; raises ValueError, KeyError or TypeError for another text."""
        data: dict[str, Any] = json.loads(text)
        floors = tuple(
            Floor(f["key"], f["name"], f["amount_cents"], tuple(SiteKind(kind) for kind in f["site_kinds"]))
            for f in data.pop("floors")
        )
        caps = tuple(Cap(CapScope(cap["scope"]), cap["amount_cents"]) for cap in data.pop("caps", ()))
        themes = tuple(Theme(theme) for theme in data.pop("themes"))
        contests = tuple(
            Contest(each["key"], each["name"], each["amount_cents"], tuple(each["site_slugs"]))
            for each in data.pop("contests", ())
        )
        if "rank_weights" in data:
            data["rank_weights"] = tuple(int(weight) for weight in data["rank_weights"])
        if "set_aside_motives" in data:
            data["set_aside_motives"] = tuple(SetAsideMotive(motive) for motive in data["set_aside_motives"])
        if "proofs" in data:
            data["proofs"] = tuple(SourceKind(kind) for kind in data["proofs"])
        typed: dict[str, Any] = {name: kind(data.pop(name)) for name, kind in _KINDS.items() if name in data}
        return cls(floors=floors, caps=caps, themes=themes, contests=contests, **typed, **data)

    @property
    def main_cents(self) -> int:
        """What the area contests leave of the envelope."""
        return self.budget_cents - sum(contest.amount_cents for contest in self.contests)

    @property
    def contest_keys(self) -> tuple[str, ...]:
        """Every contest, the regional one first."""
        return (MAIN_CONTEST, *(contest.key for contest in self.contests))

    @property
    def weights(self) -> tuple[int, ...]:
        """What each rank of a ranking is worth, the first one first."""
        return self.rank_weights or tuple(range(self.ballot_max, 0, -1))

    def contest_of(self, site_slug: str | None) -> str:
        """The contest of a project or of a voter of this site; projects without a site are in the main one."""
        own = (contest.key for contest in self.contests if site_slug in contest.site_slugs)
        return next(own, MAIN_CONTEST)

    def contests_of(self, site_slug: str) -> tuple[str, ...]:
        """The contests in which a voter of this site votes: the regional one, and the one of the area if there is."""
        return tuple(dict.fromkeys((MAIN_CONTEST, self.contest_of(site_slug))))

    def amount_of(self, contest: str) -> int:
        """The envelope of a contest, in cents; raises KeyError for one that the rulebook does not have."""
        return {MAIN_CONTEST: self.main_cents, **{each.key: each.amount_cents for each in self.contests}}[contest]

    def name_of(self, contest: str) -> str:
        """The name of a contest, a catalogue key for the regional one; KeyError for an unknown one."""
        return {MAIN_CONTEST: MAIN_CONTEST_NAME, **{each.key: each.name for each in self.contests}}[contest]

    @property
    def reserved_cents(self) -> int:
        """The sum of the reserved parts."""
        return sum(floor.amount_cents for floor in self.floors)

    @property
    def open_cents(self) -> int:
        """The part of the regional envelope for which all its projects compete from the start."""
        return self.main_cents - self.reserved_cents

    @property
    def balance_cents(self) -> int:
        """What is kept for the villes universitaires d'équilibre, 0 when nothing is."""
        return sum(floor.amount_cents for floor in self.floors if floor.key == BALANCE_KEY)

    def with_balance(self, amount_cents: int) -> "Rulebook":
        """A copy that keeps this amount for the villes universitaires d'équilibre; 0 keeps none."""
        others = tuple(floor for floor in self.floors if floor.key != BALANCE_KEY)
        return replace(self, floors=(*others, balance_floor(amount_cents)) if amount_cents else others)

    def changed(self, **values: Any) -> "Rulebook":
        """A copy with some parameters replaced."""
        return replace(self, **values)
