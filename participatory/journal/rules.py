"""What may be journalled, and how each row is chained to the one before."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import Enum

from participatory.core.clock import paris

GENESIS = "0" * 64
SALT_BYTES = 16


class Verb(Enum):
    """Every deed that leaves a trace: its name, then the fields it must carry, no more and no less."""

    # Rows from before roles had dates carry one field `scope`: what is chained is what was written.
    ROLE_GRANTED = ("role.granted", "person", "role", "scope_kind", "scope_key", "starts", "ends")
    ROLE_REVOKED = ("role.revoked", "person", "role", "scope_kind", "scope_key", "starts", "ends")
    PERSON_CREATED = ("person.created", "person")
    PEOPLE_JOINED = ("person.joined", "person", "into", "source")
    JOINING_REFUSED = ("person.joining_refused", "people", "reason", "source")
    PERSON_DELETED = ("person.deleted", "person")
    ADDRESS_CHANGED = ("person.address_changed", "person")
    PERSONAL_DATA_READ = ("person.read", "person", "task")
    RETENTION_APPLIED = ("retention.applied", "rule", "round", "deleted")
    ASSOCIATION_CREATED = ("association.created", "association")
    ASSOCIATION_CHOSEN = ("person.association_chosen", "person", "association")
    FACTOR_ADDED = ("factor.added", "person", "kind")
    FACTOR_REMOVED = ("factor.removed", "person", "kind")
    FACTOR_SUSPECTED = ("factor.suspected", "person", "kind")
    RECOVERY_CODES_MADE = ("factor.recovery_codes_made", "person")
    RECOVERY_CODE_USED = ("factor.recovery_code_used", "person", "left")
    FACTORS_RESET = ("factor.reset", "person")
    ROUND_CREATED = ("round.created", "round", "title")
    ROUND_CHANGED = ("round.changed", "round", "changes")
    CALENDAR_CHANGED = ("round.calendar_changed", "round", "dates")
    RULEBOOK_ADOPTED = ("rulebook.adopted", "round", "version", "digest")
    ROLL_SENT = ("roll.sent", "round", "list", "people", "rejected", "file_digest")
    ROLL_LIST_ENDED = ("roll.list_ended", "round", "list", "why")
    # None of these four names anybody, nor a place: a ballot may follow within the minute.
    VOTER_ENROLLED = ("roll.enrolled", "round")
    VOTERS_JOINED = ("roll.joined", "round")
    SITE_CHOSEN = ("roll.site_chosen", "round")
    TWO_SIGNATURES = ("roll.two_signatures", "round")
    ROLL_IMPORTED = ("roll.imported", "round", "added", "known", "rejected", "file_digest")
    DEED_PROPOSED = ("deed.proposed", "deed", "kind", "subject", "shown")
    DEED_CONFIRMED = ("deed.confirmed", "deed", "kind", "subject", "shown")
    DEED_WITHDRAWN = ("deed.withdrawn", "deed", "kind", "subject", "reason")
    DEED_EXPIRED = ("deed.expired", "deed", "kind", "subject")
    PROPOSAL_SUBMITTED = ("proposal.submitted", "round", "proposal", "version")
    PROPOSAL_BROUGHT = ("proposal.brought", "round", "proposal", "via")
    PROPOSAL_WITHDRAWN = ("proposal.withdrawn", "round", "proposal")
    # That people write a project together, and that it passed to another of them: not who.
    CO_AUTHOR_JOINED = ("proposal.co_author_joined", "round", "proposal")
    CO_AUTHOR_LEFT = ("proposal.co_author_left", "round", "proposal")
    PROPOSAL_HANDED_OVER = ("proposal.handed_over", "round", "proposal")
    AMENDMENT_ACCEPTED = ("proposal.amended", "round", "proposal", "version")
    AMENDMENT_REFUSED = ("proposal.amendment_refused", "round", "proposal")
    PROPOSAL_ADMITTED = ("moderation.admitted", "round", "proposal", "association")
    CHANGES_REQUESTED = ("moderation.changes_requested", "round", "proposal", "association", "reason")
    PROPOSAL_REFUSED = ("moderation.refused", "round", "proposal", "association", "reason")
    # `association` is "region" where the Region's officer decides.
    REFUSAL_PROPOSED = ("moderation.refusal_proposed", "round", "proposal", "association", "reason")
    REFUSAL_DISPUTED = ("moderation.refusal_disputed", "round", "proposal", "association")
    MODERATOR_RECUSED = ("moderation.recused", "round", "proposal", "association")
    MODERATOR_LINK_DECLARED = ("moderation.link_declared", "association", "kind")
    MODERATOR_LINK_ENDED = ("moderation.link_ended", "association", "kind")
    REFUSAL_ANSWERED = ("moderation.answered", "round", "proposal")
    REFUSAL_APPEALED = ("moderation.appealed", "round", "proposal", "seed", "associations", "drawn", "until")
    REFUSAL_APPEAL_DRAWN_AGAIN = ("moderation.appeal_drawn_again", "round", "proposal", "drawn")
    REFUSAL_APPEAL_ESCALATED = ("moderation.appeal_escalated", "round", "proposal")
    REFUSAL_APPEAL_DECIDED = ("moderation.appeal_decided", "round", "proposal", "association", "outcome")
    SECOND_READINGS_DRAWN = ("moderation.readings_drawn", "round", "seed", "decisions", "drawn")
    SECOND_READING_DONE = ("moderation.read_twice", "round", "proposal", "association")
    PROPOSAL_FEASIBLE = ("appraisal.feasible", "round", "proposal", "final_cost_cents")
    PROPOSAL_UNFEASIBLE = ("appraisal.unfeasible", "round", "proposal")
    COSTS_REVISED = ("appraisal.costs_revised", "round", "proposal", "lines")
    COSTS_ANSWERED = ("appraisal.costs_answered", "round", "proposal", "accepted", "argued")
    # `to` is the public identifier of a group, and of a person where one is named.
    APPRAISAL_ASSIGNED = ("appraisal.assigned", "round", "proposal", "to")
    APPRAISER_RECUSED = ("appraisal.recused", "round", "proposal")
    OPINION_ASKED = ("appraisal.opinion_asked", "round", "proposal", "body")
    OPINION_GIVEN = ("appraisal.opinion_given", "round", "proposal", "body", "number", "opinion")
    OPINION_REVOKED = ("appraisal.opinion_revoked", "round", "proposal", "body")
    LINK_DECLARED = ("appraisal.link_declared", "round", "link", "kind", "proposals")
    LINK_LIFTED = ("appraisal.link_lifted", "round", "link")
    MERGER_PROPOSED = ("merger.proposed", "round", "proposal", "others")
    MERGER_ENDED = ("merger.ended", "round", "proposal", "outcome")
    PROPOSALS_MERGED = ("merger.done", "round", "proposal", "others")
    SPLIT_PROPOSED = ("split.proposed", "round", "proposal")
    SPLIT_ENDED = ("split.ended", "round", "proposal", "outcome")
    PROPOSAL_SPLIT = ("split.done", "round", "proposal", "others")
    # Neither names anybody, and both keep the day alone.
    SUPPORT_GIVEN = ("support.given", "round", "proposal")
    SUPPORT_TAKEN_BACK = ("support.taken_back", "round", "proposal")
    # Neither names anybody, and both keep the day alone: people vote while others comment.
    COMMENT_WRITTEN = ("comment.written", "round", "proposal")
    COMMENT_TAKEN_BACK = ("comment.taken_back", "round", "proposal")
    # No number, no address, no name: the number of a notice opens its answer. `minutes`: the longest that one waited.
    NOTICE_RECEIVED = ("notice.received", "round", "ground", "urgent", "hidden")
    NOTICES_DECIDED = (
        *("notice.decided", "round", "decision", "outcome", "ground"),
        *("notices", "minutes", "in_time"),
    )
    NOTICE_CONTESTED = ("notice.contested", "round", "decision", "side")
    NOTICE_REVIEWED = ("notice.reviewed", "round", "decision", "outcome", "overturned")
    SPEAKING_BLOCKED = ("speaking.blocked", "round", "days")
    SPEAKING_BLOCK_CONTESTED = ("speaking.contested", "round")
    SPEAKING_BLOCK_UPHELD = ("speaking.upheld", "round")
    SPEAKING_BLOCK_LIFTED = ("speaking.lifted", "round")
    SUPPORTS_LEFT_OUT = ("supports.left_out", "round", "proposal", "supports", "reason")
    SUPPORTS_PUT_BACK = ("supports.put_back", "round", "proposal", "supports", "reason")
    KEY_CREATED = ("ceremony.created", "round", "fingerprint", "trustees", "threshold")
    KEY_CHECKED = ("ceremony.checked", "round", "fingerprint")
    KEY_DISCARDED = ("ceremony.discarded", "round", "fingerprint")
    # Stands before the opening, where projects are linked; `links` is the digest of links.csv as it will be published.
    LINKS_FROZEN = ("vote.links_frozen", "round", "links")
    VOTE_OPENED = ("vote.opened", "round", "rulebook", "projects", "public_key", "padded_size")
    BALLOT_CAST = ("ballot.cast", "round", "receipt")
    BALLOT_WITHDRAWN = ("ballot.withdrawn", "round", "receipt")
    BALLOT_CHALLENGED = ("ballot.challenged", "round", "receipt")
    # What an opening froze and can no longer be done; its choices are dropped by the count.
    PROJECT_REMOVED = ("vote.project_removed", "round", "proposal", "reason")
    VOTE_CLOSED = ("vote.closed", "round", "signatures", "ballots")
    VOTE_UNDER_CONTROL = ("vote.under_control", "round")
    SETTING_ASIDE_NOTIFIED = ("set_aside.notified", "round", "case", "motive", "until")
    SETTING_ASIDE_ANSWERED = ("set_aside.answered", "round", "case")
    SETTING_ASIDE_DECIDED = ("set_aside.decided", "round", "case", "motive", "outcome")
    SETTING_ASIDE_APPEALED = ("set_aside.appealed", "round", "case")
    APPEAL_DECIDED = ("set_aside.appeal_decided", "round", "case", "motive", "outcome")
    UNDO_PROPOSED = ("set_aside.undo_proposed", "round", "case")
    SETTING_ASIDE_UNDONE = ("set_aside.undone", "round", "case", "motive")
    # Cases of integrity: how many ballots, never whose, and no reason, which stays in the case and goes with it.
    CASE_DISMISSED = ("integrity.dismissed", "round", "case")
    CASE_REOPENED = ("integrity.reopened", "round", "case")
    BALLOTS_QUARANTINED = ("integrity.quarantined", "round", "case", "ballots")
    QUARANTINE_LIFTED = ("integrity.lifted", "round", "case", "ballots")
    BALLOT_CONFIRMED = ("integrity.confirmed", "round", "case", "proof")
    BALLOTS_IDENTIFIED = ("integrity.identified", "round", "ballots")
    # That a report of the public came, and what became of it: not a word of it, and no address.
    REPORT_RECEIVED = ("report.received", "report", "round")
    REPORT_JOINED = ("report.joined", "report", "case")
    REPORT_ANSWERED = ("report.answered", "report")
    REPORT_CLOSED = ("report.closed", "report")
    VOTE_SEALED = ("vote.sealed", "round", "ballots", "root", "signatures", "set_aside", "paper", "motives")
    COUNT_ALLOWED = ("vote.count_allowed", "round")
    # Rows from before ballots were sealed carry `digest` alone, of the only result that there was.
    VOTE_COUNTED = ("vote.counted", "round", "digests", "ballots", "void", "blanked")
    RESULT_PUBLISHED = ("result.published", "round", "digests", "edition")
    VOTE_ARCHIVED = ("vote.archived", "round")
    VOTE_ANNULLED = ("vote.annulled", "round", "reason")
    STAND_OPENED = ("stand.opened", "round", "stand", "label", "until")
    STAND_CLOSED = ("stand.closed", "round", "stand")
    PAPER_PRINTED = ("paper.printed", "round", "batch", "stand", "issued")
    # Neither names anybody: the batch tells the counter at which it was done.
    PAPER_SIGNATURE_CANCELLED = ("paper.signature_cancelled", "round", "batch", "reason")
    ROLL_LOOKED_UP = ("roll.looked_up", "round", "batch")
    PAPER_CLOSED = ("paper.closed", "round", "batch", "issued", "used", "spoiled", "returned", "note")
    CHECKPOINT_KEY_MADE = ("checkpoint.key_made", "public_key")
    BACKUP_MADE = ("backup.made", "rounds")
    BACKUP_EXPIRED = ("backup.expired", "round")
    COST_KEPT = ("catalogue.kept", "cost", "label", "unit_cost_cents", "replaces")
    COST_ARCHIVED = ("catalogue.archived", "cost", "label")
    # Answering leaves no row: its hour would join the answer to whoever was there.
    # No vote leaves a row: its hour would join it to whoever was there.
    CONVERSATION_CREATED = ("conversation.created", "conversation", "title")
    STATEMENT_JUDGED = ("conversation.statement_judged", "conversation", "statement", "state")
    OPINION_MAP_MADE = ("conversation.map_made", "conversation", "digest")
    QUESTIONNAIRE_CREATED = ("questionnaire.created", "questionnaire", "title")
    QUESTIONNAIRE_CHANGED = ("questionnaire.changed", "questionnaire", "version")
    QUESTIONNAIRE_PUBLISHED = ("questionnaire.published", "questionnaire")
    QUESTIONNAIRE_ANSWERS_READ = ("questionnaire.answers_read", "questionnaire")
    CATALOGUE_IMPORTED = ("catalogue.imported", "added", "replaced", "preview_digest")
    NETWORK_DECLARED = ("network.declared", "network", "range", "kind", "establishment")
    NETWORK_ENDED = ("network.ended", "network", "range")
    SOURCE_CREATED = ("source.created", "source", "establishment", "kind")
    SOURCE_CHANGED = ("source.changed", "source", "fields", "closed")
    SOURCE_TESTED = ("source.tested", "source", "settings_digest")
    SOURCE_ENABLED = ("source.enabled", "source", "settings_digest")
    SOURCE_DISABLED = ("source.disabled", "source")
    CODES_PLANNED = ("codes.planned", "package", "round", "establishment", "size")
    CODES_PRINTED = ("codes.printed", "package", "size")
    # A sheet and never a person; its use leaves no row, since a ballot may follow within the minute.
    CODE_HANDED = ("codes.handed", "package", "sheet")
    CODE_TAKEN_BACK = ("codes.taken_back", "package", "sheet", "outcome")
    CODES_CLOSED = ("codes.closed", "package", "counted", "differences", "note")
    ELECTION_IMPORTED = ("election.imported", "round", "projects", "ballots", "file_digest")

    @property
    def code(self) -> str:
        """The name under which the deed is stored."""
        name: str = self.value[0]
        return name

    @property
    def fields(self) -> frozenset[str]:
        """The fields that the deed carries."""
        return frozenset(self.value[1:])


@dataclass(frozen=True)
class Link:
    """One row of the chain, as it is hashed.

    The chain binds `content`, a digest of the deed and of a random salt, and not the deed itself: a row can be handed
    over without its deed, the salt keeps that from being guessed, and the chain can still be followed. Rows from
    before that have neither salt nor content: the chain binds them whole.
    """

    position: int
    at: datetime
    verb: str
    actor: str
    payload: str
    previous: str
    salt: str = ""
    content: str = ""

    @property
    def is_old(self) -> bool:
        """Whether the chain binds the deed itself, so that the row cannot be handed over without it."""
        return not self.content

    def bound_content(self) -> str:
        """SHA-256, in hexadecimal, of the canonical JSON of the salt and the deed; empty for a row of the old form."""
        return "" if self.is_old else content_of(self.salt, self.at, self.verb, self.actor, self.payload)

    def digest(self) -> str:
        """SHA-256, in hexadecimal, of the canonical JSON of the position, the row before and the content."""
        fields: list[object] = [self.position, self.previous, self.content]
        if self.is_old:
            fields = [self.position, instant(self.at), self.verb, self.actor, self.payload, self.previous]
        return _sha256(fields)


def content_of(salt: str, at: datetime, verb: str, actor: str, written: str) -> str:
    """The digest, in hexadecimal, of what a row says: its salt, instant, verb, actor and payload."""
    return _sha256([salt, instant(at), verb, actor, written])


def instant(at: datetime) -> str:
    """An instant as it is hashed and published: ISO 8601 in UTC, with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def kept_moment(verb: Verb, now: datetime) -> datetime:
    """When a deed is said to have been done: ballots, supports, comments keep their day in Paris, as midnight UTC.

    The order of rows is public. An hour beside each ballot would tell who cast it to whoever saw them vote.
    """
    if verb.code.startswith(("ballot.", "support.", "comment.")):
        return datetime.combine(paris(now).date(), time(), UTC)
    return now


def _sha256(fields: object) -> str:
    return hashlib.sha256(canonical(fields).encode()).hexdigest()


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces: the same bytes for the same content."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def payload(verb: Verb, values: Mapping[str, object]) -> str:
    """The canonical payload of a deed.

    Raises ValueError when a field that the verb declares is missing, or one that it does not is given.
    """
    if frozenset(values) != verb.fields:
        raise ValueError(f"{verb.code} carries {sorted(verb.fields)}, not {sorted(values)}")
    return canonical(dict(values))
