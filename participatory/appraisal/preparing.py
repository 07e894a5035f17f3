"""What is done towards a finding: a note, a grid, a declared conflict of interest."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participatory.appraisal.grid import Answers, answer_faults
from participatory.appraisal.models import AppraisalGrid, AppraisalNote, Assignment, Interest
from participatory.appraisal.policy import can_prepare, can_read
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.proposals.actions import locked
from participatory.proposals.models import Proposal

NOTE_MAX = 2000
REASON_MIN, REASON_MAX = 10, 300


class Faults(Refusal):
    """Several things to correct in a form, all at once."""

    def __init__(self, faults: list[Refusal]):
        super().__init__(N_("Corrigez ce qui est signalé : rien n’est perdu."), Kind.INVALID)
        self.faults = faults


def note(public_id: str, text: str, author: Person, now: datetime) -> AppraisalNote:
    """Leave a note for those who appraise; nobody else reads it. Raises Refusal."""
    proposal = locked(public_id)
    refuse_if(can_prepare(author, proposal, now))
    if not text.strip():
        raise Refusal(N_("Écrivez la note avant de la garder."), Kind.INVALID, "text")
    if len(text) > NOTE_MAX:
        raise Refusal(N_("Gardez l’essentiel : %(most)s signes au plus."), Kind.INVALID, "text", most=NOTE_MAX)
    kept = AppraisalNote(proposal_id=proposal.id, author_id=author.id, text=text.strip(), written_at=now)
    db.session.add(kept)
    db.session.flush()
    return kept


def declare_interest(public_id: str, reason: str, person: Person, now: datetime) -> Proposal:
    """Say that one has an interest in a project: one judges it no more, and gives it back to the group.

    The journal tells that somebody withdrew, the reason stays with those who appraise. Raises Refusal.
    """
    proposal = locked(public_id)
    refuse_if(can_read(person, proposal))
    if not REASON_MIN <= len(" ".join(reason.split())) <= REASON_MAX:
        message = N_("Dites en une phrase quel est ce lien (%(least)s à %(most)s signes).")
        raise Refusal(message, Kind.INVALID, "reason", least=REASON_MIN, most=REASON_MAX)
    db.session.add(Interest(proposal_id=proposal.id, person_id=person.id, reason=reason.strip(), declared_at=now))
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refusal(N_("Vous aviez déjà déclaré ce conflit d’intérêts.")) from error
    held = db.session.get(Assignment, proposal.id)
    if held is not None and held.person_id == person.id:
        held.person_id = None
        if held.group_id is None:
            db.session.delete(held)
    record(Verb.APPRAISER_RECUSED, person.public_id, now, round=proposal.round.public_id, proposal=proposal.public_id)
    return proposal


def fill_grid(public_id: str, answers: Answers, seen: int, person: Person, now: datetime) -> AppraisalGrid:
    """Keep the answers; `seen` is how often the grid had been kept when its page was opened.

    Raises Refusal when somebody else kept it since, Faults for answers that cannot be.
    """
    proposal = locked(public_id)
    refuse_if(can_prepare(person, proposal, now))
    faults = answer_faults(answers)
    if faults:
        raise Faults(faults)
    kept = db.session.get(AppraisalGrid, proposal.id)
    if seen != (kept.saved if kept else 0):
        raise Refusal(
            N_("Quelqu’un d’autre vient de remplir cette grille : relisez-la, vos réponses sont gardées dans la page.")
        )
    if kept is None:
        kept = AppraisalGrid(proposal_id=proposal.id, saved=0)
        db.session.add(kept)
    kept.answers = {key: dict(said) for key, said in answers.items()}
    kept.saved, kept.saved_by_id, kept.saved_at = kept.saved + 1, person.id, now
    db.session.flush()
    return kept


def grid_of(proposal: Proposal) -> dict[str, dict[str, str]]:
    """The answers kept so far, none where nobody began."""
    kept = db.session.get(AppraisalGrid, proposal.id)
    return kept.answers if kept else {}


def notes_on(proposal: Proposal) -> list[AppraisalNote]:
    """The notes on a project, oldest first."""
    wanted = sa.select(AppraisalNote).where(AppraisalNote.proposal_id == proposal.id)
    return list(db.session.scalars(wanted.options(sa.orm.joinedload(AppraisalNote.author)).order_by(AppraisalNote.id)))
