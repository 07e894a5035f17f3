"""The files of a bundle: the same bytes for a publication whenever they are made.

The format is that of docs/verify.md; its reader is `participatory.verification`.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from participatory.ballots.models import UrnState, VoteOpening, VoteStep
from participatory.ballots.opening import opening_of
from participatory.ballots.queries import steps_of
from participatory.bundles import queries
from participatory.bundles.policy import can_have
from participatory.ceremony.models import ElectionKey
from participatory.ceremony.queries import key_of
from participatory.checkpoints.actions import sign_bytes
from participatory.checkpoints.queries import checkpoints_upto, public_key
from participatory.core.errors import refuse_if
from participatory.core.secrets import SecretStore
from participatory.integrity_desk.parameters import commitment_of, opened
from participatory.journal.queries import digest_at, public_part
from participatory.journal.rules import instant
from participatory.results.models import Publication
from participatory.results.queries import publications_of
from participatory.rounds.models import Round, RulebookVersion
from participatory.rounds.rulebook import MAIN_CONTEST, Rulebook
from participatory.stands.queries import batches_of
from participatory.urn.published import ballots_csv
from participatory.verification import layout
from participatory.verification.canonical import compact, digest_of, spread, table
from participatory.verification.tables import tables_of

_ROUND = ("id", "slug", "title", "currency")
_SEAL = ("ballots", "root", "signatures", "set_aside", "paper")


def bundle_of(round_: Round, store: SecretStore, upto: int) -> dict[str, bytes]:
    """Every file by its name, up to the row `upto` of the journal, which a checkpoint must sign.

    Whether the result is public is judged by those who call. Raises Refusal for a round that has no bundle.
    """
    opening, steps, key = opening_of(round_), steps_of(round_), key_of(round_)
    refuse_if(can_have(round_, opening, steps.get(UrnState.COUNTED)))
    assert opening is not None
    assert key is not None
    publications = publications_of(round_)
    rows = list(queries.rows_of(round_))
    files = (
        {layout.BALLOTS: ballots_csv(rows)} | _lists(round_, steps) | _results(publications) | _history(round_, upto)
    )
    version = next(each for each in round_.versions if each.digest == opening.rulebook_digest)
    ballots = Counter(contest for contest, _tracker, _choices in rows)
    manifest = spread(
        _round(publications[MAIN_CONTEST])
        | _frozen(version, opening, key)
        | _counted(version.rulebook, steps, ballots)
        | {
            "schema": layout.SCHEMA,
            "checkpoint_key": public_key(store).hex(),
            "journal": {"positions": upto, "head": digest_at(upto)},
            "files": {name: digest_of(data) for name, data in files.items()},
        }
    )
    return {
        layout.MANIFEST: manifest,
        layout.SIGNATURE: (sign_bytes(store, manifest) + "\n").encode(),
        **files,
    }


def _lists(round_: Round, steps: Mapping[UrnState, VoteStep]) -> dict[str, bytes]:
    """Projects, links and parameters of detection where there are some, receipts, what was set aside, paper."""
    motives = steps[UrnState.SEALED].figures["motives"]
    opening = opening_of(round_)
    links = sorted(tuple(row) for row in opening.links) if opening else []
    batches = [(e.label, e.stand, e.issued, e.used, e.spoiled, e.returned) for e in batches_of(round_)]
    linked = {layout.LINKS: table(layout.LINK_COLUMNS, links)} if links else {}
    committed = commitment_of(round_)
    linked |= {layout.DETECTION: opened(committed)} if committed else {}
    return linked | {
        layout.PROJECTS: table(layout.PROJECT_COLUMNS, steps[UrnState.COUNTED].figures["projects"]),
        layout.RECEIPTS: "".join(f"{receipt}\n" for receipt in queries.receipts_of(round_)).encode(),
        layout.SETTING_ASIDE: table(layout.SETTING_ASIDE_COLUMNS, sorted(motives.items())),
        layout.PAPER: table(layout.PAPER_COLUMNS, sorted(batches)),
    }


def _results(publications: Mapping[str, Publication]) -> dict[str, bytes]:
    """The result and the `.pb` file of each contest, and the tables made of the results."""
    files = tables_of({contest: json.loads(each.document) for contest, each in publications.items()})
    for contest, each in publications.items():
        files[layout.result_file(contest)] = each.document.encode()
        files[layout.election_file(contest)] = each.election.encode()
    return files


def _history(round_: Round, upto: int) -> dict[str, bytes]:
    """The journal and the checkpoints up to a row."""
    lines = "".join(f"{compact(row)}\n" for row in public_part(round_.public_id, upto))
    files = {layout.JOURNAL: lines.encode()}
    for signed in checkpoints_upto(upto):
        files[layout.checkpoint_file(signed.position)] = (compact(asdict(signed)) + "\n").encode()
    return files


def _round(publication: Publication) -> dict[str, Any]:
    document = json.loads(publication.document)
    return {
        "software": document["software"],
        "edition": publication.edition,
        "round": {name: document["round"][name] for name in _ROUND},
    }


def _frozen(version: RulebookVersion, opening: VoteOpening, key: ElectionKey) -> dict[str, Any]:
    return {
        "rulebook": json.loads(version.document),
        "rulebook_digest": version.digest,
        "opening": {
            "opened_at": instant(opening.opened_at),
            "projects_digest": opening.projects_digest,
            "padded_size": opening.padded_size,
            "public_key": opening.public_key,
            "fingerprint": key.fingerprint,
            "trustees": key.trustees,
            "threshold": key.threshold,
        },
    }


def _counted(book: Rulebook, steps: Mapping[UrnState, VoteStep], ballots: Mapping[str, int]) -> dict[str, Any]:
    sealed, counted = steps[UrnState.SEALED].figures, steps[UrnState.COUNTED].figures
    return {
        "seal": {name: sealed[name] for name in _SEAL},
        "void": counted["void"],
        "trackers_blanked": counted["blanked"],
        "contests": [
            {
                "key": contest,
                "name": book.name_of(contest),
                "amount_cents": book.amount_of(contest),
                "ballots": ballots.get(contest, 0),
            }
            for contest in book.contest_keys
        ],
    }
