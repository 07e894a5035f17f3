"""Check 6: the counts reconcile, from the receipts that were cast to the ballots that were counted."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from participatory.verification.bundle import Bundle
from participatory.verification.journal import CLOSED, COUNTED, OPENED, SEALED, Deed
from participatory.verification.layout import BALLOTS, PAPER, RECEIPTS, SETTING_ASIDE, result_file

_SEAL = ("ballots", "root", "signatures", "set_aside", "paper")


def counts(bundle: Bundle) -> Iterator[str]:
    """Signatures, ballots set aside, paper, receipts, void and valid ballots add up, and are what the journal says."""
    yield from _sealing(bundle)
    yield from _where_receipts_come_from(bundle)
    yield from _set_aside(bundle)
    yield from _paper(bundle)
    yield from _ballots(bundle)


def compared_counts(bundle: Bundle) -> str:
    """What check 6 compared."""
    seal = bundle.manifest["seal"]
    return (
        f"{seal['signatures']:,} signatures − {seal['set_aside']:,} set aside + {seal['paper']:,} on paper = "
        f"{seal['ballots']:,} sealed ballots, of which {bundle.manifest['void']:,} void; and each contest"
    )


def _sealing(bundle: Bundle) -> Iterator[str]:
    seal, sealed, closed = bundle.manifest["seal"], bundle.anchor(SEALED).payload, bundle.anchor(CLOSED).payload
    for name in _SEAL:
        if seal[name] != sealed[name]:
            yield f"For “{name}”, the manifest says {seal[name]} and the journal sealed {sealed[name]}."
    expected = seal["signatures"] - seal["set_aside"] + seal["paper"]
    if expected != seal["ballots"]:
        yield f"Signatures − set aside + paper make {expected}, and {seal['ballots']} ballots were sealed."
    if len(bundle.receipts) != seal["ballots"]:
        yield f"{RECEIPTS} has {len(bundle.receipts)} receipts, and {seal['ballots']} ballots were sealed."
    if closed["signatures"] != seal["signatures"]:
        yield f"{closed['signatures']} signatures were journalled at closing, and {seal['signatures']} at sealing."


def _where_receipts_come_from(bundle: Bundle) -> Iterator[str]:
    """Each sealed ballot was cast while the vote was open and not taken back since, or is of a batch on paper."""
    journal, opened, closed = bundle.journal, bundle.anchor(OPENED).position, bundle.anchor(CLOSED).position
    batches = _rows_of_batches(bundle)
    outside = [row for row in (*journal.cast.values(), *journal.gone.values()) if not opened < row < closed]
    if any(row not in batches for row in outside):
        yield "The journal tells of ballots outside the time between the opening and the closing of the vote."
    sealed = set(bundle.well_formed_receipts)
    if taken_back := sealed & journal.gone.keys():
        yield f"{len(taken_back)} sealed ballots had been withdrawn or challenged."
    on_paper = sum(journal.cast.get(receipt, 0) in batches for receipt in sealed)
    unknown, paper = len(sealed - journal.cast.keys()), bundle.manifest["seal"]["paper"]
    # A journal that names the ballots of a batch names all of them; one that names none gives their number.
    named = bool(batches.intersection(journal.cast.values()))
    if (unknown, on_paper) != ((0, paper) if named else (paper, 0)):
        yield f"{unknown + on_paper} sealed ballots were not cast by their voters, and {paper} are on paper."


def _rows_of_batches(bundle: Bundle) -> set[int]:
    """The rows in which a batch on paper puts its ballots into the urn: they follow its closing at once."""
    closings = bundle.journal.of("paper.closed")
    most = bundle.journal.positions
    return {
        row
        for deed in closings
        for row in range(deed.position + 1, deed.position + 1 + min(deed.payload["used"], most))
    }


def _decided(bundle: Bundle) -> Counter[str]:
    """How many ballots the deeds of the journal leave aside for each motive, those that came back taken off."""
    journal = bundle.journal
    decided = Counter(
        deed.payload["motive"] for deed in journal.of("set_aside.decided") if deed.payload["outcome"] == "set_aside"
    )
    appealed = (deed.payload for deed in journal.of("set_aside.appeal_decided"))
    back = Counter(deed["motive"] for deed in appealed if deed["outcome"] == "restored")
    back += Counter(deed.payload["motive"] for deed in journal.of("set_aside.undone"))
    return decided - back


def _set_aside(bundle: Bundle) -> Iterator[str]:
    rows, sealed = bundle.setting_aside, bundle.anchor(SEALED).payload
    if any(one >= other for (one, _), (other, _) in pairwise(rows)):
        yield f"The motives of {SETTING_ASIDE} are not sorted, each once."
    if dict(rows) != sealed["motives"]:
        yield f"{SETTING_ASIDE} does not give the motives that the journal sealed."
    if sum(count for _, count in rows) != bundle.manifest["seal"]["set_aside"]:
        yield f"The counts of {SETTING_ASIDE} do not add up to the ballots set aside."
    if {motive: count for motive, count in rows if count} != dict(_decided(bundle)):
        yield f"The decisions in the journal are not those that {SETTING_ASIDE} counts."
    for motive in sorted({motive for motive, _ in rows} - set(bundle.rules.motives)):
        yield f"“{motive}” is a motive that the rulebook does not name."


def _paper(bundle: Bundle) -> Iterator[str]:
    rows = bundle.paper
    if any(one["batch"] >= other["batch"] for one, other in pairwise(rows)):
        yield f"The batches of {PAPER} are not sorted, each once."
    for row in rows:
        if row["issued"] != row["used"] + row["spoiled"] + row["returned"]:
            yield f"Batch {row['batch']}: {row['issued']} issued are not those used, spoiled and returned together."
    if (used := sum(row["used"] for row in rows)) != bundle.manifest["seal"]["paper"]:
        yield f"{used} paper ballots were used, and {bundle.manifest['seal']['paper']} sealed."
    printed = {deed.payload["batch"]: deed.payload for deed in bundle.journal.of("paper.printed")}
    closed = {deed.payload["batch"]: deed.payload for deed in bundle.journal.of("paper.closed")}
    for batch in sorted(printed.keys() ^ {row["batch"] for row in rows}):
        yield f"Batch {batch} stands in one of {PAPER} and the journal, and not in the other."
    for row in rows:
        said = {**printed.get(row["batch"], {}), **closed.get(row["batch"], {})}
        if row["batch"] in printed and any(row[name] != said.get(name) for name in row):
            yield f"Batch {row['batch']} is not the one that the journal tells."


def _ballots(bundle: Bundle) -> Iterator[str]:
    counted: Deed = bundle.anchor(COUNTED)
    if bundle.manifest["void"] != counted.payload["void"]:
        yield f"The manifest says {bundle.manifest['void']} void ballots, the journal {counted.payload['void']}."
    valid = bundle.manifest["seal"]["ballots"] - bundle.manifest["void"]
    for contest in bundle.manifest["contests"]:
        key, said = contest["key"], contest["ballots"]
        rows = bundle.votes.of(key).ballots
        if rows != said:
            yield f"Contest {key}: {BALLOTS} has {rows} ballots, and the manifest says {said}."
        if (told := bundle.result(key)["electorate"]["ballots"]) != said:
            yield f"Contest {key}: {result_file(key)} counts {told} ballots, and the manifest says {said}."
        if said > valid:
            yield f"Contest {key} has {said} ballots, and only {valid} sealed ballots are valid."
    for key in sorted(bundle.votes.contests.keys() - set(bundle.contests)):
        yield f"{BALLOTS} has ballots of a contest that is none: {key}."
