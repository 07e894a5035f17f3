"""Opening the urn: each sealed ballot is decrypted, judged by the rulebook, and kept without its receipt."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from participatory.ballots.choosing import ContestTerms, choices_fault, terms_of
from participatory.ballots.models import OpenedBallot, SealedBallot, VoteOpening
from participatory.ballots.opening import prices_of
from participatory.core.database import db
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST
from participatory.urn.document import BallotDocument, from_bytes
from participatory.urn.published import Row, ballots_digest, choices_text
from participatory.urn.sealing import info, opener, public_of

_BATCH = 2000


@dataclass(frozen=True)
class Legality:
    """What makes a ballot of a round legal: its round, its kind, the terms and prices (cents) of each contest.

    `trackers`: whether ballots may bear a code.
    """

    round: str
    kind: str
    prices: Mapping[str, Mapping[str, int]]
    terms: Mapping[str, ContestTerms]
    trackers: bool

    @classmethod
    def of(cls, round_: Round, opening: VoteOpening) -> "Legality":
        """The rules of a round as they were frozen when its vote opened."""
        book = round_.rulebook
        return cls(
            round_.public_id,
            book.ballot_kind.value,
            {contest: prices_of(opening, contest) for contest in book.contest_keys},
            {contest: terms_of(book, contest) for contest in book.contest_keys},
            book.trackers,
        )

    def accepts(self, document: BallotDocument, area: str) -> bool:
        """Whether a ballot counts; `area` is the contest of its voter's site, "" for none."""
        if document.round != self.round or document.kind != self.kind:
            return False
        if not set(document.contests) <= {MAIN_CONTEST, area} & set(self.terms):
            return False
        if any(ballot.tracker for ballot in document.contests.values()) and not self.trackers:
            return False
        return all(
            choices_fault(ballot.choices, self.prices[contest], self.terms[contest]) is None
            for contest, ballot in document.contests.items()
        )


@dataclass
class Opened:
    """What an urn held: for each contest the choices (`choices_text`) and tracker of each ballot, and what is void.

    A void ballot decrypts to nothing legal: it is counted and told, and its content is shown to nobody.
    """

    ballots: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    void: int = 0
    blanked: int = 0

    @property
    def digests(self) -> dict[str, str]:
        """The digest of the ballots of each contest alone: what trustees who open the urn elsewhere compare."""
        return {
            contest: ballots_digest((contest, code, text) for text, code in ballots)
            for contest, ballots in self.ballots.items()
        }

    @property
    def rows(self) -> list[Row]:
        """Every ballot as it is published."""
        return [(contest, code, text) for contest, ballots in self.ballots.items() for text, code in ballots]


def open_sealed(round_: Round, opening: VoteOpening, private_key: bytes, beat: Callable[[int], object] = int) -> Opened:
    """Decrypt every sealed ballot of a round; `beat` is told how many are done.

    Reads much and writes nothing. Raises ValueError when the key is not that of the round.
    """
    return open_ballots(round_, opening, private_key, _sealed(round_), beat)


def open_ballots(
    round_: Round,
    opening: VoteOpening,
    private_key: bytes,
    ballots: Iterable[tuple[bytes, str]],
    beat: Callable[[int], object] = int,
) -> Opened:
    """Decrypt these ballots, each a ciphertext and the area of its voter; see `open_sealed`."""
    if public_of(private_key).hex() != opening.public_key:
        raise ValueError("this is not the key of this round")
    opened = Opened({contest: [] for contest in round_.rulebook.contest_keys})
    rules = Legality.of(round_, opening)
    unsealed = opener(private_key, info(round_.public_id, opening.rulebook_digest))
    for done, (ciphertext, area) in enumerate(ballots, start=1):
        document = _document(ciphertext, unsealed)
        if document is None or not rules.accepts(document, area):
            opened.void += 1
        else:
            for contest, ballot in document.contests.items():
                opened.ballots[contest].append((choices_text(ballot.choices), ballot.tracker))
        if done % _BATCH == 0:
            beat(done)
    return _in_canonical_order(opened)


def keep(round_: Round, opened: Opened) -> None:
    """Write the opened ballots, in the place of those of an earlier try that was not recorded."""
    db.session.execute(sa.delete(OpenedBallot).where(OpenedBallot.round_id == round_.id))
    for contest, ballots in opened.ballots.items():
        for start in range(0, len(ballots), _BATCH):
            rows = [
                {"round_id": round_.id, "contest": contest, "position": number, "choices": text, "tracker": tracker}
                for number, (text, tracker) in enumerate(ballots[start : start + _BATCH], start=start)
            ]
            db.session.execute(sa.insert(OpenedBallot), rows)


def _sealed(round_: Round) -> Iterator[tuple[bytes, str]]:
    """The sealed ballots, read a batch at a time: nothing stays open while they are decrypted."""
    last = ""
    while True:
        wanted = sa.select(SealedBallot.receipt, SealedBallot.ciphertext, SealedBallot.area)
        wanted = wanted.where(SealedBallot.round_id == round_.id, SealedBallot.receipt > last)
        batch = db.session.execute(wanted.order_by(SealedBallot.receipt).limit(_BATCH)).all()
        if not batch:
            return
        yield from ((ciphertext, area) for _receipt, ciphertext, area in batch)
        last = batch[-1][0]


def _document(ciphertext: bytes, unsealed: Callable[[bytes], bytes]) -> BallotDocument | None:
    try:
        return from_bytes(unsealed(ciphertext))
    except ValueError:
        return None


def _in_canonical_order(opened: Opened) -> Opened:
    """Sort by choices, and blank the codes that two ballots of a contest claim: neither proves anything."""
    for contest, ballots in opened.ballots.items():
        seen = Counter(tracker for _text_, tracker in ballots if tracker)
        twice = {tracker for tracker, times in seen.items() if times > 1}
        opened.blanked += sum(seen[tracker] for tracker in twice)
        kept = [(text, "" if tracker in twice else tracker) for text, tracker in ballots]
        opened.ballots[contest] = sorted(kept)
    return opened
