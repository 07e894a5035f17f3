"""The register of networks, for those who know the ones of an establishment."""

from dataclasses import dataclass
from ipaddress import ip_network

from flask import Blueprint, Response, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission, Scope, ScopeKind
from participatory.integrity import queries, registering
from participatory.integrity.forms import EndForm, FileForm, RangeForm
from participatory.integrity.known import known_networks
from participatory.integrity.networks import is_private, read_address
from participatory.integrity.rules import NetworkKind
from participatory.territories.models import Establishment
from participatory.territories.queries import establishments
from participatory.web.access import requires
from participatory.web.navigation import Entry
from participatory.web.pages import notify, page, see_other

ENTRY = Entry(
    "integrity.networks",
    N_("Réseaux"),
    47,
    permissions=frozenset({Permission.MANAGE_NETWORKS}),
    prefix="/gestion/reseaux",
)

Faults = tuple[tuple[int, Refusal], ...]


@dataclass(frozen=True)
class Here:
    """Where the page is read from: the address as the server sees it, the kind of network, the range that says so."""

    address: str
    kind: NetworkKind
    declared: bool


def _me() -> Person:
    person: Person = current_user
    return person


def _own_establishments() -> list[Establishment]:
    return [
        each
        for each in establishments()
        if _me().may(Permission.MANAGE_NETWORKS, Scope(ScopeKind.ESTABLISHMENT, each.key))
    ]


def _everywhere() -> bool:
    return _me().reach(Permission.MANAGE_NETWORKS) is None


def _here() -> Here | None:
    address = read_address(request.remote_addr or "")
    if address is None:
        return None
    found = known_networks().find(address)
    return Here(str(address), found.kind if found else NetworkKind.HOME, found is not None)


@requires(Permission.MANAGE_NETWORKS)
def networks() -> Response | BaseResponse:
    """The register, as far as the person may see it, and declaring a range."""
    form = _form()
    if form.validate_on_submit():
        try:
            return _declared(form)
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(form, FileForm(), 422 if form.is_submitted() else 200)


def _form() -> RangeForm:
    form = RangeForm()
    form.offer(_own_establishments(), everywhere=_everywhere())
    return form


def _declared(form: RangeForm) -> BaseResponse:
    owner = next((each for each in _own_establishments() if each.key == form.establishment.data), None)
    with transaction():
        row = registering.declare(
            form.cidr.data or "",
            owner,
            _me(),
            now(),
            # Whoever has one establishment declares its networks, and is not asked of what kind they are.
            kind=NetworkKind(form.kind.data) if "kind" in form else NetworkKind.CAMPUS,
            name=form.name.data or "",
            origin=form.origin.data or "",
        )
    if is_private(ip_network(row.cidr)):
        notify(
            N_(
                "%(range)s est enregistrée. Ce sont des adresses privées : elles ne se voient que si ce site est "
                "installé dans l’établissement. Ailleurs, c’est l’adresse publique de sortie qu’il faut déclarer."
            ),
            "warning",
            range=row.cidr,
        )
    else:
        notify(N_("%(range)s est enregistrée, et compte dès maintenant."), range=row.cidr)
    return see_other("integrity.networks")


@requires(Permission.MANAGE_NETWORKS)
def import_file() -> Response | BaseResponse:
    """Declare the ranges of a file, all or none."""
    form = FileForm()
    faults: Faults = ()
    if form.validate_on_submit():
        try:
            with transaction():
                number = registering.import_ranges(form.file.data.read(), _own_establishments(), _me(), now())
            notify(N_("Le fichier est importé. Plages enregistrées : %(number)s."), number=number)
            return see_other("integrity.networks")
        except registering.BadRows as bad:
            faults = bad.faults
            form.refuse(bad)
        except Refusal as refusal:
            form.refuse(refusal)
    blank = RangeForm(formdata=None)
    blank.offer(_own_establishments(), everywhere=_everywhere())
    return _page(blank, form, 422, faults)


@requires(Permission.MANAGE_NETWORKS)
def import_address() -> BaseResponse:
    """Lead back to the register whoever follows a link of a refused file, such as another language."""
    return see_other("integrity.networks")


def _page(form: RangeForm, file: FileForm, status: int, faults: Faults = ()) -> Response:
    rows = queries.ranges_for(_me())
    return page(
        "integrity/networks.html",
        status=status,
        form=file if file.errors else form,
        range_form=form,
        file_form=file,
        present=[row for row in rows if row.ended_at is None],
        ended=[row for row in rows if row.ended_at is not None],
        here=_here(),
        may_declare=bool(form.establishment.choices) and (_everywhere() or bool(_own_establishments())),
        everywhere=_everywhere(),
        faults=faults,
    )


@requires(Permission.MANAGE_NETWORKS)
def end(public_id: str) -> BaseResponse:
    """Have a range count no more."""
    row = queries.range_for(_me(), public_id)
    if not EndForm().validate_on_submit():
        raise Refusal(N_("Rechargez la page, puis recommencez."), Kind.INVALID)
    with transaction():
        registering.end(row, _me(), now())
    notify(N_("%(range)s ne compte plus. Elle reste dans la liste, avec sa date de fin."), range=row.cidr)
    return see_other("integrity.networks")


def open_doors(bp: Blueprint) -> None:
    """Open these pages."""
    bp.route("/gestion/reseaux", methods=["GET", "POST"])(networks)
    bp.get("/gestion/reseaux/import")(import_address)
    bp.post("/gestion/reseaux/import")(import_file)
    bp.post("/gestion/reseaux/<public_id>/fin")(end)
