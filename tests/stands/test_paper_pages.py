"""The pages of paper ballots, as officers, referents and strangers open them."""

from __future__ import annotations

import html
import re

import pytest
import sqlalchemy as sa
from flask import current_app

from participatory.ballots.models import Envelope
from participatory.ballots.opening import opening_of
from participatory.control.reconciling import reconcile, reconciliation_fault
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.deeds.queries import waiting_for
from participatory.identity.permissions import Scope, ScopeKind
from participatory.identity.rules import Role
from participatory.rounds.rulebook import BallotKind
from participatory.stands import sheets
from participatory.stands.closing import NAME
from participatory.stands.entering import Entered
from participatory.stands.printing import Ballot, Printed, plan_batch
from participatory.stands.queries import progress_of
from participatory.stands.rules import Mark
from tests.factories import limit_role, make_person, sign_in, site
from tests.stands.making import Bureau, set_up


@pytest.fixture
def bureau(app) -> Bureau:
    assert app
    return set_up()


def _base(bureau: Bureau) -> str:
    return f"/gestion/budgets/{bureau.round.slug}/papier/{bureau.batch.public_id}"


def test_an_officer_prepares_a_batch_and_has_it_printed_once(client, bureau):
    sign_in(client, bureau.officer)
    page = f"/gestion/budgets/{bureau.round.slug}/papier"
    refused = client.post(page, data={"stand": "", "site": "mars", "issued": "mille"})
    assert refused.status_code == 422
    answer = client.post(page, data={"stand": "Hall C", "site": "toulouse", "establishment": "", "issued": "3"})
    assert answer.status_code == 303
    printed = client.post(f"{answer.location}/imprimer")
    assert printed.status_code == 200
    assert printed.headers["Cache-Control"] == "no-store"
    assert client.post(f"{answer.location}/imprimer").status_code == 409
    assert "Remettre un bulletin" in client.get(answer.location).text


@pytest.mark.parametrize("kind", list(BallotKind))
def test_a_printed_page_says_the_rules_in_words_and_its_number_and_label(app, client, monkeypatch, kind):
    assert app
    monkeypatch.setattr(sheets, "pdf_of", lambda *_arguments, **_options: None)
    bureau = set_up(ballot_kind=kind, points_cap=4)
    with transaction():
        batch = plan_batch(bureau.round, site("albi"), None, bureau.officer, now(), stand="Hall C", issued=2)
    sign_in(client, bureau.officer)
    text = client.post(f"/gestion/budgets/{bureau.round.slug}/papier/{batch.public_id}/imprimer").text
    numbers = re.findall(r'alt="Code QR du numéro de ce bulletin"><p>([0-9A-Z]{4}-[0-9A-Z]{4})</p>', text)
    assert len(set(numbers)) == 2
    assert f"lot {batch.label}" in text
    assert all(f"<thead><tr><td>Bulletin {number}</td></tr></thead>" in text for number in numbers)
    for title in ("Épicerie", "Vélos", "Jardin", "Enveloppe régionale", "Enveloppe d’Albi"):
        assert title in html.unescape(text)
    said = {
        BallotKind.APPROVAL: "Cochez jusqu’à 3 projets",
        BallotKind.KNAPSACK: "sans que le total dépasse l’enveloppe",
        BallotKind.POINTS: "Répartissez 10 points",
        BallotKind.RANKING: "Classez jusqu’à 3 projets",
    }
    assert said[kind] in html.unescape(text)


def test_links_between_projects_are_on_the_paper_and_where_it_is_entered(app, client, monkeypatch):
    assert app
    monkeypatch.setattr(sheets, "pdf_of", lambda *_arguments, **_options: None)
    bureau = set_up()
    first, second, third = (each.public_id for each in bureau.projects)
    with transaction():
        opening = opening_of(bureau.round)
        opening.links = [["g", "incompatible", first, ""], ["g", "incompatible", second, ""],
                         ["r", "requires", third, first]]  # fmt: skip
        batch = plan_batch(bureau.round, site("albi"), None, bureau.officer, now(), stand="Hall C", issued=1)
    sign_in(client, bureau.officer)
    text = html.unescape(client.post(f"/gestion/budgets/{bureau.round.slug}/papier/{batch.public_id}/imprimer").text)
    said = ("Incompatible avec « Vélos » : un seul peut être financé.", "Financé seulement avec « Épicerie ».")
    plain = text.replace("\u00a0", " ").replace("\u202f", " ")
    assert all(each in plain for each in said)
    assert "chacun de ceux que vous choisissez reçoit votre voix" in plain
    bureau.end_vote()
    page = html.unescape(client.get(f"{_base(bureau)}/saisie").text).replace("\u00a0", " ").replace("\u202f", " ")
    assert said[0] in page
    assert "est valable : saisissez-le tel quel" in page
    assert bureau.enter_twice(bureau.numbers[0], (first, 1), (second, 1)) is Entered.AGREED


def test_no_word_of_links_where_there_are_none(client, bureau):
    bureau.end_vote()
    sign_in(client, bureau.officer)
    assert "incompatible" not in client.get(f"{_base(bureau)}/saisie").text


