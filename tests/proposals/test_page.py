"""The page of a project: who may read it, what it says, and nothing that bites."""

import io
import struct
import zlib
from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.rules import Role
from participatory.proposals import context
from participatory.proposals.actions import locked, move
from participatory.proposals.models import Proposal
from participatory.proposals.rules import PUBLIC, State
from participatory.rounds.rules import Phase
from tests.factories import make_association, make_person, make_proposal, make_round, move_round, sign_in
from tests.proposals.conftest import picture, stamps, typed

HIDDEN = sorted(set(State) - PUBLIC)


@pytest.mark.parametrize("state", sorted(PUBLIC))
def test_everybody_reads_what_is_public(client, round_, state):
    page = client.get(f"/projets/{make_proposal(round_, state, title='Un four').slug}")
    assert page.status_code == 200
    assert "<h1>Un four</h1>" in page.text
    assert 'content="noindex"' not in page.text


@pytest.mark.parametrize("state", HIDDEN)
def test_the_rest_is_for_the_author_and_those_who_judge(app, client, round_, author, state):
    address = f"/projets/{make_proposal(round_, state, author=author).slug}"
    assert client.get(address).status_code == 404
    people = {
        make_person(): 404,
        author: 200,
        make_person(roles=(Role.MODERATOR,)): 404 if state is State.DRAFT else 200,
        make_person(roles=(Role.APPRAISER,)): 404 if state is State.DRAFT else 200,
        make_person(roles=(Role.OFFICER,)): 404 if state is State.DRAFT else 200,
    }
    for person, status in people.items():
        other = app.test_client()
        sign_in(other, person)
        answer = other.get(address)
        assert answer.status_code == status, person.role_names
        assert status == 404 or 'content="noindex"' in answer.text


def test_an_unknown_project_is_not_found(client, app):
    assert client.get("/projets/nulle-part").status_code == 404
    assert client.get("/projets/%00").status_code == 404


@pytest.mark.parametrize("address", ["/projets/%00", "/images/%00", "/projets/x%00y", "/projets/%ff%fe"])
def test_odd_addresses_are_not_found_on_any_database(app_on_each_database, address):
    assert app_on_each_database.test_client().get(address).status_code == 404


def test_a_search_with_odd_values_answers_on_any_database(app_on_each_database):
    round_ = make_round(Phase.REVIEW)
    query = "q=%00&site=%00&departement=%00&theme=%00&etat=%00&portee=%ff&page=%00"
    answer = app_on_each_database.test_client().get(f"/budgets/{round_.slug}/projets?{query}")
    assert answer.status_code == 200


def test_it_says_who_where_how_much_and_when(client, round_):
    project = make_proposal(round_, State.SUBMITTED, association=make_association("Les Toqués"), site_slug="albi")
    with transaction():
        held = locked(project.public_id)
        move(held, State.ADMITTED, "system", now())
        move(held, State.FEASIBLE, "system", now())
        held.final_cents = 9_000_00
    page = client.get(f"/projets/{project.slug}").text
    for text in ("Les Toqués", "Albi · Tarn", "9\u202f000\u00a0€", "10\u202f000\u00a0€", "Recevable", "Au vote"):
        assert text in page, text


def test_what_was_asked_of_the_author_is_not_told_to_all(client, round_):
    project = make_proposal(round_, State.SUBMITTED)
    with transaction():
        held = locked(project.public_id)
        for target in (State.CHANGES_REQUESTED, State.SUBMITTED, State.ADMITTED):
            move(held, target, "system", now())
    page = client.get(f"/projets/{project.slug}").text
    assert "À compléter" not in page
    assert "Recevable" in page


def test_the_author_sees_what_comes_next_and_may_act(student, round_, author):
    page = student.get(f"/projets/{make_proposal(round_, State.SUBMITTED, author=author).slug}").text
    assert "C’est votre projet" in page
    assert "/modifier" in page
    assert "/retirer" in page


def test_others_are_offered_no_button_of_the_author(client, round_, author):
    page = client.get(f"/projets/{make_proposal(round_, author=author).slug}").text
    assert "/modifier" not in page
    assert "/retirer" not in page


