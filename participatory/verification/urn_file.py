"""Opening a sealed urn from its file and the shares of its trustees, without the web application or a database.

Two trustees who do it on two machines must find the same digests: those of the ballots that are published and
journalled. No proof of correct decryption exists for others; this is what stands in its place.
"""

import base64
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from participatory.urn.document import BallotDocument, from_bytes
from participatory.urn.election import projects_digest
from participatory.urn.published import Row, ballots_digest, choices_text
from participatory.urn.receipts import receipt_of
from participatory.urn.sealing import info, public_of, unseal
from participatory.urn.tree import root
from participatory.verification.canonical import compact, digest_of, parse
from participatory.verification.layout import MAIN
from participatory.verification.rulebook import SHAPE as RULEBOOK_SHAPE
from participatory.verification.rulebook import Rules
from participatory.verification.shape import HEX64, NAME, TEXT, Whole, misfits
from participatory.verification.source import UnreadableError

SCHEMA = "participatory-urn/1"
SHAPE = {
    "schema": TEXT,
    "round": {"id": NAME, "title": TEXT},
    "rulebook": RULEBOOK_SHAPE,
    "opening": {"rulebook_digest": HEX64, "projects": [list], "projects_digest": HEX64, "public_key": HEX64},
    "seal": {"ballots": Whole, "root": HEX64},
    "ballots": [[TEXT]],
}  # fmt: skip


@dataclass(frozen=True)
class OpenedUrn:
    """What an urn held: the digest of the whole table of ballots, of each contest's, and how many of each."""

    digest: str
    tables: Mapping[str, str]
    ballots: Mapping[str, int]
    void: int
    blanked: int


def read_urn(data: bytes) -> dict[str, Any]:
    """The content of an urn's file; raises UnreadableError for another file, and for one altered since the sealing."""
    try:
        content: dict[str, Any] = parse(data)
    except ValueError as error:
        raise UnreadableError("This is not the file of an urn.") from error
    faults = list(misfits(content, SHAPE, "The file"))
    if faults or content["schema"] != SCHEMA:
        raise UnreadableError("This is not the file of an urn. " + " ".join(faults[:3]))
    fault = next(_faults(content), None)
    if fault is not None:
        raise UnreadableError(fault)
    return content


def open_urn(content: Mapping[str, Any], private: bytes) -> OpenedUrn:
    """Decrypt and judge every ballot; raises UnreadableError when the key is not that of the urn."""
    opening = content["opening"]
    if public_of(private).hex() != opening["public_key"]:
        raise UnreadableError("These shares give the key of another vote.")
    rules, bound = Rules(content["rulebook"]), info(content["round"]["id"], opening["rulebook_digest"])
    costs: dict[str, dict[str, int]] = {contest: {} for contest in rules.amounts}
    for project, contest, cost, _title in opening["projects"]:
        costs[contest][project] = cost
    tables: dict[str, list[tuple[str, str]]] = {contest: [] for contest in rules.amounts}
    void = 0
    for _receipt, area, text in content["ballots"]:
        document = _document(base64.b64decode(text), private, bound)
        if document is None or not _is_legal(document, area, content["round"]["id"], rules, costs):
            void += 1
            continue
        for contest, ballot in document.contests.items():
            tables[contest].append((choices_text(ballot.choices), ballot.tracker))
    return _told(tables, void)


def _faults(content: Mapping[str, Any]) -> Iterator[str]:
    opening, seal = content["opening"], content["seal"]
    if digest_of(compact(content["rulebook"])) != opening["rulebook_digest"]:
        yield "The rulebook of this file is not the one under which the vote opened."
    try:
        if (
            projects_digest((each[0], each[1], each[2], each[3]) for each in opening["projects"])
            != opening["projects_digest"]
        ):
            yield "The projects of this file are not those with which the vote opened."
        sealed = [(receipt, base64.b64decode(text, validate=True)) for receipt, _area, text in content["ballots"]]
        leaves = [bytes.fromhex(receipt) for receipt, _text in sealed]
    except (IndexError, TypeError, ValueError):
        yield "The projects or the ballots of this file cannot be read."
        return
    if any(receipt_of(text) != receipt for receipt, text in sealed) or leaves != sorted(leaves):
        yield "A ballot of this file does not answer to its receipt, or stands out of order."
    if len(leaves) != seal["ballots"] or root(leaves).hex() != seal["root"]:
        yield "The ballots of this file are not those that were sealed: their number or their root differs."


def _document(ciphertext: bytes, private: bytes, bound: bytes) -> BallotDocument | None:
    try:
        return from_bytes(unseal(ciphertext, private, bound))
    except ValueError:
        return None


def _is_legal(
    document: BallotDocument, area: str, round_key: str, rules: Rules, costs: Mapping[str, Mapping[str, int]]
) -> bool:
    open_to_them = {MAIN, area} & set(costs)
    if document.round != round_key or document.kind != rules.kind or not set(document.contests) <= open_to_them:
        return False
    if any(ballot.tracker for ballot in document.contests.values()) and not rules.data.get("trackers", True):
        return False
    return not any(
        next(rules.faults(list(ballot.choices), costs[contest], rules.amounts[contest]), None)
        for contest, ballot in document.contests.items()
    )


def _told(tables: dict[str, list[tuple[str, str]]], void: int) -> OpenedUrn:
    rows: dict[str, list[Row]] = {}
    blanked = 0
    for contest, ballots in tables.items():
        seen = Counter(tracker for _text, tracker in ballots if tracker)
        twice = {tracker for tracker, times in seen.items() if times > 1}
        blanked += sum(seen[tracker] for tracker in twice)
        rows[contest] = [(contest, "" if tracker in twice else tracker, text) for text, tracker in ballots]
    return OpenedUrn(
        ballots_digest(row for each in rows.values() for row in each),
        {contest: ballots_digest(each) for contest, each in rows.items()},
        {contest: len(each) for contest, each in rows.items()},
        void,
        blanked,
    )