def test_the_counter_signs_by_two_presses_and_never_shows_who(client, bureau):
    bureau.student("12345")
    sign_in(client, bureau.referent)
    base = _base(bureau)
    assert client.post(f"{base}/guichet", data={"identifier": "12345"}).status_code == 422
    shown = client.post(f"{base}/guichet", data={"identifier": "12345", "card": "y"})
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "no-store"
    assert "n’a pas voté" in shown.text
    assert "12345" not in shown.text
    who = html.unescape(re.search(r'name="who"[^>]*value="([^"]+)"', shown.text)[1])
    assert client.post(f"{base}/remettre", data={"who": who}).status_code == 303
    assert client.post(f"{base}/remettre", data={"who": who}).status_code == 409
    again = client.post(f"{base}/guichet", data={"identifier": "12345", "card": "y"}).text
    assert "A déjà voté" in again
    assert 'name="who"' not in again
    assert len(bureau.signatures()) == 1


@pytest.mark.parametrize("who", ["", "x", "eyJ9.forged.signature", "a" * 5000])
def test_a_forged_name_signs_nothing(client, bureau, who):
    sign_in(client, bureau.referent)
    assert client.post(f"{_base(bureau)}/remettre", data={"who": who}).status_code == 422
    assert not bureau.signatures()


def test_a_name_shown_to_one_clerk_serves_no_other(client, bureau):
    bureau.student("12345")
    sign_in(client, bureau.officer)
    shown = client.post(f"{_base(bureau)}/guichet", data={"identifier": "12345", "card": "y"}).text
    who = html.unescape(re.search(r'name="who"[^>]*value="([^"]+)"', shown)[1])
    sign_in(client, bureau.referent)
    assert client.post(f"{_base(bureau)}/remettre", data={"who": who}).status_code == 422


def test_a_referent_of_another_establishment_finds_no_batch(client, bureau):
    stranger = make_person(roles=(Role.REFERENT,))
    limit_role(stranger, Role.REFERENT, Scope(ScopeKind.ESTABLISHMENT, "elsewhere"))
    sign_in(client, stranger)
    assert client.get(_base(bureau)).status_code == 404
    assert client.post(f"{_base(bureau)}/guichet", data={"identifier": "1", "card": "y"}).status_code == 404
    assert client.get(f"{_base(bureau)}/saisie").status_code == 404
    assert client.get(f"/gestion/budgets/{bureau.round.slug}/papier").status_code == 403


def _number_of(bureau: Bureau, title: str, page: str) -> str:
    row = re.search(r'name="(main\.\d+)"', page[page.index(title) :])
    assert bureau
    return row[1]


def test_two_people_enter_a_ballot_and_close_the_batch_by_the_pages(app, client, bureau):
    assert app
    bureau.student("1")
    bureau.hand("1")
    bureau.end_vote()
    base = _base(bureau)
    for person in (bureau.officer, bureau.second):
        sign_in(client, person)
        page = client.get(f"{base}/saisie").text
        data = {"number": bureau.numbers[0].lower(), "mark": "valid", _number_of(bureau, "Vélos", page): "1"}
        assert client.post(f"{base}/saisie", data=data).status_code == 303
    assert progress_of(bureau.batch).agreed == 1
    refused = client.post(f"{base}/cloturer", data={"exchanged": "0", "missing": "0", "returned": "9", "note": ""})
    assert refused.status_code == 422
    assert (
        client.post(
            f"{base}/cloturer", data={"exchanged": "0", "missing": "0", "returned": "4", "note": ""}
        ).status_code
        == 303
    )
    deed = waiting_for(NAME, bureau.batch.public_id)
    shown = client.get(f"/gestion/actes/{deed.public_id}").text
    assert f"Clôturer le lot {bureau.batch.label}" in html.unescape(shown)
    sign_in(client, bureau.officer)
    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]{64})"', client.get(f"/gestion/actes/{deed.public_id}").text)[1]
    assert client.post(f"/gestion/actes/{deed.public_id}/confirmer", data={"seen": seen}).status_code == 303
    assert len(bureau.envelopes()) == 1
    assert "Ce lot est clôturé" in client.get(base).text


def test_who_may_not_read_the_turnout_reads_the_closing_of_a_batch_without_its_figures(client, bureau):
    bureau.student("1")
    bureau.hand("1")
    bureau.end_vote()
    bureau.enter_twice(bureau.numbers[0], (bureau.projects[0].public_id, 1))
    address = f"/gestion/actes/{bureau.ask(returned=4).public_id}"
    sign_in(client, make_person(roles=(Role.ADMINISTRATOR,)))
    hidden = html.unescape(client.get(address).text)
    assert f"Clôturer le lot {bureau.batch.label}" in hidden
    assert "Signatures de ce lot" not in hidden
    sign_in(client, bureau.second)
    assert "Signatures de ce lot" in html.unescape(client.get(address).text)