def test_a_vote_is_offered_while_the_vote_is_open(client, round_):
    feasible, dropped = make_proposal(round_), make_proposal(round_, State.UNFEASIBLE)
    assert "Voter pour ce projet" not in client.get(f"/projets/{feasible.slug}").text
    move_round(round_, Phase.VOTING)
    assert "Voter pour ce projet" in client.get(f"/projets/{feasible.slug}").text
    assert "Voter pour ce projet" not in client.get(f"/projets/{dropped.slug}").text


def test_other_packages_may_add_a_panel(client, round_, monkeypatch):
    monkeypatch.setattr(context, "_PANELS", [])

    def panel(_proposal, person, _moment):
        return Markup("<p>Lu par {}</p>").format(person)

    context.register_panel(panel)
    context.register_panel(panel)
    context.register_panel(lambda *_all: "")
    assert client.get(f"/projets/{make_proposal(round_).slug}").text.count("<p>Lu par None</p>") == 1


def test_my_projects_costs_the_same_for_many(student, round_, author, count_queries):
    def cost():
        with count_queries() as counted:
            assert student.get("/mes-projets").status_code == 200
        return len(counted.statements)

    make_proposal(round_, State.DRAFT, author=author)
    few = cost()
    for state in State:
        make_proposal(round_, state, author=author, association=make_association())
    assert cost() == few


def test_my_projects_says_what_to_do_when_there_is_none(student, round_, author):
    page = student.get("/mes-projets").text
    assert "Vous n’avez pas encore de projet" in page
    assert f"/budgets/{round_.slug}/projets/nouveau" in page
    move_round(round_, Phase.VOTING)
    assert "Aucun budget ne reçoit de projets" in student.get("/mes-projets").text


def test_my_projects_is_for_people_who_signed_in(client, app):
    assert client.get("/mes-projets").location.startswith("/connexion")


NASTY = '{{7*7}}<script>alert(1)</script><img src=x onerror=alert(1)><a hx-get="/x" hx-trigger="load">x</a>"\''
LINKS = '[a](javascript:alert(1)) [b](data:text/html,x) <a href="javascript:alert(1)">c</a> ![i](http://x/y.png)'


def test_no_text_that_somebody_writes_becomes_markup(student, round_, author):
    draft = make_proposal(round_, State.DRAFT, author=author)
    marks = stamps(student.get(f"/projets/{draft.slug}/modifier").text)
    texts = {"title": NASTY[:100], "summary": NASTY, "need": NASTY + LINKS, "solution": LINKS, "lines-0-label": NASTY}
    answer = student.post(f"/projets/{draft.slug}/deposer", data=typed(**marks, **texts))
    assert answer.status_code == 303
    with transaction():
        move(locked(draft.public_id), State.ADMITTED, "system", now())
    pages = [answer.location, "/mes-projets", f"/budgets/{round_.slug}/projets"]
    for address in pages:
        html = student.get(address).text
        main = _Tags(html.partition("<main")[2].partition("</main>")[0])
        assert "alert(1)" in main.text, address
        assert "{{7*7}}" in main.text
        for tag, attributes in main.tags:
            assert tag != "script"
            assert attributes.get("src", "/").startswith("/")
            assert not attributes.get("href", "").lower().startswith(("javascript", "data"))
            assert not [name for name in attributes if name.startswith("on")]
            assert tag != "a" or not [name for name in attributes if name.startswith("hx-")]


