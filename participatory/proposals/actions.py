"""What is done to a proposal: begun, saved, submitted, withdrawn, moved from one state to another."""

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.identifiers import public_id, slugify
from participatory.core.labels import N_, label
from participatory.core.search import stems
from participatory.identity.models import Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic
from participatory.outbox.actions import enqueue
from participatory.proposals import policy
from participatory.proposals.content import Content, Incomplete, faults
from participatory.proposals.models import CoAuthor, Move, Proposal
from participatory.proposals.plan_rows import keep_plan
from participatory.proposals.queries import blank_draft, count_of, slug_taken
from participatory.proposals.rules import COUNTED, State, move_fault
from participatory.proposals.signals import moved
from participatory.proposals.versions import keep_present, keep_version
from participatory.proposals.written import content_of
from participatory.rounds.models import Round

# What was submitted and stands: its text changes only by another submission.
_STANDING = frozenset({State.SUBMITTED, State.ADMITTED})
_AS_WRITTEN = (
    "title", "summary", "need", "solution", "site_id", "association_id", "image_key", "image_alt", "partial_min_cents",
    "beneficiaries", "team", "starts_in", "ends_in", "carrier_code", "carrier_name", "carrier_number",
)  # fmt: skip


@dataclass(frozen=True)
class Stamp:
    """Where a text was typed: the form's own mark, and the instant of the text that it began from."""

    editor: str
    read_at: str


def stamp_of(proposal: Proposal) -> str:
    """The instant of the present text, as a form carries it."""
    return proposal.updated_at.isoformat()


def locked(identifier: str) -> Proposal:
    """A proposal by its public identifier, read afresh and held until the transaction ends.

    Raises Refusal (NOT_FOUND).
    """
    held = sa.select(Proposal.id).where(Proposal.public_id == identifier).with_for_update()
    number = db.session.scalar(held)
    if number is None:
        raise Refusal(N_("Il n’y a pas de projet à cette adresse."), Kind.NOT_FOUND)
    # In a second statement: PostgreSQL would join the row that it waited for with the site that it saw before.
    return db.session.get_one(Proposal, number, populate_existing=True)


def move(proposal: Proposal, target: State, actor_id: str, now: datetime) -> Move:
    """Pass a proposal to another state and keep the trace; the caller journals.

    Raises Refusal when its present state does not lead there. `actor_id` is a public identifier.
    """
    refuse_if(move_fault(proposal.state, target))
    done = Move(
        proposal_id=proposal.id,
        source=proposal.state_code,
        target=target.value,
        actor=actor_id,
        version=proposal.version,
        at=now,
    )
    proposal.state_code = target.value
    db.session.add(done)
    moved.send(proposal, move=done, now=now)
    return done


def refresh_search_text(proposal: Proposal) -> None:
    """Keep in step what the search reads: title, summary, texts, theme, place and association."""
    place = f"{proposal.site.name} {proposal.site.communes} {proposal.site.department.name}" if proposal.site else ""
    carrier = proposal.association.name if proposal.association else proposal.carrier_name or ""
    theme = label(proposal.theme) if proposal.theme else ""
    texts = (proposal.title, proposal.summary, proposal.need, proposal.solution, theme, place, carrier)
    proposal.search_text = stems(" ".join(texts))


def start(round_: Round, person: Person, site_id: int | None, now: datetime, *, on_roll: bool) -> Proposal:
    """Begin a draft, or give back the one that the person opened and left blank.

    `on_roll` says whether the person may propose in this round. Raises Refusal out of the
    submission phase, off the roll, or beyond the number that the rulebook allows.
    """
    _hold(person)
    drafts = count_of(round_, person, {State.DRAFT})
    submitted = count_of(round_, person, COUNTED)
    blank = blank_draft(round_, person)
    refuse_if(policy.can_start(round_, on_roll, submitted, drafts - (blank is not None), now))
    if blank is not None:
        return blank
    identifier = public_id()
    draft = Proposal(
        public_id=identifier, slug=identifier, round_id=round_.id, author_id=person.id, site_id=site_id,
        state_code=State.DRAFT.value, created_at=now, updated_at=now,
    )  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    return draft


def _hold(person: Person) -> None:
    """Let one request at a time count and add the proposals of a person (PostgreSQL)."""
    db.session.execute(sa.select(Person.id).where(Person.id == person.id).with_for_update())


def save(proposal: Proposal, person: Person, content: Content, stamp: Stamp, now: datetime) -> None:
    """Keep a text that may be incomplete; a submitted one changes only by a new submission.

    Raises Refusal when the person may not edit, or when another form has saved a newer text.
    """
    refuse_if(policy.can_edit(proposal, person, now))
    if proposal.state in _STANDING:
        raise Refusal(N_("Ce projet est déposé : pour le modifier, déposez une nouvelle version."))
    _refuse_stale(proposal, stamp)
    keep_present(proposal)
    _write(proposal, content, stamp, now)


