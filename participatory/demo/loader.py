"""Load the demonstration: fictional people, a round in voting, one in submission, a real past election."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from participatory.archives.actions import import_election
from participatory.ceremony.actions import check_key, create_key
from participatory.checkpoints.actions import sign_head
from participatory.core.database import db
from participatory.core.secrets import SecretStore
from participatory.core.storage import ImageStore
from participatory.demo.appr import link_projects, share_appraisal
from participatory.demo.ask import ask_questions
from participatory.demo.calendar import dates_within
from participatory.demo.cost import show_costs
from participatory.demo.electorate import cast_ballots
from participatory.demo.history import Cast, known_sites, live_through_review, live_through_submission
from participatory.demo.mod import moderate_fairly
from participatory.demo.officers import hold_shares
from participatory.demo.opine import exchange_opinions
from participatory.demo.people import create_associations, create_people, fill_roll
from participatory.demo.read import follow_and_join
from participatory.demo.reports import report_what_was_seen
from participatory.demo.stories import election_file
from participatory.demo.supporters import support_projects
from participatory.demo.talk import talk_about_projects
from participatory.demo.tell import tell_and_collect
from participatory.demo.waiting import send_waiting_list
from participatory.demo.write import write_together
from participatory.identity.models import Person
from participatory.outbox.models import Letter
from participatory.rounds.actions import create_round
from participatory.rounds.completing import completed
from participatory.rounds.drafts import Draft
from participatory.rounds.models import Round
from participatory.rounds.rulebook import BallotKind, Floor, Rulebook, Theme, TieBreak
from participatory.rounds.rules import Phase, Texts
from participatory.tally.methods import Completion, RuleName
from participatory.territories.rules import SiteKind

STUDENT_ROUND = "Budget étudiant 2026-2027"
NEXT_ROUND = "Budget étudiant 2027-2028"
SEED = 2037
# The establishment whose list waits for an officer: that of the fictional referent.
REFERENT_OF = "universite-toulouse-3"

TEXTS = {
    STUDENT_ROUND: Texts(
        STUDENT_ROUND,
        "300 000 € pour les idées des étudiantes et des étudiants d’Occitanie, dont 120 000 € réservés aux villes "
        "universitaires d’équilibre.",
        "Quarante projets sont au vote, sur les vingt sites de la région. Composez votre budget : ajoutez les "
        "projets que vous voulez voir naître, tant que leur total tient dans l’enveloppe.\n\nTous les projets, "
        "les personnes et les associations de ce budget sont fictifs.",
    ),
    NEXT_ROUND: Texts(
        NEXT_ROUND,
        "350 000 € pour l’année prochaine, pour ce qui manque sur votre campus.",
        "Une idée suffit pour commencer : le formulaire vous aide à la chiffrer, et votre brouillon s’enregistre "
        "tout seul.\n\nTous les projets, les personnes et les associations de ce budget sont fictifs.",
    ),
}


def student_rulebook() -> Rulebook:
    """The rules of the round in voting: a budget to compose, 40 % kept for the villes d’équilibre."""
    return Rulebook(
        budget_cents=300_000_00,
        floors=(Floor("vue", "Villes universitaires d’équilibre", 120_000_00, (SiteKind.BALANCE,)),),
        project_min_cents=2_000_00,
        project_max_cents=30_000_00,
        themes=tuple(Theme),
        ballot_kind=BallotKind.KNAPSACK,
        ballot_min=1,
        ballot_max=10,
        count_rule=RuleName.GREEDY,
        tie_break=TieBreak.RULEBOOK,
        tie_seed="",
        min_votes=10,
        proposers_on_roll=True,
        max_proposals_per_person=3,
    )


def next_rulebook() -> Rulebook:
    """The rules of the round in submission: five choices at most, a larger envelope, counted by equal shares."""
    floor = Floor("vue", "Villes universitaires d’équilibre", 140_000_00, (SiteKind.BALANCE,))
    return student_rulebook().changed(
        budget_cents=350_000_00,
        floors=(floor,),
        ballot_kind=BallotKind.APPROVAL,
        ballot_max=5,
        count_rule=RuleName.MES,
        completion=Completion.ADD1U,
        partial_funding=True,
        supports_needed=20,
    )


def is_loaded() -> bool:
    """Whether the student round is already there."""
    return find_student_round() is not None


def find_student_round() -> Round | None:
    """The round that `participatory demo --phase` moves."""
    return db.session.scalars(sa.select(Round).where(Round.title == STUDENT_ROUND)).first()


def find_living_rounds() -> list[Round]:
    """The two rounds whose phase the page of the demonstration moves, the one in voting first."""
    titles = [STUDENT_ROUND, NEXT_ROUND]
    found = db.session.scalars(sa.select(Round).where(Round.title.in_(titles)))
    return sorted(found, key=lambda each: titles.index(each.title))


def load(store: SecretStore, images: ImageStore, now: datetime) -> None:
    """Load everything; the caller holds the transaction. Letters of the past are not sent."""
    associations = create_associations()
    people = create_people(associations, now - timedelta(days=400))
    cast = Cast(people, associations, known_sites(), images)
    officer = people["officer-1"]
    voting = _round(STUDENT_ROUND, student_rulebook(), Phase.VOTING, officer, now)
    fill_roll(voting, store, SEED)
    live_through_review(voting, cast)
    link_projects(voting, people["appraiser-1"])
    _make_key(voting, store, officer)
    cast_ballots(voting, store, now, SEED)
    report_what_was_seen(voting, officer, now)
    submission = _round(NEXT_ROUND, next_rulebook(), Phase.SUBMISSION, officer, now)
    fill_roll(submission, store, SEED + 1)
    hold_shares(submission, create_key(submission, 3, 2, officer.public_id, now), store)
    live_through_submission(submission, cast, now)
    support_projects(submission, store, now, SEED)
    send_waiting_list(voting, REFERENT_OF, store, people["referent"], now - timedelta(hours=5))
    import_election(
        election_file(),
        now,
        title="Łódź 2020, quartier de Nad Nerem",
        currency="PLN",
        origin="Données de Pabulib, fichier repris de la distribution source d’abcvoting 2.19.2 (licence MIT).",
    )
    show_costs(voting, people, now)
    share_appraisal(submission, people, store, now)
    talk_about_projects(voting, people, store, now)
    follow_and_join(voting, submission, people, now)
    write_together(submission, now)
    moderate_fairly(voting, submission, people, now)
    tell_and_collect(submission, people["camille"], officer, now)
    ask_questions(officer, now)
    exchange_opinions(officer, now)
    db.session.execute(sa.delete(Letter))
    sign_head(store, now)


def _make_key(round_: Round, store: SecretStore, officer: Person) -> None:
    """Three trustees, two of whom are enough; a week before the vote, and checked at once."""
    met = round_.voting_at - timedelta(days=7)
    shares = create_key(round_, 3, 2, officer.public_id, met)
    hold_shares(round_, shares, store)
    check_key(round_, shares, officer.public_id, met + timedelta(minutes=20))


def _round(title: str, book: Rulebook, phase: Phase, officer: Person, now: datetime) -> Round:
    dates = dates_within(phase, now)
    before = dates[Phase.ANNOUNCEMENT] - timedelta(days=5)
    return create_round(Draft(TEXTS[title], dates, completed(book, before)), officer, before)
