"""Where anyone looks up a receipt, with its proof once the urn is sealed, and a secret code once the count is out."""

import json

from flask import Blueprint, Response, request

from participatory.ballots.inclusion import Inclusion, inclusion_of
from participatory.ballots.pages import unshared
from participatory.ballots.queries import Place, ballots_with_tracker, located, titles_of
from participatory.core.errors import Kind, Refusal
from participatory.core.identifiers import ungrouped
from participatory.core.labels import N_
from participatory.urn.document import TRACKER_LETTERS
from participatory.urn.receipts import receipt_code, receipt_from
from participatory.web.access import public
from participatory.web.limits import RECEIPTS, TRACKERS, limited
from participatory.web.pages import page


@public
@limited(RECEIPTS)
def receipt_lookup() -> Response:
    """Whether a ballot with this receipt is in an urn, was opened for a check, or is not there; never whose it is."""
    typed = request.args.get("recu", "").strip()
    wanted = receipt_from(typed)
    where, round_ = located(wanted) if wanted is not None else (Place.UNKNOWN, None)
    proof = inclusion_of(round_, wanted) if where is Place.SEALED and round_ is not None and wanted else None
    return unshared(
        page("ballots/lookup.html", typed=typed[:200], wanted=wanted, where=where, round=round_, proof=proof)
    )


@public
@limited(RECEIPTS)
def inclusion() -> Response:
    """The proof that a receipt is in the sealed list, as a file that can be checked without this site."""
    wanted = receipt_from(request.args.get("recu", ""))
    where, round_ = located(wanted) if wanted is not None else (Place.UNKNOWN, None)
    proof = inclusion_of(round_, wanted) if where is Place.SEALED and round_ is not None and wanted else None
    if proof is None or round_ is None:
        raise Refusal(N_("Aucune urne scellée ne contient ce reçu."), Kind.NOT_FOUND)
    answer = Response(_as_file(proof, round_.public_id), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="preuve-{receipt_code(proof.receipt)[:9]}.json"'
    return unshared(answer)


def _as_file(proof: Inclusion, round_key: str) -> str:
    content = {
        "schema": "participatory-inclusion/1",
        "round": round_key,
        "receipt": proof.receipt,
        "index": proof.index,
        "size": proof.size,
        "path": list(proof.path),
        "root": proof.root,
    }
    return json.dumps(content, indent=1) + "\n"


@public
@limited(TRACKERS)
def tracker_lookup() -> Response:
    """What the published ballot with this secret code says; sent in the body, so that no address holds the code."""
    typed = request.form.get("code", "").strip()[:60]
    code = ungrouped(typed)
    found = ballots_with_tracker(code) if len(code) == TRACKER_LETTERS else []
    titles: dict[str, str] = {}
    for round_, ballot in found:
        titles |= titles_of(round_, [project for project, _value in ballot.choices])
    whole = len(code) == TRACKER_LETTERS
    return unshared(page("ballots/tracked.html", whole=whole, found=found, titles=titles))


@public
def tracker_address() -> Response:
    """The page of secret codes, before one is typed."""
    return page("ballots/tracked.html", whole=None, found=[], titles={})


def open_doors(bp: Blueprint) -> None:
    """Add these pages to those of the vote."""
    bp.get("/verifier")(receipt_lookup)
    bp.get("/verifier/preuve.json")(inclusion)
    bp.get("/verifier/code")(tracker_address)
    bp.post("/verifier/code")(tracker_lookup)
