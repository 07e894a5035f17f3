"""Check 1: the manifest, and the digest of every other file."""

from collections.abc import Iterator

from participatory.verification.bundle import Bundle
from participatory.verification.layout import (
    BALLOTS,
    CHECKPOINT,
    DETECTION,
    JOURNAL,
    LINKS,
    MANIFEST,
    PAPER,
    PROJECTS,
    RECEIPTS,
    SETTING_ASIDE,
    SIGNATURE,
    election_file,
    result_file,
)
from participatory.verification.tables import PROJECTS_TABLE, TURNOUT_TABLE

_ALWAYS = (PROJECTS, BALLOTS, RECEIPTS, SETTING_ASIDE, PAPER, JOURNAL, PROJECTS_TABLE, TURNOUT_TABLE)


def files(bundle: Bundle) -> Iterator[str]:
    """The manifest lists what a bundle holds, nothing else is there, and each file has the digest that it gives."""
    if bundle.source.refusal:
        yield bundle.source.refusal
        return
    listed = bundle.manifest["files"]
    expected = {*_ALWAYS, *(name(key) for key in bundle.contests for name in (election_file, result_file))}
    committed = bundle.manifest["rulebook"].get("detection")
    expected |= {DETECTION} if committed else set()
    present = bundle.source.sizes.keys() - {MANIFEST, SIGNATURE}
    for name in sorted(expected - listed.keys()):
        yield f"The manifest does not list {name}."
    for name in sorted(listed.keys() - expected):
        # Check 8 asks the journal whether there must be links.
        if name != LINKS and not CHECKPOINT.fullmatch(name):
            yield f"The manifest lists {name!r:.80}, which has no place in a bundle."
    for name in sorted(present - listed.keys()):
        yield f"{name!r:.80} is in the folder and not in the manifest."
    for name in sorted(listed):
        if name not in present:
            yield f"{name!r:.80} is missing."
        elif bundle.source.digest(name) != listed[name]:
            yield f"{name} is not the file that the manifest was made for: its SHA-256 differs."
    if committed and DETECTION in present and bundle.source.digest(DETECTION) != committed:
        yield f"{DETECTION} does not give the parameters to which the rulebook committed: its SHA-256 differs."


def compared_files(bundle: Bundle) -> str:
    """What check 1 compared."""
    size = sum(bundle.source.sizes.values())
    return f"{len(bundle.manifest['files'])} files ({size:,} bytes) with the digests of the manifest"
