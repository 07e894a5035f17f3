"""The register of networks: declaring ranges, one or a whole file of them, and ending one."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.core.search import folded
from participatory.identity.models import Person
from participatory.integrity.models import NetworkRange
from participatory.integrity.networks import Network, read_range
from participatory.integrity.policy import can_declare, can_end, can_join, can_stand
from participatory.integrity.queries import present_ranges
from participatory.integrity.rules import NetworkKind
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.territories.models import Establishment

# Any constant will do, so long as no other lock of the application uses it.
_REGISTER_LOCK = 20_261_124
LARGEST_FILE = 200_000
MOST_ROWS = 500
LONGEST_NAME, LONGEST_ORIGIN = 80, 200
# What a column of a file may be called, folded.
_COLUMNS = {
    "plage": "cidr", "cidr": "cidr", "range": "cidr", "adresses": "cidr",
    "etablissement": "establishment", "establishment": "establishment", "uai": "establishment",
    "nom": "name", "name": "name", "lieu": "name",
    "origine": "origin", "origin": "origin", "source": "origin",
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """A range that somebody asks for, read but not yet judged against the register."""

    network: Network
    establishment: Establishment | None
    kind: NetworkKind
    name: str
    origin: str


class BadRows(Refusal):
    """A file of which nothing was imported: `faults` are (line, refusal), the header being line 1."""

    def __init__(self, faults: Sequence[tuple[int, Refusal]]):
        super().__init__(N_("Rien n’est importé : corrigez ces lignes, puis envoyez le fichier entier."), Kind.INVALID)
        self.faults = tuple(faults)


def declare(
    cidr: str,
    establishment: Establishment | None,
    by: Person,
    now: datetime,
    *,
    kind: NetworkKind = NetworkKind.CAMPUS,
    name: str,
    origin: str = "",
) -> NetworkRange:
    """Add a range to the register; raises Refusal for what is none, and for one that is somebody else's."""
    refuse_if(can_declare(by, establishment))
    wanted = _wanted(cidr, establishment, kind, name, origin)
    refuse_if(can_join(wanted.network, establishment, _present()))
    return _add(wanted, by, now)


def import_ranges(content: bytes, known: Sequence[Establishment], by: Person, now: datetime) -> int:
    """Add the ranges of a file, all or none; how many. `known` are the establishments that the person may name.

    Raises BadRows with every line that is wrong, and Refusal for a file that cannot be read.
    """
    rows = _rows(content)
    present = _present()
    faults: list[tuple[int, Refusal]] = []
    found: list[Wanted] = []
    for line, row in rows:
        try:
            wanted = _of_row(row, known, by)
            refuse_if(can_join(wanted.network, wanted.establishment, present))
        except Refusal as refusal:
            faults.append((line, refusal))
        else:
            found.append(wanted)
            present.append((wanted.network, wanted.establishment))
    if faults:
        raise BadRows(faults)
    for wanted in found:
        _add(wanted, by, now)
    return len(found)


def end(row: NetworkRange, by: Person, now: datetime) -> None:
    """Have a range count no more; it stays in the register. Raises Refusal the second time."""
    refuse_if(can_declare(by, row.establishment))
    refuse_if(can_end(row))
    row.ended_at = now
    record(Verb.NETWORK_ENDED, by.public_id, now, network=row.public_id, range=row.cidr)


def _present() -> list[tuple[Network, Establishment | None]]:
    """The ranges that count, held as they are until the transaction ends: two people at once take turns."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_REGISTER_LOCK)))
    return [(ip_network(each.cidr), each.establishment) for each in present_ranges()]


def _wanted(cidr: str, establishment: Establishment | None, kind: NetworkKind, name: str, origin: str) -> Wanted:
    refuse_if(can_stand(kind, establishment))
    network = read_range(cidr)
    if isinstance(network, Refusal):
        raise network
    if not name.strip():
        raise Refusal(N_("Dites quel réseau c’est, par exemple « Wifi eduroam »."), Kind.INVALID, "name")
    return Wanted(network, establishment, kind, name.strip()[:LONGEST_NAME], origin.strip()[:LONGEST_ORIGIN])


def _add(wanted: Wanted, by: Person, now: datetime) -> NetworkRange:
    owner = wanted.establishment
    row = NetworkRange(
        establishment=owner,
        cidr=wanted.network.with_prefixlen,
        name=wanted.name,
        kind=wanted.kind.value,
        origin=wanted.origin,
        added_by=by.public_id,
        added_at=now,
    )
    db.session.add(row)
    db.session.flush()
    key = owner.key if owner is not None else ""
    record(
        Verb.NETWORK_DECLARED,
        by.public_id,
        now,
        network=row.public_id,
        range=row.cidr,
        kind=row.kind,
        establishment=key,
    )
    return row


def _rows(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """The rows of a file with the lines on which they end; empty ones are left out."""
    if len(content) > LARGEST_FILE:
        raise _unreadable(N_("Ce fichier est trop gros pour une liste de réseaux."))
    text = _text(content)
    header = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if header.count(";") >= header.count(",") else ",")
    try:
        lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise _unreadable(N_("Ce fichier n’est pas un tableau csv.")) from error
    columns = [_COLUMNS.get(folded(cell), "") for cell in (lines[0][1] if lines else [])]
    if "cidr" not in columns or "name" not in columns:
        raise _unreadable(N_("La première ligne nomme les colonnes : plage, nom, établissement, origine."))
    rows = [(line, dict(zip(columns, cells, strict=False))) for line, cells in lines[1:] if any(cells)]
    if not rows:
        raise _unreadable(N_("Ce fichier n’a aucune plage d’adresses."))
    if len(rows) > MOST_ROWS:
        raise _unreadable(N_("Ce fichier a plus de %(most)s lignes : une plage plus large en remplace souvent cent."))
    return rows


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise _unreadable(N_("Ce fichier n’est pas un tableau csv."))


def _of_row(row: dict[str, str], known: Sequence[Establishment], by: Person) -> Wanted:
    establishment = _named(row.get("establishment", ""), known)
    refuse_if(can_declare(by, establishment))
    return _wanted(row.get("cidr", ""), establishment, NetworkKind.CAMPUS, row.get("name", ""), row.get("origin", ""))


def _named(text: str, known: Sequence[Establishment]) -> Establishment:
    """The establishment that a cell names by its name, its acronym or its code; the only one when it names none."""
    if not text and len(known) == 1:
        return known[0]
    wanted = folded(text)
    for each in known:
        if wanted and wanted in {folded(each.name), folded(each.acronym), folded(each.uai), folded(each.key)}:
            return each
    raise Refusal(N_("« %(text)s » n’est pas un établissement que vous pouvez déclarer."), Kind.INVALID, text=text[:60])


def _unreadable(message: str) -> Refusal:
    return Refusal(message, Kind.INVALID, "file", most=MOST_ROWS)