def submit(
    proposal: Proposal, person: Person, content: Content, stamp: Stamp, now: datetime, *, on_roll: bool, link: str
) -> bool:
    """Submit a text, or a new version of one; false when it is what was already submitted.

    `link` is the address of the project, for the letter that confirms the deposit.
    Raises Refusal when the person may not, Incomplete with all that the rulebook finds missing.
    """
    if proposal.state in _STANDING and policy.is_author(person, proposal) and content == content_of(proposal):
        return False
    carrier = proposal.author or person
    _hold(carrier)
    submitted = count_of(proposal.round, carrier, COUNTED, apart_from=proposal.id)
    refusal = policy.can_submit(proposal, person, on_roll, submitted, now)
    found = faults(content, proposal.round.rulebook)
    if refusal is not None and (refusal.kind is not Kind.CONFLICT or not found):
        raise refusal
    _refuse_stale(proposal, stamp)
    if found:
        raise Incomplete([refusal, *found] if refusal else found)
    if proposal.state in _STANDING:
        keep_present(proposal)
    _write(proposal, content, stamp, now)
    if proposal.state is not State.SUBMITTED:
        values = {"title": proposal.title, "round": proposal.round.title}
        for each in proposal.people:
            tell(each, Topic.OWN_PROJECT, "proposal_submitted", now, link=link, **values)
    _enter_moderation(proposal, person, now)
    return True


def copied(source: Proposal, carrier: Person, title: str, now: datetime) -> Proposal:
    """A draft that begins as a copy of another project under a title of its own, written by the same people.

    `carrier` carries it. The caller holds the source and journals.
    """
    identifier = public_id()
    draft = Proposal(
        public_id=identifier, slug=identifier, round_id=source.round_id, author_id=carrier.id,
        state_code=State.DRAFT.value, created_at=now, updated_at=now,
    )  # fmt: skip
    draft.co_authors = [CoAuthor(person=each, joined_at=now) for each in source.people if each.id != carrier.id]
    db.session.add(draft)
    db.session.flush()
    _write(draft, replace(content_of(source), title=title), Stamp("", ""), now)
    return draft


def bring(proposal: Proposal, person: Person, content: Content, now: datetime) -> bool:
    """Write into a draft a text that somebody else collected, and submit it if it is complete; whether it was.

    `person` wrote it down. A draft that is not complete waits for its authors. The caller holds the draft.
    """
    _write(proposal, content, Stamp("", ""), now)
    if faults(content, proposal.round.rulebook):
        return False
    _enter_moderation(proposal, person, now)
    return True


def _enter_moderation(proposal: Proposal, person: Person, now: datetime) -> None:
    first = proposal.version == 0
    proposal.version += 1
    proposal.submitted_at = now
    if first:
        proposal.slug = _free_slug(proposal)
    if proposal.state is not State.SUBMITTED:
        move(proposal, State.SUBMITTED, person.public_id, now)
    try:
        db.session.flush()
    except sa.exc.IntegrityError as error:
        raise Refusal(N_("Un autre projet vient de prendre la même adresse : déposez une nouvelle fois.")) from error
    keep_version(proposal, content_of(proposal), person.public_id, now)
    record(
        Verb.PROPOSAL_SUBMITTED,
        person.public_id,
        now,
        round=proposal.round.public_id,
        proposal=proposal.public_id,
        version=proposal.version,
    )


def _free_slug(proposal: Proposal) -> str:
    wanted = slugify(proposal.title, proposal.public_id)
    return wanted if not slug_taken(wanted) else f"{wanted}-{proposal.public_id}"


def _refuse_stale(proposal: Proposal, stamp: Stamp) -> None:
    """A form may follow its own savings; one that began from an older text must not cover a newer one."""
    if stamp.read_at != stamp_of(proposal) and (not stamp.editor or proposal.edited_in != stamp.editor):
        raise Stale(proposal.updated_at)


class Stale(Refusal):
    """Another tab or another device has saved a newer text since this form was opened."""

    def __init__(self, saved_at: datetime):
        super().__init__(
            N_(
                "Ce projet a été enregistré ailleurs entre-temps, dans un autre onglet ou sur un autre appareil. "
                "Ce que vous avez écrit ici est gardé ci-dessous : enregistrez encore une fois pour remplacer l’autre."
            )
        )
        self.stamp = saved_at.isoformat()


def _write(proposal: Proposal, content: Content, stamp: Stamp, now: datetime) -> None:
    for name in _AS_WRITTEN:
        setattr(proposal, name, getattr(content, name))
    proposal.theme_code = content.theme.value if content.theme else None
    proposal.marker_codes = [marker.value for marker in content.markers]
    keep_plan(proposal, content.plan)
    proposal.updated_at = now
    proposal.edited_in = stamp.editor
    db.session.flush()
    db.session.expire(proposal, ["site", "association"])
    refresh_search_text(proposal)


def withdraw(proposal: Proposal, person: Person, now: datetime) -> None:
    """Take a proposal back, for good; raises Refusal when the person or the time does not allow it."""
    refuse_if(policy.can_withdraw(proposal, person, now))
    if proposal.state is not State.DRAFT:
        values = {"title": proposal.title, "round": proposal.round.title}
        for each in proposal.people:
            enqueue(each.email, "proposal_withdrawn", each.locale, now, **values)
    move(proposal, State.WITHDRAWN, person.public_id, now)
    record(
        Verb.PROPOSAL_WITHDRAWN,
        person.public_id,
        now,
        round=proposal.round.public_id,
        proposal=proposal.public_id,
    )
