"""Opening a conversation, proposing and reading statements, voting, making the map."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from participatory.conversations import policy
from participatory.conversations.models import Conversation, OpinionMap, Statement, StatementVote
from participatory.conversations.queries import held_conversation, statement_of, waiting_of
from participatory.conversations.rules import LONGEST, SHORTEST, State, Vote
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.identifiers import slugify
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.speaking import may_speak
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.opinion.snapshot import Snapshot


@dataclass(frozen=True)
class Basics:
    """What is typed of a conversation; instants in UTC. `first` are statements of the Region, one a line."""

    title: str
    text: str
    opens_at: datetime
    closes_at: datetime
    first: Sequence[str]


def open_conversation(basics: Basics, person: Person, now: datetime) -> Conversation:
    """Create a conversation with its first statements; raises Refusal."""
    refuse_if(policy.can_conduct(person))
    if basics.closes_at <= basics.opens_at:
        raise Refusal(N_("La clôture vient après l’ouverture."), Kind.INVALID, "closes_at")
    texts = [worded(each) for each in basics.first if each.strip()]
    slug = slugify(basics.title, "conversation")
    if db.session.scalar(sa.select(Conversation.id).where(Conversation.slug == slug)) is not None:
        raise Refusal(N_("Une autre conversation porte ce titre."), Kind.INVALID, "title")
    made = Conversation(
        slug=slug, title=basics.title, text=basics.text, opens_at=basics.opens_at, closes_at=basics.closes_at,
        created_by=person.public_id, created_at=now,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    for number, text in enumerate(dict.fromkeys(texts), start=1):
        shown = State.SHOWN.value
        db.session.add(Statement(conversation_id=made.id, number=number, text=text, state_code=shown, proposed_at=now))
    record(Verb.CONVERSATION_CREATED, person.public_id, now, conversation=made.public_id, title=made.title)
    return made


def worded(text: str) -> str:
    """A statement in one line; raises Refusal for one that is too short or too long to be voted on."""
    written = " ".join(text.replace("\0", "").split())
    if len(written) < SHORTEST:
        raise Refusal(N_("« %(text)s » est trop court : écrivez une phrase."), Kind.INVALID, "text", text=written)
    if len(written) > LONGEST:
        message = N_("« %(text)s… » est trop long : une seule idée, en %(most)s signes au plus.")
        raise Refusal(message, Kind.INVALID, "text", text=written[:30], most=LONGEST)
    return written


def propose(conversation: Conversation, text: str, person: Person, now: datetime) -> Statement:
    """Propose a statement, which waits to be read; raises Refusal. The same sentence is proposed once."""
    held = held_conversation(conversation.id)
    refuse_if(may_speak(person, now))
    refuse_if(policy.can_propose(held, waiting_of(held, person), now))
    written = worded(text)
    numbers, same = sa.func.max(Statement.number), sa.func.lower(Statement.text) == written.lower()
    own = Statement.conversation_id == held.id
    if db.session.scalar(sa.select(Statement.id).where(own, same)) is not None:
        raise Refusal(N_("Cette affirmation existe déjà : vous pourrez voter dessus."), Kind.INVALID, "text")
    number = (db.session.scalar(sa.select(numbers).where(own)) or 0) + 1
    made = Statement(conversation_id=held.id, number=number, text=written, author_id=person.id, proposed_at=now)
    db.session.add(made)
    db.session.flush()
    return made


@dataclass(frozen=True)
class Judgement:
    """What is decided of a statement, with the reason where it is left out."""

    state: State
    reason: str = ""


def judge(conversation: Conversation, number: int, judgement: Judgement, person: Person, now: datetime) -> None:
    """Show a statement to voters, or leave it out with a reason; votes on one that is left out no longer count."""
    held_conversation(conversation.id)
    refuse_if(policy.can_conduct(person))
    statement = statement_of(conversation, number)
    state, written = judgement.state, " ".join(judgement.reason.replace("\0", "").split())[:300]
    if state is State.LEFT_OUT and len(written) < SHORTEST:
        raise Refusal(N_("Dites pourquoi cette affirmation est écartée : la personne le lira."), Kind.INVALID, "reason")
    statement.state_code, statement.reason = state.value, written if state is State.LEFT_OUT else ""
    record(
        Verb.STATEMENT_JUDGED, person.public_id, now,
        conversation=conversation.public_id, statement=number, state=state.value,
    )  # fmt: skip


def vote(conversation: Conversation, number: int, value: Vote, name: str, now: datetime) -> None:
    """Note what a participant says of a statement; the last one stands. No row says when, nor who."""
    statement = statement_of(conversation, number)
    refuse_if(policy.can_vote_on(statement, now))
    dialect = postgresql if db.session.connection().dialect.name == "postgresql" else sqlite
    said = dialect.insert(StatementVote).values(statement_id=statement.id, participant=name, value=int(value))
    again = said.on_conflict_do_update(index_elements=["statement_id", "participant"], set_={"value": int(value)})
    db.session.execute(again)


def ask_map(conversation: Conversation, person: Person, now: datetime) -> None:
    """Have the worker make a map of what was said so far."""
    refuse_if(policy.can_conduct(person))
    held_conversation(conversation.id).map_asked_at = now


def keep_map(conversation: Conversation, snapshot: Snapshot, now: datetime) -> OpinionMap:
    """Publish a map; it never changes, another one may follow."""
    made = OpinionMap(conversation_id=conversation.id, made_at=now, digest=snapshot.digest, text=snapshot.text)
    db.session.add(made)
    record(Verb.OPINION_MAP_MADE, SYSTEM, now, conversation=conversation.public_id, digest=snapshot.digest)
    return made
