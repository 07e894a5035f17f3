"""The administration of doors: settings, a test sign-in, opening, closing; and who may do it."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.doors import managing
from participatory.doors.models import EnrolmentProof, IdentitySource
from participatory.identity.models import Person, SignInSession
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from tests.doors.confirming import confirm_opening
from tests.doors.conftest import UT3, cas_source, follow, go_through, oidc_source
from tests.doors.peers import SECRET, STUDENT, query_of
from tests.factories import make_person, sign_in

OIDC = {
    "issuer": "https://idp.universite.example",
    "client_id": "participatory",
    "auth_method": "client_secret_basic",
    "client_secret": SECRET,
    "scopes": "supann",
    "hosts": "",
    "student_values": "student",
}
NEW = f"/gestion/sources/nouvelle/{UT3}/oidc"


@pytest.fixture
def officer(client):
    person = make_person("admin@region.example", (Role.ADMINISTRATOR,))
    sign_in(client, person)
    return person


def sources():
    return db.session.scalars(sa.select(IdentitySource)).all()


def verbs():
    return [each.verb for each in db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position))]


def refreshed(source):
    db.session.expire_all()
    return db.session.get_one(IdentitySource, source.id)


def trial_of(client, source, service, user="camille"):
    """Go through the door as a test; the page that shows the outcome."""
    answer = client.get(f"/gestion/sources/{source.public_id}/essai")
    assert answer.status_code == 303, answer.text
    return follow(client, service.signed_in(answer.location, user))


def test_a_door_is_created_closed_and_its_secret_stays_out_of_the_database(client, app, officer):
    answer = client.post(NEW, data=OIDC)
    assert answer.status_code == 303
    (source,) = sources()
    assert (source.state, source.establishment.key, source.kind) == ("draft", UT3, "oidc")
    assert source.settings["scopes"] == "openid supann"
    assert SECRET not in json.dumps(source.settings)
    assert app.extensions["secrets"].find("client-secret", source.public_id) == SECRET.encode()
    page = client.get(answer.location)
    assert SECRET not in page.text
    assert f"/connexion/retour/{source.public_id}" in page.text
    assert SECRET not in client.get(f"/gestion/sources/{source.public_id}/reglages").text
    assert "source.created" in verbs()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("issuer", "", "Donnez l’adresse"),
        ("issuer", "http://idp.universite.example", "https://"),
        ("issuer", "https://10.0.0.1", "nom public"),
        ("issuer", "https://localhost.", "nom public"),
        ("issuer", "https://idp", "nom public"),
        ("issuer", "https://user:pass@idp.universite.example", "identifiant"),
        ("issuer", "https://idp.universite.example?x=1", "identifiant"),
        ("issuer", "https://idp.universite.example:99999", "lisible"),
        ("issuer", "javascript:alert(1)", "https://"),
        ("issuer", "https://[::1]/", "nom public"),
        ("issuer", "https://" + "a" * 400 + ".fr", ""),
        ("client_id", "", "identifiant de client"),
        ("client_secret", "", "secret"),
        ("email_domains", "pas un domaine!", "n’est pas un domaine"),
        ("uais", "12345", "code UAI"),
        ("hosts", "https://x", "nom d’hôte"),
        ("names_ine", "<script>", "nom d’attribut"),
        ("student_values", "é", "valeur d’affiliation"),
        ("names_ine", " ".join(f"a{n}" for n in range(30)), "vingt"),
        ("auth_method", "private_key_jwt", ""),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_words_with_what_was_typed(client, officer, field, value, words):
    answer = client.post(NEW, data={**OIDC, field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert "Il y a" in answer.text
    assert OIDC["client_id"] in answer.text or field == "client_id"
    assert SECRET not in answer.text
    assert sources() == []


def test_an_establishment_or_a_kind_that_nobody_knows_has_no_form(client, officer):
    assert client.get("/gestion/sources/nouvelle/nulle-part/oidc").status_code == 404
    assert client.get(f"/gestion/sources/nouvelle/{UT3}/ldap").status_code == 404
    assert client.get(f"/gestion/sources/nouvelle/{UT3}/mail").status_code == 404
    assert client.post("/gestion/sources/nouvelle", data={"establishment": "x", "kind": "y"}).status_code == 422
    answer = client.post("/gestion/sources/nouvelle", data={"establishment": UT3, "kind": "cas"})
    assert answer.location == f"/gestion/sources/nouvelle/{UT3}/cas"


def test_a_door_opens_only_after_a_test_sign_in(client, app, officer, provider):
    source = oidc_source(provider.url, enabled=False)
    address = f"/gestion/sources/{source.public_id}"
    assert client.post(f"{address}/ouvrir").status_code == 409
    assert client.get(f"/connexion/porte/{source.public_id}").location.endswith("/refus")
    outcome = trial_of(client, source, provider)
    assert outcome.status_code == 200
    assert "L’essai a réussi" in outcome.text
    assert refreshed(source).state == "tested"
    assert client.post(f"{address}/ouvrir").status_code == 303
    assert refreshed(source).state == "tested"
    assert "attend une seconde personne" in client.get(address).text
    with pytest.raises(Refusal, match="une autre personne"):
        confirm_opening(source, officer)
    confirm_opening(source)
    assert refreshed(source).state == "enabled"
    assert go_through(app.test_client(), source, provider, "camille").status_code == 303
    assert [verb for verb in verbs() if verb.startswith("source.")] == ["source.tested", "source.enabled"]


def test_a_test_shows_masked_values_and_lets_nobody_in(client, officer, cas):
    source = cas_source(cas, enabled=False)
    outcome = trial_of(client, source, cas)
    for secret in (STUDENT["supannCodeINE"], "camille.durand@", "Camille Durand"):
        assert secret not in outcome.text
    assert "12••••••••B" in outcome.text
    assert "displayName" in outcome.text
    assert outcome.headers["Cache-Control"] == "no-store"
    assert db.session.scalars(sa.select(EnrolmentProof)).all() == []
    assert db.session.scalars(sa.select(Person)).one().id == officer.id
    assert "admin" in client.get("/mon-compte").text.lower()


def test_a_test_with_a_member_of_staff_says_what_lacks_and_opens_nothing(client, officer, cas):
    source = cas_source(cas, enabled=False)
    outcome = trial_of(client, source, cas, "martin")
    assert outcome.status_code == 403
    assert "membre du personnel" in outcome.text
    assert "affiliation without student" in outcome.text
    assert refreshed(source).state == "draft"


def test_a_test_that_cannot_leave_says_why(client, officer):
    source = oidc_source("http://127.0.0.1:9", enabled=False)
    answer = client.get(f"/gestion/sources/{source.public_id}/essai")
    assert answer.status_code == 409
    assert "ConnectionError" in answer.text


def test_a_test_ends_in_the_hands_of_whoever_began_it(client, app, officer, cas):
    source = cas_source(cas, enabled=False)
    departure = client.get(f"/gestion/sources/{source.public_id}/essai").location
    back = cas.signed_in(departure, "camille")
    client.post("/deconnexion")
    answer = follow(client, back)
    assert answer.status_code == 409
    assert refreshed(source).state == "draft"


def test_settings_that_change_during_a_test_are_not_tested_by_it(client, officer, cas):
    source = cas_source(cas, enabled=False)
    back = cas.signed_in(client.get(f"/gestion/sources/{source.public_id}/essai").location, "camille")
    with transaction():
        managing.change(source.id, "", {**source.settings, "uais": ["0311383K"]}, officer, now())
    answer = follow(client, back)
    assert "ont changé pendant l’essai" in answer.text
    assert refreshed(source).state == "draft"


def edit_form(source, **changes):
    return {"server": source.settings["server"], "student_values": "student", **changes}


def test_a_change_of_settings_closes_the_door_until_a_new_test(client, officer, cas):
    source = cas_source(cas)
    address = f"/gestion/sources/{source.public_id}"
    assert "la ferme aussitôt" in client.get(f"{address}/reglages").text
    client.post(f"{address}/reglages", data=edit_form(source, email_domains="etu.example.fr"))
    assert "jusqu’à un nouvel essai" in client.get(address).text
    assert refreshed(source).state == "draft"
    entry = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position.desc())).first()
    assert json.loads(entry.payload) == {"source": source.public_id, "fields": ["email_domains"], "closed": True}


def test_a_change_of_name_leaves_the_door_open(client, officer, cas):
    source = cas_source(cas)
    client.post(f"/gestion/sources/{source.public_id}/reglages", data=edit_form(source, name="Mon compte UT3"))
    assert refreshed(source).state == "enabled"
    assert "Mon compte UT3" in client.get(f"/connexion/etablissement/{UT3}").text


def test_settings_sent_again_unchanged_write_nothing(client, officer, cas):
    source, before = cas_source(cas), len(verbs())
    client.post(f"/gestion/sources/{source.public_id}/reglages", data=edit_form(source))
    assert refreshed(source).state == "enabled"
    assert len(verbs()) == before


def test_a_new_secret_closes_the_door_and_an_empty_field_keeps_the_old_one(client, app, officer, provider):
    source = oidc_source(provider.url)
    form = {**OIDC, "issuer": provider.url, "scopes": source.settings["scopes"], "client_secret": ""}
    address = f"/gestion/sources/{source.public_id}/reglages"
    client.post(address, data=form)
    assert refreshed(source).state == "enabled"
    client.post(address, data={**form, "client_secret": "un-autre-secret"})
    assert refreshed(source).state == "draft"
    assert app.extensions["secrets"].find("client-secret", source.public_id) == b"un-autre-secret"
    assert "un-autre-secret" not in str([each.payload for each in db.session.scalars(sa.select(JournalEntry))])


def test_settings_changed_after_the_proposal_are_not_opened(client, officer, cas):
    source = cas_source(cas)
    address = f"/gestion/sources/{source.public_id}"
    client.post(f"{address}/fermer")
    client.post(f"{address}/ouvrir")
    with transaction():
        held = db.session.get_one(IdentitySource, source.id)
        held.settings = {**held.settings, "email_domains": ["laregion.example"]}
    other = make_person(roles=(Role.OFFICER,))
    with pytest.raises(Refusal, match="a changé"):
        confirm_opening(source, other)
    assert refreshed(source).state == "disabled"


def test_a_closed_door_can_be_opened_again_without_a_new_test(client, officer, cas):
    source = cas_source(cas)
    address = f"/gestion/sources/{source.public_id}"
    assert client.post(f"{address}/fermer").status_code == 303
    assert refreshed(source).state == "disabled"
    assert "avec votre compte" not in client.get("/connexion/etablissement").text
    assert client.post(f"{address}/fermer").status_code == 409
    assert client.post(f"{address}/ouvrir").status_code == 303
    assert client.post(f"{address}/ouvrir").status_code == 409
    confirm_opening(source)
    assert client.post(f"{address}/ouvrir").status_code == 409
    assert [verb for verb in verbs() if verb.startswith("source.")] == ["source.disabled", "source.enabled"]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MODERATOR, Role.APPRAISER, Role.REFERENT, None])
def test_nobody_else_touches_the_doors(client, cas, role):
    source = cas_source(cas)
    person = make_person(roles=(role,) if role else ())
    sign_in(client, person)
    address = f"/gestion/sources/{source.public_id}"
    for path in (
        "/gestion/sources",
        "/gestion/sources/nouvelle",
        NEW,
        address,
        f"{address}/reglages",
        f"{address}/essai",
    ):
        assert client.get(path).status_code == 403, path
    for path in (NEW, f"{address}/reglages", f"{address}/ouvrir", f"{address}/fermer"):
        assert client.post(path).status_code == 403, path
    for deed in (
        lambda: managing.enable(source.id, person, now()),
        lambda: managing.disable(source.id, person, now()),
        lambda: managing.change(source.id, "", {}, person, now()),
    ):
        with pytest.raises(Refusal), transaction():
            deed()


def test_writing_asks_for_the_second_factor_again_after_a_while(client, app, cas):
    source = cas_source(cas)
    sign_in(client, make_person(roles=(Role.ADMINISTRATOR,)))
    with transaction():
        db.session.execute(sa.update(SignInSession).values(second_factor_at=now() - timedelta(hours=1)))
    assert client.get("/gestion/sources").status_code == 200
    assert "double-verification" in client.get(f"/gestion/sources/{source.public_id}/reglages").location
    for path in (f"/gestion/sources/{source.public_id}/{deed}" for deed in ("ouvrir", "fermer", "reglages")):
        assert client.post(path).status_code == 303
    assert refreshed(source).state == "enabled"


def test_the_state_of_a_test_is_good_for_no_student(client, app, officer, cas):
    source = cas_source(cas, enabled=False)
    departure = client.get(f"/gestion/sources/{source.public_id}/essai").location
    assert query_of(query_of(departure)["service"])["state"]
    other = app.test_client()
    assert follow(other, cas.signed_in(departure, "camille")).status_code == 409