class _Tags(HTMLParser):
    """The elements and the text of a page as a browser reads them."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data):
        self.text += data


def test_characters_that_nobody_can_see_are_dropped(student, round_, author):
    draft = make_proposal(round_, State.DRAFT, author=author)
    marks = stamps(student.get(f"/projets/{draft.slug}/modifier").text)
    data = typed(**marks, title="Un\x00 four\r\n", need="ligne\r\nligne\x07", image_alt="\x00")
    assert student.post(f"/projets/{draft.slug}/modifier", data=data).status_code == 303
    db.session.expire_all()
    kept = db.session.get(Proposal, draft.id)
    assert (kept.title, kept.need) == ("Un four", "ligne\nligne")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("lines-0-quantity", "-3", "nombre entier"),
        ("lines-0-quantity", "99999999999999999999", "nombre entier"),
        ("lines-0-quantity", "1000000", "trop grande"),
        ("lines-0-quantity", "1e9", "nombre entier"),
        ("lines-0-unit", "-5", "montant en euros"),
        ("lines-0-unit", "999999999999", "trop grand"),
        ("lines-0-unit", "1,234567", "montant en euros"),
        ("lines-0-kind", "gift", ""),
        ("site", "atlantis", ""),
        ("theme", "warfare", ""),
        ("markers", "nonsense", ""),
        ("need", "x" * 5_001, "de trop"),
    ],
)
def test_values_out_of_bounds_are_refused_and_given_back(student, round_, author, field, value, sentence):
    draft = make_proposal(round_, State.DRAFT, author=author)
    marks = stamps(student.get(f"/projets/{draft.slug}/modifier").text)
    for way in ("modifier", "deposer"):
        answer = student.post(f"/projets/{draft.slug}/{way}", data=typed(**marks) | {field: value})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "Une cuisine partagée" in answer.text


def test_hundreds_of_rows_are_cut_at_what_a_plan_may_have(student, round_, author):
    draft = make_proposal(round_, State.DRAFT, author=author)
    marks = stamps(student.get(f"/projets/{draft.slug}/modifier").text)
    rows = {f"lines-{number}-{part}": value for number in range(200) for part, value in
            (("label", "x"), ("quantity", "1"), ("unit", "1"), ("kind", "operating"))}  # fmt: skip
    assert student.post(f"/projets/{draft.slug}/modifier", data=typed(**marks) | rows).status_code == 303
    assert student.post(f"/projets/{draft.slug}/modifier", data=typed(**marks) | rows | {"add": "1"}).status_code == 200
    db.session.expire_all()
    assert len(db.session.get(Proposal, draft.id).lines) == 30


def _bomb():
    """A PNG of 30 000 × 30 000 pixels in a few bytes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("vue.png", b"<html><script>alert(1)</script></html>"),
        ("vue.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("vue.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("vue.gif", picture("GIF")),
        ("vue.png", _bomb()),
        ("vue.png", picture()[:60]),
        ("vue.png", b"x" * (8 * 1024 * 1024 + 1)),
    ],
    ids=["page", "drawing", "drawing_under_another_name", "animation", "bomb", "cut_short", "too_heavy"],
)
def test_what_is_no_picture_is_refused_at_its_field(student, round_, author, name, data):
    draft = make_proposal(round_, State.DRAFT, author=author)
    marks = stamps(student.get(f"/projets/{draft.slug}/modifier").text)
    answer = student.post(f"/projets/{draft.slug}/modifier", data=typed(**marks, image=(io.BytesIO(data), name)))
    assert answer.status_code == 422
    answer.request.environ["wsgi.input"].close()
    assert 'id="image-erreur"' in answer.text
    assert "Une cuisine partagée" in answer.text
    assert not db.session.get(Proposal, draft.id).image_key


def test_a_file_far_too_heavy_has_its_page(student, round_, author):
    draft = make_proposal(round_, State.DRAFT, author=author)
    answer = student.post(
        f"/projets/{draft.slug}/modifier",
        input_stream=io.BytesIO(b"\0" * 50_000_000),
        content_length=50_000_000,
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert "trop lourd" in answer.text


def test_a_picture_follows_who_may_see_the_project(app, client, round_, author):
    key = app.extensions["images"].keep(picture())
    project = make_proposal(round_, State.SUBMITTED, author=author)
    assert client.get(f"/images/{key}").status_code == 404
    with transaction():
        locked(project.public_id).image_key = key
    assert client.get(f"/images/{key}").status_code == 404
    with transaction():
        move(locked(project.public_id), State.ADMITTED, "system", now())
    shown = client.get(f"/images/{key}")
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert shown.data[:4] == b"RIFF"


@pytest.mark.parametrize("key", ["..%2f..%2fetc%2fpasswd", "%00", "x.webp", "0" * 400])
def test_other_files_are_not_pictures(client, app, key):
    assert client.get(f"/images/{key}").status_code == 404


@pytest.mark.parametrize("row", ["²", "9" * 5000, "١", "-1", "", "x"])
def test_a_row_with_an_impossible_number_is_no_row(student, round_, author, row):
    draft = make_proposal(round_, State.DRAFT, author=author)
    marks = stamps(student.get(f"/projets/{draft.slug}/modifier").text)
    data = typed(**marks) | {f"lines-{row}-label": "Rien", f"lines-{row}-quantity": "1"}
    assert student.post(f"/projets/{draft.slug}/modifier", data=data).status_code == 303
    db.session.expire_all()
    assert [line.label for line in db.session.get(Proposal, draft.id).lines] == ["Four", "Animation"]
