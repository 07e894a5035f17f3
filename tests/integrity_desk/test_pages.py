"""The pages of the desk: what officers read and do there, and what no page says."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from participatory.ballots.models import SettingAside
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.models import Person
from participatory.identity.permissions import Scope, ScopeKind
from participatory.identity.rules import Role
from participatory.integrity_desk.models import CaseBallot, SuspectCase
from participatory.outbox.models import Letter
from participatory.privacy.models import PersonalReading
from participatory.rounds.rules import Phase
from tests.factories import limit_role, make_person, make_round, move_round, sign_in
from tests.integrity_desk.conftest import EVIDENCE, WHY, Desk


def plain(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text)


def path(desk: Desk, rest: str = "") -> str:
    return f"/integrite/dossiers/{desk.case().public_id}{rest}"


def enter(client: FlaskClient, desk: Desk, who: str = "first") -> None:
    sign_in(client, desk.officer(who))


def send(client: FlaskClient, address: str, **typed: str):
    """Post what the page carries, with what is typed."""
    page = client.get(address)
    carried = dict(re.findall(r'<input[^>]*name="(numbers|shown|seen)"[^>]*value="([^"]*)"', page.text))
    return client.post(address, data=carried | typed)


class Queries:
    """Counts statements while it is open."""

    def __enter__(self) -> Queries:
        self.count = 0
        sa.event.listen(db.engine, "before_cursor_execute", self._add)
        return self

    def __exit__(self, *_exception: object) -> None:
        sa.event.remove(db.engine, "before_cursor_execute", self._add)

    def _add(self, *_given: object) -> None:
        self.count += 1


def test_the_list_says_what_was_seen_where_when_and_what_it_waits_for(desk: Desk, client: FlaskClient):
    enter(client, desk)
    text = plain(client.get("/integrite").text)
    assert "Un même appareil" in text
    assert "4 sur un appareil" in text
    assert "4 bulletins" in text
    assert "Toulouse" in text
    assert "Dernier passage de la détection" in text
    assert 'aria-current="page"><span>Intégrité</span> <span class="compteur">1' in text
    assert "Aucun bulletin n’est ouvert" in text


def test_a_desk_without_cases_says_what_that_means_and_what_it_does_not(app, client: FlaskClient):
    sign_in(client, make_person(roles=(Role.OFFICER,)))
    assert "n’a encore rien regardé" in client.get("/integrite").text


def test_filters_are_in_the_address_and_an_unknown_one_finds_nothing(desk: Desk, client: FlaskClient):
    enter(client, desk)
    slug, name = desk.round.slug, desk.case().public_id
    assert name in client.get(f"/integrite?budget={slug}&etat=new&site=toulouse").text
    for asked in (
        "site=albi",
        "etat=closed",
        "budget=nulle-part",
        "site=%27%22%3Cscript%3E",
        "page=99999999",
    ):
        answer = client.get(f"/integrite?{asked}")
        assert answer.status_code == 200
        assert name not in answer.text
        assert "'\"<script>" not in answer.text


@pytest.mark.parametrize("asked", ["state=dismissed", "etat=nulle-part", "etat=%00", "etat=%3Cscript%3E"])
def test_a_filter_that_does_not_exist_is_said_and_left_out(desk: Desk, client: FlaskClient, asked: str):
    enter(client, desk)
    text = client.get(f"/integrite?{asked}").text
    assert "ne connaît pas ce filtre" in text
    assert desk.case().public_id in text
    assert "<script>" not in text.partition("ne connaît pas ce filtre")[2][:80]
    assert "ne connaît pas ce filtre" in client.get(f"/integrite/signalements?{asked}").text
    assert "ne connaît pas ce filtre" not in client.get("/integrite?etat=all&page=1").text


def test_a_case_that_nothing_can_change_speaks_of_no_tick(desk: Desk, client: FlaskClient):
    enter(client, desk)
    assert "Sans coche" in client.get(path(desk)).text
    with transaction():
        for ballot in desk.ballots():
            ballot.state = "confirmed"
        desk.case().state = "closed"
    assert "Sans coche" not in client.get(path(desk)).text


def test_a_case_that_waits_for_the_control_leads_to_the_steps_of_the_vote(desk: Desk, client: FlaskClient):
    desk.quarantine(1)
    enter(client, desk)
    steps = f"/gestion/budgets/{desk.round.slug}/depouillement"
    assert steps not in client.get(path(desk)).text
    move_round(desk.round, Phase.CONTROL)
    assert steps in client.get(path(desk)).text
    desk.vote.reread()
    desk.vote.do("cloturer", "controler")
    assert steps not in client.get(path(desk)).text


def test_the_page_of_a_case_names_nobody_and_no_choice(desk: Desk, client: FlaskClient):
    enter(client, desk)
    text = client.get(path(desk)).text
    for number in range(4):
        person, ballot = desk.person(number), desk.ballots()[number]
        for secret in (person.email, person.display_name, person.public_id, desk.vote.receipts[number], ballot.key):
            assert secret not in text
        assert ballot.device not in text.replace('data-label="Appareil"', "").replace("device", "")
    assert desk.vote.projects[0].title not in text
    assert "<svg" in text
    assert "style=" not in text
    assert plain(text).count("Choisir le bulletin n°") == 4


def test_a_large_case_is_paged_and_asks_no_more_of_the_database(desk: Desk, client: FlaskClient):
    enter(client, desk)
    with Queries() as few:
        assert client.get(path(desk)).status_code == 200
    copy_ballots(desk, 236)
    with Queries() as many:
        text = plain(client.get(path(desk)).text)
    assert many.count <= few.count
    assert text.count("Choisir le bulletin n°") == 50
    assert "page 1 sur 5" in text
    assert plain(client.get(path(desk, "?page=5")).text).count("Choisir le bulletin n°") == 40


def copy_ballots(desk: Desk, count: int) -> None:
    """Put so many more ballots into the case."""
    model = desk.ballots()[0]
    kept = {column.key: getattr(model, column.key) for column in sa.inspect(CaseBallot).column_attrs}
    with transaction():
        for number in range(count):
            own = {"id": f"copy-{number}", "public_id": f"copy{number}", "number": 5 + number, "key": f"slot-{number}"}
            own["at"] = model.at + timedelta(minutes=number)
            db.session.add(CaseBallot(**kept | own))
        db.session.get(SuspectCase, model.case_id).size = 4 + count


def test_the_list_asks_the_database_the_same_for_one_case_and_for_many(desk: Desk, client: FlaskClient):
    enter(client, desk)
    with Queries() as few:
        client.get("/integrite")
    case = desk.case()
    kept = {column.key: getattr(case, column.key) for column in sa.inspect(SuspectCase).column_attrs}
    with transaction():
        for number in range(30):
            db.session.add(
                SuspectCase(**kept | {"id": 100 + number, "public_id": f"copy{number}", "key": f"k{number}"})
            )
    with Queries() as many:
        text = client.get("/integrite").text
    assert many.count <= few.count
    assert text.count('class="file__titre"') == 24


def test_a_case_is_dismissed_with_a_reason_and_reopened(desk: Desk, client: FlaskClient):
    enter(client, desk)
    assert "4 bulletins continuent de compter" in plain(client.get(path(desk, "/classer")).text)
    refused = send(client, path(desk, "/classer"), reason="Non.")
    assert refused.status_code == 422
    assert "Non." in refused.text
    assert send(client, path(desk, "/classer"), reason=WHY).status_code == 303
    text = client.get(path(desk)).text
    assert "Classé sans suite" in text
    assert WHY in plain(text)
    assert client.get(path(desk, "/confirmation")).status_code == 409
    assert send(client, path(desk, "/rouvrir"), reason=WHY).status_code == 303
    assert desk.case().state == "new"


def test_letters_are_shown_and_counted_before_they_leave(desk: Desk, client: FlaskClient):
    enter(client, desk)
    shown = plain(client.get(path(desk, "/confirmation?n=1&n=3")).text)
    assert "2 personnes recevront la lettre" in shown
    assert "XXXX-XXXX-XXXX" in shown
    assert 'value="1, 3"' in shown
    answer = send(client, path(desk, "/confirmation?n=1&n=3"), reason=WHY)
    assert answer.status_code == 303
    assert desk.states() == ["quarantined", "flagged", "quarantined", "flagged"]
    assert db.session.scalar(sa.select(sa.func.count(Letter.id)).where(Letter.template == "confirm_ballot")) == 2
    assert "2 lettres partent" in plain(client.get(answer.location).text)


def test_other_numbers_than_those_shown_are_told_again_before_anything_is_done(desk: Desk, client: FlaskClient):
    enter(client, desk)
    changed = send(client, path(desk, "/confirmation"), reason=WHY, numbers="2-3")
    assert changed.status_code == 422
    assert "2 personnes recevront" in plain(changed.text)
    assert WHY in plain(changed.text)
    assert desk.states() == ["flagged"] * 4
    again = {"reason": WHY, "numbers": "2-3", "shown": "2-3"}
    assert client.post(path(desk, "/confirmation"), data=again).status_code == 303
    assert desk.states() == ["flagged", "quarantined", "quarantined", "flagged"]


@pytest.mark.parametrize(
    "numbers", ["", "0", "-1", "1-", "a", "1-99999999999", "1,,2", "9", "\0", "²", "1-4 <script>", "1" * 1999]
)
def test_numbers_that_are_none_are_refused_and_kept(desk: Desk, client: FlaskClient, numbers: str):
    enter(client, desk)
    answer = client.post(path(desk, "/hors-de-cause"), data={"numbers": numbers, "shown": numbers, "reason": WHY})
    assert answer.status_code in {409, 422}
    assert "<script>" not in answer.text.replace('<script src="', "")
    assert desk.states() == ["flagged"] * 4


def test_setting_aside_goes_from_its_proposal_to_another_officer_and_back(desk: Desk, client: FlaskClient):
    desk.quarantine(1, 2)
    enter(client, desk)
    assert client.get(path(desk, "/ecarter")).status_code == 409
    assert "sous contrôle" in plain(client.get(path(desk)).text)
    desk.control()
    enter(client, desk)
    page = plain(client.get(path(desk, "/ecarter")).text)
    assert "2 personnes apprendront" in page
    assert "4 sur un appareil" in page
    bad = send(client, path(desk, "/ecarter"), motive="proof_withdrawn", evidence="Écrire à lou@etu.exemple.example")
    assert bad.status_code == 422
    assert "lou@etu.exemple.example" in bad.text
    assert send(client, path(desk, "/ecarter"), motive="proof_withdrawn", evidence=EVIDENCE).status_code == 303
    assert "une autre personne doit décider" in plain(client.get(path(desk)).text)
    assert client.get(path(desk, "/decider")).status_code == 409
    let_delays_pass()
    enter(client, desk, "second")
    page = plain(client.get(path(desk, "/decider")).text)
    assert EVIDENCE in page
    assert "2 personnes n’ont pas répondu" in page
    assert send(client, path(desk, "/decider")).status_code == 422
    assert send(client, path(desk, "/decider"), outcome="set_aside").status_code == 303
    assert desk.states() == ["set_aside", "set_aside", "flagged", "flagged"]
    enter(client, desk)
    assert send(client, path(desk, "/retablir"), reason=WHY).status_code == 303
    assert client.get(path(desk, "/confirmer-retablissement")).status_code == 409
    enter(client, desk, "second")
    assert send(client, path(desk, "/confirmer-retablissement"), reason=WHY).status_code == 303
    assert desk.states()[:2] == ["restored", "restored"]


def let_delays_pass() -> None:
    with transaction():
        db.session.execute(sa.update(SettingAside).values(answer_until=now() - timedelta(minutes=1)))


def test_an_appeal_is_decided_on_its_page_by_a_third_officer(desk: Desk, client: FlaskClient):
    desk.control()
    desk.set_aside(1)
    with transaction():
        setting = db.session.scalars(sa.select(SettingAside)).one()
        setting.appeal, setting.appealed_at, setting.decided_at = "Je <b>suis</b> inscrite.", now(), now()
    there = f"/integrite/recours/{setting.public_id}"
    enter(client, desk)
    assert there in client.get("/integrite").text
    assert "une troisième personne doit trancher" in plain(client.get(there).text)
    assert client.post(there, data={"outcome": "restored", "words": WHY}).status_code == 422
    enter(client, desk, "third")
    text = client.get(there).text
    assert "Je &lt;b&gt;suis&lt;/b&gt; inscrite." in text
    assert client.post(there, data={"outcome": "restored"}).status_code == 422
    assert client.post(there, data={"outcome": "restored", "words": WHY}).status_code == 303
    assert desk.states()[0] == "restored"
    assert there not in client.get("/integrite").text


def test_who_voted_is_shown_after_a_reason_told_to_the_persons_and_never_cached(desk: Desk, client: FlaskClient):
    enter(client, desk)
    address = path(desk, "/personnes?n=2")
    assert desk.person(1).display_name not in client.get(address).text
    assert send(client, address, reason="x").status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PersonalReading)) == 0
    answer = send(client, address, reason=WHY)
    person: Person = desk.person(1)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert person.display_name in answer.text
    assert person.email not in answer.text
    assert desk.person(0).display_name not in answer.text
    reading = db.session.scalars(sa.select(PersonalReading)).one()
    assert (reading.person_id, reading.reason) == (person.id, WHY)


def test_officers_of_another_round_and_other_roles_see_nothing(desk: Desk, client: FlaskClient):
    name, addresses = desk.case().public_id, ("", "/classer", "/confirmation", "/personnes", "/decider")
    paths = [path(desk, rest) for rest in addresses]
    elsewhere = make_person(roles=(Role.OFFICER,))
    limit_role(elsewhere, Role.OFFICER, Scope(ScopeKind.ROUND, make_round().public_id))
    sign_in(client, elsewhere)
    assert name not in client.get("/integrite?etat=all").text
    assert [client.get(each).status_code for each in paths] == [403] * len(paths)
    sign_in(client, make_person(roles=(Role.ADMINISTRATOR,)))
    assert client.get("/integrite").status_code == 403


@pytest.mark.parametrize("name", ["inconnu", "%00", "a" * 300, "..%2f"])
def test_a_case_that_does_not_exist_is_not_found(desk: Desk, client: FlaskClient, name: str):
    enter(client, desk)
    assert client.get(f"/integrite/dossiers/{name}").status_code == 404
    assert client.get(f"/integrite/recours/{name}").status_code == 404


def test_words_of_officers_and_values_of_the_detection_are_text(desk: Desk, client: FlaskClient):
    enter(client, desk)
    assert send(client, path(desk, "/classer"), reason="<img src=x onerror=alert(1)> confirmé").status_code == 303
    with transaction():
        case = desk.case()
        case.seen = [{**case.seen[0], "values": {"count": "<svg onload=alert(2)>"}}]
        case.sites = ["<b>nulle part</b>"]
        desk.ballots()[0].client = "<i>navigateur</i>"
    text = client.get(path(desk)).text + client.get("/integrite?etat=all").text
    for tag in ("<img src=x", "<svg onload", "<b>nulle", "<i>navigateur"):
        assert tag not in text


def test_the_control_of_a_round_leads_to_its_cases(desk: Desk, client: FlaskClient):
    slug = desk.round.slug
    desk.control()
    enter(client, desk)
    for page in ("depouillement", "controle"):
        assert f"/integrite?budget={slug}" in client.get(f"/gestion/budgets/{slug}/{page}").text
