"""The queue and the case page, as a moderator sees them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.rules import Role
from participatory.moderation.models import Decision
from participatory.moderation.policy import tie
from participatory.moderation.queries import Sieve, queue, set_apart
from participatory.outbox.models import Letter
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rounds.rulebook import Theme
from participatory.rounds.rules import Phase
from tests.factories import make_association, make_person, make_proposal, make_round, sign_in
from tests.moderation.making import ADMIT, ASK, REFUSE, SENTENCE, judge, moderator, submitted

FORM = {"outcome": "admit", "reason": "", "text": "", "version": "1"}


@pytest.fixture
def person(client):
    someone = moderator()
    sign_in(client, someone)
    return someone


def _waiting(round_, title, days=0, **values):
    values.setdefault("author", make_person())
    proposal = make_proposal(round_, state=State.SUBMITTED, title=title, **values)
    with transaction():
        proposal.submitted_at = now() - timedelta(days=days)
    return proposal


def _plain(html):
    return html.replace("\u202f", " ").replace("\xa0", " ")


def test_a_visitor_is_led_to_sign_in(client):
    assert client.get("/moderation").status_code == 303


@pytest.mark.parametrize("roles", [(), (Role.APPRAISER,), (Role.OFFICER,), (Role.ADMINISTRATOR,)])
@pytest.mark.parametrize("method", ["get", "post"])
def test_other_roles_are_kept_out(client, roles, method):
    sign_in(client, make_person(roles=roles, association=make_association()))
    proposal = submitted()
    assert client.get("/moderation").status_code == 403
    assert getattr(client, method)(f"/moderation/{proposal.public_id}", data=FORM).status_code == 403
    assert proposal.state is State.SUBMITTED


def test_the_queue_shows_the_longest_waiting_first_and_how_long(client, person):
    round_ = make_round(Phase.SUBMISSION)
    _waiting(round_, "Le récent")
    _waiting(round_, "L’ancien", days=9)
    html = _plain(client.get("/moderation").text)
    assert html.index("L’ancien") < html.index("Le récent")
    assert "attend depuis 9 jours" in html
    assert "2 projets attendent votre décision" in html


def test_the_queue_keeps_out_what_is_not_to_be_judged_now(client, person):
    make_proposal(make_round(Phase.SUBMISSION), state=State.DRAFT, title="Un brouillon")
    make_proposal(make_round(Phase.REVIEW), state=State.ADMITTED, title="Un recevable")
    _waiting(make_round(Phase.VOTING), "Un oublié")
    html = client.get("/moderation").text
    assert "Un brouillon" not in html
    assert "Un recevable" not in html
    assert "Un oublié" not in html
    assert "Tout est jugé" in html


def test_what_another_association_must_judge_is_shown_apart_with_why(client, person):
    round_ = make_round(Phase.SUBMISSION)
    _waiting(round_, "Le mien", author=person)
    _waiting(round_, "Celui de mon association", association=person.association)
    _waiting(round_, "Celui d’une collègue", author=make_person(association=person.association))
    _waiting(round_, "Celui d’autrui")
    before, apart = client.get("/moderation").text.split("Pour une autre association")
    assert "Celui d’autrui" in before
    assert "Le mien" not in before
    for words in ("Le mien", "Vous avez déposé", "Votre association porte", "membre de votre association"):
        assert words in apart
    assert "Celui d’autrui" not in apart


def test_the_database_and_the_policy_agree_on_who_is_tied(app):
    person = moderator()
    round_ = make_round(Phase.SUBMISSION)
    other, colleague = make_association(), make_person(association=person.association)
    for number, author in enumerate([None, person, colleague, make_person(), make_person(association=other)]):
        for association in (None, person.association, other):
            _waiting(round_, f"Projet {number}", author=author, association=association)
    free = queue(person, now(), Sieve(), 1).items
    apart = set_apart(person, now(), Sieve()).items
    assert len(free) + len(apart) == 15
    assert all(tie(person, proposal) is None for proposal in free)
    assert all(tie(person, proposal) is not None for proposal in apart)


def test_without_an_association_everything_is_for_others_and_the_page_says_what_to_do(client, person):
    with transaction():
        person.association_id = None
    _waiting(make_round(Phase.SUBMISSION), "Un projet")
    html = client.get("/moderation").text
    assert "demandez à l’administration" in html
    assert "Un projet" in html.split("Pour une autre association")[1]


def test_the_queue_is_filtered_by_round_theme_and_site(client, person):
    round_ = make_round(Phase.SUBMISSION)
    _waiting(round_, "Sport à Albi", theme=Theme.SPORT, site_slug="albi")
    _waiting(round_, "Culture à Toulouse")
    _waiting(make_round(Phase.REVIEW), "Sport ailleurs", theme=Theme.SPORT)
    html = client.get(f"/moderation?budget={round_.slug}&theme=sport&site=albi").text
    assert "Sport à Albi" in html
    assert "Culture à Toulouse" not in html
    assert "Sport ailleurs" not in html
    assert f"budget={round_.slug}&amp;theme=sport&amp;site=albi" in html


@pytest.mark.parametrize(
    "query", ["budget=rien", "theme=%27%20or%201", "site=%00", "page=0", "page=x", "page=9" + "9" * 30]
)
def test_hostile_filters_find_nothing_and_break_nothing(client, person, query):
    _waiting(make_round(Phase.SUBMISSION), "Un projet")
    assert client.get(f"/moderation?{query}").status_code == 200


def test_a_long_queue_is_paged(client, person):
    round_ = make_round(Phase.SUBMISSION)
    for number in range(25):
        _waiting(round_, f"Projet numéro {number:02}", days=30 - number)
    first, second = client.get("/moderation").text, client.get("/moderation?page=2").text
    assert first.count("data-stop") == 24
    assert second.count("data-stop") == 1
    assert "Projet numéro 24" in second


def test_the_queue_asks_the_same_number_of_queries_whatever_its_length(client, person, count_queries):
    round_ = make_round(Phase.SUBMISSION)

    def add(number):
        for turn in range(number):
            association = make_association()
            _waiting(round_, "Un projet", author=make_person(association=association), association=association)
            _waiting(
                round_,
                "Le nôtre",
                author=make_person(association=person.association),
                site_slug=("albi", "auch")[turn % 2],
            )

    def counted():
        with count_queries() as counter:
            client.get("/moderation")
        return len(counter.statements)

    add(1)
    few = counted()
    add(9)
    assert counted() == few


def test_the_case_shows_the_whole_proposal_and_the_limits_it_breaks(client, person):
    proposal = _waiting(make_round(Phase.SUBMISSION), "Une fusée", cost_cents=40_000_00)
    html = client.get(f"/moderation/{proposal.public_id}").text
    for words in (
        "Une fusée",
        "Un résumé",
        "Un besoin.",
        "Une solution.",
        "Tout",
        "non respecté",
        "dépasse le plafond",
    ):
        assert words in html
    assert 'name="version" type="hidden" value="1"' in html
    assert 'data-key="a"' in html


def test_a_draft_is_its_author_s_alone(client, person):
    proposal = make_proposal(make_round(Phase.SUBMISSION), state=State.DRAFT, title="Mon secret")
    answer = client.get(f"/moderation/{proposal.public_id}")
    assert answer.status_code == 404
    assert "Mon secret" not in answer.text


def test_an_unknown_case_is_not_found(client, person):
    assert client.get("/moderation/inconnu").status_code == 404
    assert client.post("/moderation/inconnu", data=FORM).status_code == 404


def test_the_form_is_absent_where_the_deed_is_refused_and_the_page_says_why(client, person):
    proposal = submitted(author=person)
    html = client.get(f"/moderation/{proposal.public_id}").text
    assert "Vous avez déposé ce projet" in html
    assert 'name="outcome"' not in html
    answer = client.post(f"/moderation/{proposal.public_id}", data=FORM)
    assert answer.status_code == 403
    assert proposal.state is State.SUBMITTED


def test_a_decision_leads_to_the_next_case_with_a_message_and_keeps_the_filters(client, person):
    round_ = make_round(Phase.SUBMISSION)
    first, second, third = (_waiting(round_, f"Projet {n}", days=9 - n) for n in range(3))
    answer = client.post(f"/moderation/{second.public_id}?budget={round_.slug}", data=FORM)
    assert answer.status_code == 303
    assert answer.location == f"/moderation/{third.public_id}?budget={round_.slug}"
    assert "est déclaré recevable" in client.get(answer.location).text
    assert client.post(f"/moderation/{third.public_id}", data=FORM).location == f"/moderation/{first.public_id}"
    assert client.post(f"/moderation/{first.public_id}", data=FORM).location == "/moderation"


def test_the_case_page_leads_to_its_neighbours_in_the_queue(client, person):
    round_ = make_round(Phase.SUBMISSION)
    first, second, third = (_waiting(round_, f"Projet {n}", days=9 - n) for n in range(3))
    html = client.get(f"/moderation/{second.public_id}").text
    assert f'data-key="k" rel="prev" href="/moderation/{first.public_id}"' in html
    assert f'data-key="j" rel="next" href="/moderation/{third.public_id}"' in html


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"outcome": ""}, "Choisissez une des trois décisions."),
        ({"outcome": "burn"}, "Choisissez une des trois décisions."),
        ({"outcome": "refuse", "text": SENTENCE}, "Choisissez le motif du règlement"),
        ({"outcome": "refuse", "text": SENTENCE, "reason": "whim"}, "Choisissez un motif de la liste."),
        ({"outcome": "ask_changes", "reason": "incomplete", "text": "Non."}, "en une phrase au moins"),
        ({"outcome": "refuse", "reason": "incomplete", "text": "a" * 3001}, "3000 signes au plus"),
        ({"version": "x"}, "La page est incomplète"),
        ({"version": ""}, "La page est incomplète"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(client, person, changes, sentence):
    proposal = submitted()
    answer = client.post(f"/moderation/{proposal.public_id}", data=FORM | changes)
    assert answer.status_code == 422
    assert sentence in _plain(answer.text)
    assert changes.get("text", "") in answer.text
    assert proposal.state is State.SUBMITTED


def test_a_decision_on_an_older_text_is_refused_then_may_be_confirmed(client, person):
    proposal = submitted()
    with transaction():
        proposal.version = 2
    data = FORM | {"outcome": "refuse", "reason": "duplicate", "text": SENTENCE}
    answer = client.post(f"/moderation/{proposal.public_id}", data=data)
    assert answer.status_code == 409
    assert "nouvelle version (n° 2)" in _plain(answer.text)
    assert SENTENCE in answer.text
    assert 'name="version" type="hidden" value="2"' in answer.text
    assert client.post(f"/moderation/{proposal.public_id}", data=data | {"version": "2"}).status_code == 303


def test_who_comes_second_is_told_and_keeps_what_was_typed(client, person):
    proposal = submitted()
    judge(proposal, moderator(), REFUSE)
    answer = client.post(f"/moderation/{proposal.public_id}", data=FORM | {"text": "Un mot aimable pour vous."})
    assert answer.status_code == 409
    assert "a déjà été refusé" in answer.text
    assert "Un mot aimable pour vous." in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 1


def test_a_double_click_decides_once(client, person):
    proposal = submitted()
    assert client.post(f"/moderation/{proposal.public_id}", data=FORM).status_code == 303
    assert client.post(f"/moderation/{proposal.public_id}", data=FORM).status_code == 409
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 1


def test_a_post_without_the_token_is_refused(app):
    person, proposal = moderator(), submitted()
    browser = app.test_client()
    sign_in(browser, person)
    assert browser.post(f"/moderation/{proposal.public_id}", data=FORM).status_code == 400
    assert proposal.state is State.SUBMITTED


def test_hostile_texts_are_shown_as_words(client, person):
    evil = "<script>alert(1)</script> <img src=x onerror=alert(1)> [clic](javascript:alert(1)) {{ 7*7 }}"
    proposal = submitted(title=evil[:100])
    with transaction():
        db.session.get_one(Proposal, proposal.id).solution = evil
    client.post(
        f"/moderation/{proposal.public_id}", data=FORM | {"outcome": "refuse", "reason": "duplicate", "text": evil}
    )
    html = client.get(f"/moderation/{proposal.public_id}").text + client.get(f"/projets/{proposal.slug}").text
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert 'href="javascript' not in html


def test_earlier_decisions_are_shown_in_order_on_the_case_page(client, person):
    proposal = submitted()
    judge(proposal, moderator(), ASK)
    with transaction():
        proposal.version, proposal.state_code = 2, State.SUBMITTED.value
    html = client.get(f"/moderation/{proposal.public_id}").text
    assert "Compléments demandés" in html
    assert SENTENCE in html
    assert "Version 1" in html


def test_the_text_that_an_author_is_changing_is_not_shown(client, person):
    proposal = submitted()
    judge(proposal, moderator(), ASK)
    html = client.get(f"/moderation/{proposal.public_id}").text
    assert "Le porteur complète son projet" in html
    assert "Une solution." not in html


def test_the_public_page_says_why_a_proposal_was_refused_and_by_whom(client):
    proposal, person = submitted(), moderator()
    judge(proposal, person, REFUSE)
    html = client.get(f"/projets/{proposal.slug}").text
    for words in ("Non recevable", "Hors d’Occitanie", SENTENCE, person.association.name, "#examen"):
        assert words in html
    assert "&lt;section" not in html


def test_a_request_for_changes_is_read_by_the_author_alone(client):
    proposal = submitted()
    judge(proposal, moderator(), ASK)
    with transaction():
        proposal.version, proposal.state_code = 2, State.SUBMITTED.value
    judge(proposal, moderator(), ADMIT.__class__(ADMIT.outcome, None, "", 2))
    assert SENTENCE not in client.get(f"/projets/{proposal.slug}").text
    sign_in(client, proposal.author)
    assert SENTENCE in client.get(f"/projets/{proposal.slug}").text


def test_the_letter_gives_the_public_address_and_the_contact(client, person):
    proposal = submitted()
    data = FORM | {"outcome": "ask_changes", "reason": "incomplete", "text": SENTENCE}
    client.post(f"/moderation/{proposal.public_id}", data=data, headers={"X-Forwarded-Host": "evil.example"})
    values = db.session.scalars(sa.select(Letter)).one().values
    assert values["link"] == f"http://127.0.0.1:8000/projets/{proposal.slug}/modifier"
    assert "heure de Paris" in values["deadline"]
    assert values["contact"] == "contact@budget-etudiant.example"


def test_the_menu_offers_moderation_to_moderators_only(client, person):
    assert 'href="/moderation" aria-current="page"' in client.get("/moderation").text
