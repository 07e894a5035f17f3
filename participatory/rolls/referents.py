"""The pages of an establishment's referent: send the list of one's own establishment, see what became of it."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from flask import Blueprint, Response

from participatory.core.clock import now
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import PERMISSIONS, Permission, ScopeKind
from participatory.rolls import queries, sending
from participatory.rolls.desks import Desk, me
from participatory.rolls.flow import add_pages
from participatory.rolls.forms import UploadForm
from participatory.rolls.models import RollList
from participatory.rolls.policy import import_is_open
from participatory.rolls.rules import hidden_small
from participatory.rounds.models import Round
from participatory.rounds.queries import all_rounds, round_by_slug
from participatory.rounds.rules import Phase
from participatory.territories.models import Establishment
from participatory.web.access import requires
from participatory.web.pages import page

bp = Blueprint("referents", __name__, url_prefix="/etablissement/<key>/listes/<slug>")
lists = Blueprint("lists", __name__, url_prefix="/etablissement/listes")

# What an establishment can give, with an invented example of each kind of INE that is still in use.
MODEL = (
    ("INE", "E-mail", "Site", "Établissement"),
    ("1234567890V", "camille.durand@etu.exemple.example", "Toulouse", "UT2J"),
    ("123456789AB", "sacha.petit@etu.exemple.example", "Nîmes-Alès", "0301687W"),
    ("", "lou.moreau@etu.exemple.example", "Albi", "INU Champollion"),
)


@dataclass(frozen=True)
class Counter:
    """One establishment in one round, on the index; `sent` are its lists, the latest first."""

    desk: Desk
    sent: list[RollList]
    closed: Refusal | None


@lists.get("")
@requires(Permission.SUBMIT_ROLL)
def index() -> Response:
    """The establishments and the rounds for which this person sends lists."""
    rounds = [each for each in all_rounds() if _is_for_referents(each)]
    own = queries.establishments_with(scope_keys(me(), now()))
    return page(
        "rolls/index.html",
        counters=[_counter(each, round_) for each in own for round_ in rounds],
        desks=[
            (Desk("rolls", each), len(queries.waiting_lists(each)))
            for each in rounds
            if sending.can_read(me(), each) is None and import_is_open(each, now()) is None
        ],
    )


def scope_keys(person: Person, moment: datetime) -> list[str]:
    """The keys of the establishments to which a person's sending of lists is limited."""
    return [
        each.scope.key
        for each in person.held
        if each.scope is not None
        and each.scope.kind is ScopeKind.ESTABLISHMENT
        and each.is_present(moment)
        and Permission.SUBMIT_ROLL in PERMISSIONS[each.role]
    ]


def _counter(establishment: Establishment, round_: Round) -> Counter:
    return Counter(
        Desk("referents", round_, establishment),
        queries.lists_of(round_, establishment),
        import_is_open(round_, now()),
    )


def _is_for_referents(round_: Round) -> bool:
    return not round_.imported and round_.phase(now()) is not Phase.DRAFT


@lists.get("/modele.csv")
@requires(Permission.SUBMIT_ROLL)
def model_csv() -> Response:
    """An empty list to fill, with three invented people."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(MODEL)
    return _file("\ufeff" + text.getvalue(), "text/csv", "modele-liste.csv")


@lists.get("/modele.xlsx")
@requires(Permission.SUBMIT_ROLL)
def model_xlsx() -> Response:
    """The same as a workbook, whose cells are texts so that no zero is lost."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        as_text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("Liste")
        sheet.set_column(0, len(MODEL[0]) - 1, 34, as_text)
        for number, row in enumerate(MODEL):
            sheet.write_row(number, 0, row, as_text)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(content.getvalue(), kind, "modele-liste.xlsx")


def _file(content: str | bytes, kind: str, name: str) -> Response:
    return Response(content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@bp.get("")
@requires(Permission.SUBMIT_ROLL)
def show(key: str, slug: str) -> Response:
    """The lists of one establishment in one round, and how many of its people are on the roll; never votes."""
    return _screen(_desk(key, slug), UploadForm(formdata=None))


def _desk(key: str, slug: str) -> Desk:
    """A referent's desk; raises Refusal (NOT_FOUND) for another establishment and for a round not yet announced."""
    establishment = queries.establishment_by_key(key)
    refuse_if(sending.can_read_establishment(me(), establishment))
    assert establishment is not None
    round_ = round_by_slug(slug)
    if not _is_for_referents(round_):
        raise Refusal(N_("Il n’y a pas de budget à cette adresse."), Kind.NOT_FOUND)
    return Desk("referents", round_, establishment)


def _screen(desk: Desk, form: UploadForm) -> Response:
    assert desk.establishment is not None
    counts = queries.count_by_site_of(desk.round, desk.establishment)
    return page(
        "rolls/establishment.html",
        status=422 if form.errors else 200,
        form=form,
        desk=desk,
        round=desk.round,
        closed=sending.can_send(me(), desk.round, desk.establishment, now()),
        sites=hidden_small([(count.label, count.value) for count in counts]),
        sent=queries.lists_of(desk.round, desk.establishment),
        known_sites=queries.sites(),
        known_establishments=[desk.establishment],
    )


add_pages(bp, _desk, _screen)