def test_a_signature_is_taken_back_by_the_page_for_the_number_of_a_ballot(client, bureau):
    bureau.student("12345")
    bureau.hand("12345")
    sign_in(client, bureau.officer)
    data = {"signed": "12345", "reason": "mind_changed"}
    refused = client.post(f"{_base(bureau)}/annuler", data=data)
    assert refused.status_code == 422
    assert "que vous avez en main" in html.unescape(refused.text)
    assert len(bureau.signatures()) == 1
    number = f"{bureau.numbers[0][:4]}-{bureau.numbers[0][4:]}"
    assert client.post(f"{_base(bureau)}/annuler", data={**data, "number": number}).status_code == 303
    assert not bureau.signatures()
    bureau.end_vote()
    assert 'name="signed"' not in client.get(_base(bureau)).text
    assert client.post(f"{_base(bureau)}/annuler", data={**data, "number": number}).status_code == 409


@pytest.mark.parametrize("value", ["-1", "1e9", "٣", "99999", "un"])
def test_hostile_values_of_a_ballot_are_refused_in_words(app, client, value):
    assert app
    bureau = set_up(ballot_kind=BallotKind.POINTS)
    bureau.end_vote()
    sign_in(client, bureau.officer)
    data = {"number": bureau.numbers[0], "mark": "valid", "main.1": value}
    answer = client.post(f"{_base(bureau)}/saisie", data=data)
    assert answer.status_code == 422
    assert "nombres entiers" in answer.text
    assert progress_of(bureau.batch).pending == 0


def test_entries_that_differ_show_the_number_to_both(client, bureau):
    bureau.end_vote()
    base, number = _base(bureau), bureau.numbers[0]
    for person, place in ((bureau.officer, "main.1"), (bureau.second, "main.2")):
        sign_in(client, person)
        client.post(f"{base}/saisie", data={"number": number, "mark": "valid", place: "1"})
    shown = f"{number[:4]}-{number[4:]}"
    assert f"Bulletin {shown}" in html.unescape(client.get(base).text)
    sign_in(client, bureau.officer)
    assert shown in client.get(base).text


def test_paper_that_waits_is_no_alarm_for_the_officers_and_a_true_difference_is(client, bureau):
    def told() -> str:
        answer = client.get(f"/gestion/budgets/{bureau.round.slug}/depouillement/rapprochement")
        return re.sub(r"[\u00a0\u202f]", " ", html.unescape(answer.text))

    for number in ("1", "2"):
        bureau.student(number)
        bureau.hand(number)
    sign_in(client, bureau.second)
    assert "Bulletins papier à saisir : 2" in told()
    assert "ne se répondent pas" not in told()
    bureau.end_vote()
    bureau.enter_twice(bureau.numbers[0], (bureau.projects[0].public_id, 1))
    assert "Bulletins papier à saisir : 1" in told()
    bureau.enter_twice(bureau.numbers[1], mark=Mark.BLANK)
    assert "Lots de bulletins papier à clôturer" in told()
    figures = reconcile(bureau.round, current_app.extensions["secrets"])
    assert (figures.missing, figures.surplus, figures.holds, figures.agrees) == (0, 0, True, False)
    assert reconciliation_fault(figures).values["missing"] == 2
    bureau.close(returned=3)
    assert "Tout se répond" in told()
    with transaction():
        db.session.execute(sa.delete(Envelope).where(Envelope.id == bureau.envelopes()[0].id))
    assert "Des nombres ne se répondent pas" in told()
    assert "à saisir" not in told()


@pytest.mark.parametrize("part", ["papier", "stands"])
def test_the_menu_of_stands_is_the_current_one_on_their_pages_of_a_round(client, bureau, part):
    sign_in(client, bureau.officer)
    base = f"/gestion/budgets/{bureau.round.slug}"
    menu = re.findall(r'aria-current="page"><span>([^<]+)</span>', client.get(f"{base}/{part}").text)
    assert menu == ["Stands et papier"]
    assert re.findall(r'aria-current="page"><span>([^<]+)</span>', client.get(base).text) == ["Gestion des budgets"]


def test_each_page_of_a_long_paper_ballot_bears_its_number_and_its_place(app, bureau, monkeypatch):
    weasyprint = pytest.importorskip("weasyprint", exc_type=OSError)
    title = "Un titre assez long pour prendre deux lignes de la liste imprimée " * 2
    many = [Printed(place, f"p{place}", title, 1000_00) for place in range(1, 61)]
    monkeypatch.setattr(sheets, "ballots_of", lambda *_arguments: [Ballot("main", "Enveloppe", 1000_00, many)])
    drawn = []
    write = weasyprint.Document.write_pdf
    monkeypatch.setattr(
        weasyprint.Document, "write_pdf", lambda self, *a, **o: drawn.append(self) or write(self, *a, **o)
    )
    with app.test_request_context():
        answer = sheets.answer(bureau.batch, opening_of(bureau.round), ["AAAA2222", "WWWW9999"])
    assert answer.content_type == "application/pdf"
    pages = [
        " ".join(box.text for box in page._page_box.descendants() if getattr(box, "text", ""))
        for page in drawn[0].pages
    ]
    assert len(pages) > 2
    each = len(pages) // 2
    for number, page in enumerate(pages):
        assert ("AAAA-2222", "WWWW-9999")[number // each] in page
        assert f"page {number % each + 1}/{each}" in page
