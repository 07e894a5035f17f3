"""The door of an OpenID provider that can be told to lie."""

import time
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.doors.models import EnrolmentProof, SignInAttempt
from participatory.identity.models import Person
from participatory.identity.rules import Role
from tests.doors.conftest import cas_source, follow, go_through, last_page, oidc_source, set_out
from tests.doors.peers import KEYS, STUDENT, Answer, Provider, query_of, signed_with_public_key, unsigned
from tests.factories import make_person, sign_in


def people() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0


def shut(answer, status: int = 403) -> None:
    """The door stayed shut, with a page that says what to do, and nobody was written down."""
    assert answer.status_code == status, answer.text
    assert "Que faire" in answer.text
    assert people() == 0


def test_a_student_signs_in_and_goes_where_they_were_going(client, provider):
    answer = go_through(client, oidc_source(provider.url), provider, "camille", next="/budgets?x=1")
    assert answer.location == "/budgets?x=1"
    proof = db.session.scalars(sa.select(EnrolmentProof)).one()
    assert proof.source == "oidc"
    assert "a confirmé que vous y étudiez" in client.get("/mon-compte").text


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_both_ways_of_giving_the_secret_work(client, provider, method):
    source = oidc_source(provider.url, auth_method=method)
    assert go_through(client, source, provider, "camille").status_code == 303


def test_the_request_carries_a_nonce_a_state_and_a_challenge_that_change(client, provider):
    source = oidc_source(provider.url)
    first, second = (query_of(set_out(client, source)) for _ in range(2))
    for name in ("nonce", "state", "code_challenge"):
        assert len(first[name]) >= 32
        assert first[name] != second[name]
    assert first["scope"].split()[0] == "openid"


@pytest.mark.parametrize(
    "path", ["//malin.exemple", "https://malin.exemple", "/\\malin.exemple", "javascript:alert(1)"]
)
def test_a_path_that_leads_elsewhere_is_forgotten(client, provider, path):
    answer = go_through(client, oidc_source(provider.url), provider, "camille", next=path)
    assert answer.location == "/mon-compte"


WRONG_CLAIMS = [
    {"aud": "quelqu-un-d-autre"},
    {"aud": ["quelqu-un-d-autre"]},
    {"aud": ["participatory", "quelqu-un-d-autre"]},
    {"aud": ["participatory"], "azp": "quelqu-un-d-autre"},
    {"aud": None},
    {"iss": "https://malin.exemple"},
    {"iss": None},
    {"nonce": "un-autre"},
    {"nonce": None},
    {"exp": 1_000_000_000},
    {"exp": None},
    {"iat": 99_999_999_999},
    {"iat": None},
    {"exp": "demain"},
    {"sub": None},
    {"sub": ""},
    {"sub": ["camille"]},
    {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
]


@pytest.mark.parametrize("claims", WRONG_CLAIMS, ids=str)
def test_a_token_for_somebody_else_from_somebody_else_or_of_another_time_opens_nothing(client, provider, claims):
    provider.claims = claims
    shut(go_through(client, oidc_source(provider.url), provider, "camille"))


@pytest.mark.parametrize(
    "forge",
    [unsigned, signed_with_public_key, lambda _claims: "a.b.c", lambda _claims: "", lambda _claims: "x" * 40_000],
)
def test_a_token_that_no_key_of_the_provider_signed_opens_nothing(client, provider, forge):
    provider.token = forge
    shut(go_through(client, oidc_source(provider.url), provider, "camille"))


def test_a_token_signed_by_a_key_that_the_provider_does_not_publish_opens_nothing(client, provider):
    provider.key = KEYS[1]
    shut(go_through(client, oidc_source(provider.url), provider, "camille"))
    provider.header = {"kid": KEYS[0].kid}
    shut(go_through(client, oidc_source(provider.url), provider, "camille"))


def test_a_key_that_comes_with_the_token_itself_is_not_believed(client, provider):
    provider.key = KEYS[1]
    provider.header = {"jwk": KEYS[1].as_dict(private=False), "kid": "inconnue"}
    shut(go_through(client, oidc_source(provider.url), provider, "camille"))


def test_rotated_keys_are_fetched_again_and_succeed(client, app, provider):
    source = oidc_source(provider.url)
    assert go_through(client, source, provider, "camille").status_code == 303
    provider.key, provider.published = KEYS[1], [KEYS[1]]
    assert go_through(app.test_client(), source, provider, "camille").status_code == 303
    assert provider.asked.count("/jwks") == 2


def test_keys_are_kept_between_sign_ins_and_not_fetched_for_each_unknown_one(client, app, provider):
    source = oidc_source(provider.url)
    for _ in range(3):
        go_through(app.test_client(), source, provider, "camille")
    assert provider.asked.count("/jwks") == 1
    provider.key = KEYS[1]
    for _ in range(4):
        assert go_through(app.test_client(), source, provider, "camille").status_code == 403
    assert provider.asked.count("/jwks") == 2


def test_a_provider_with_one_key_need_not_name_it_and_one_with_two_must(client, app, provider):
    provider.header = {"kid": None}
    source = oidc_source(provider.url)
    assert go_through(client, source, provider, "camille").status_code == 303
    provider.published = list(KEYS)
    other = Provider({"camille": STUDENT})
    with other.running():
        other.header, other.published = {"kid": None}, list(KEYS)
        assert go_through(app.test_client(), oidc_source(other.url), other, "camille").status_code == 403


def test_userinfo_of_another_subject_opens_nothing(client, provider):
    provider.says = {"sub": "martin"}
    shut(go_through(client, oidc_source(provider.url), provider, "camille"))


def test_a_state_from_another_browser_opens_nothing_and_stays_good_for_its_own(client, app, provider):
    source = oidc_source(provider.url)
    back = provider.signed_in(set_out(client, source), "camille")
    other = app.test_client()
    shut(follow(other, back), 409)
    set_out(other, source)
    shut(follow(other, back), 409)
    assert follow(client, back).status_code == 303


def test_a_state_that_served_opens_nothing(client, app, provider):
    source = oidc_source(provider.url)
    departure = set_out(client, source)
    with client.session_transaction() as session:
        kept = dict(session)
    assert follow(client, provider.signed_in(departure, "camille")).status_code == 303
    with client.session_transaction() as session:
        session.update(kept)
    answer = follow(client, provider.signed_in(departure, "camille"))
    assert answer.status_code == 409
    assert "a déjà servi" in answer.text


def test_a_state_of_more_than_ten_minutes_opens_nothing(client, provider):
    back = provider.signed_in(set_out(client, oidc_source(provider.url)), "camille")
    with transaction():
        db.session.execute(sa.update(SignInAttempt).values(expires_at=now()))
    shut(follow(client, back), 409)


def test_an_invented_state_opens_nothing(client, provider):
    source = oidc_source(provider.url)
    set_out(client, source)
    shut(follow(client, f"http://localhost/connexion/retour/{source.public_id}?code=x&state=y"), 409)
    shut(follow(client, f"http://localhost/connexion/retour/{source.public_id}?code=x"), 409)


def test_a_parameter_that_comes_twice_is_not_guessed(client, provider):
    back = provider.signed_in(set_out(client, oidc_source(provider.url)), "camille")
    shut(follow(client, back + "&state=autre"))


def test_an_answer_meant_for_another_source_opens_nothing(client, provider, cas):
    with Provider({"camille": STUDENT}).running() as hostile:
        honest, other = oidc_source(provider.url), oidc_source(hostile.url)
        back = provider.signed_in(set_out(client, honest), "camille")
        shut(follow(client, back.replace(honest.public_id, other.public_id)), 409)
        assert hostile.asked == []
        shut(follow(client, back.replace(honest.public_id, cas_source(cas).public_id)), 409)


def test_an_answer_that_names_another_issuer_opens_nothing(client, provider):
    provider.extra = {"iss": "https://malin.exemple"}
    shut(go_through(client, oidc_source(provider.url), provider, "camille"))


def test_a_provider_that_promises_to_name_itself_must_do_so(client, app, provider):
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    source = oidc_source(provider.url)
    shut(go_through(client, source, provider, "camille"))
    provider.extra = {"iss": provider.url}
    assert go_through(app.test_client(), source, provider, "camille").status_code == 303


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://malin.exemple"},
        {"token_endpoint": "http://malin.exemple/token"},
        {"jwks_uri": "http://127.0.0.1:1/jwks"},
        {"userinfo_endpoint": "file:///etc/passwd"},
        {"authorization_endpoint": "https://malin.exemple/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
    ids=str,
)
def test_a_discovery_document_that_leads_elsewhere_is_not_followed(client, provider, metadata):
    provider.metadata = metadata
    source = oidc_source(provider.url)
    shut(last_page(client, client.get(f"/connexion/porte/{source.public_id}")))


def test_other_hosts_count_once_staff_have_added_them(client, provider):
    provider.metadata = {"authorization_endpoint": "https://portail.exemple.fr/authorize"}
    source = oidc_source(provider.url, hosts=["portail.exemple.fr"])
    assert set_out(client, source).startswith("https://portail.exemple.fr/authorize?")


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks", "/token", "/userinfo"])
@pytest.mark.parametrize(
    "answer",
    [
        Answer(location="http://127.0.0.1:1/"),
        Answer("panne", 500),
        Answer("<html>", 200),
        Answer("[]", 200, "application/json"),
        Answer("[" * 100_000, 200, "application/json"),
        Answer("{" + " " * 600_000 + "}", 200, "application/json"),
        Answer(b"\x1f\x8b", 200, "application/json", headers={"Content-Encoding": "gzip"}),
    ],
    ids=["redirection", "fault", "page", "list", "deep", "large", "compressed"],
)
def test_a_service_that_answers_otherwise_than_it_should_is_not_followed(client, provider, path, answer):
    provider.pages[path] = lambda *_: answer
    source = oidc_source(provider.url)
    departure = last_page(client, client.get(f"/connexion/porte/{source.public_id}"))
    if departure.status_code == 303:
        departure = follow(client, provider.signed_in(departure.location, "camille"))
    assert departure.status_code in {403, 409}
    assert people() == 0


def test_a_service_that_nobody_runs_is_said_not_to_answer(client):
    source = oidc_source("http://127.0.0.1:9")
    answer = last_page(client, client.get(f"/connexion/porte/{source.public_id}"))
    assert answer.status_code == 409
    assert "ne répond pas" in answer.text


@pytest.mark.parametrize("error", ["access_denied", "server_error", "<script>"])
def test_a_refusal_at_the_provider_is_said_in_plain_words(client, provider, error):
    asked = query_of(set_out(client, oidc_source(provider.url)))
    said = {"error": error, "state": asked["state"], "error_description": "<b>x</b>"}
    answer = follow(client, f"{asked['redirect_uri']}?{urlencode(said)}")
    shut(answer, 409)
    assert error not in answer.text.replace("<script src=", "")
    assert "<b>x</b>" not in answer.text


def test_the_page_of_a_refusal_holds_no_code_and_can_be_read_again_and_in_english(client, provider):
    back = provider.signed_in(set_out(client, oidc_source(provider.url)), "martin")
    answer = follow(client, back)
    assert query_of(back)["code"] not in answer.text
    assert query_of(back)["state"] not in answer.text
    for language in ("fr", "en"):
        assert client.get(answer.request.path, query_string={"lang": language}).status_code == 403


def test_a_wrong_secret_is_said_to_be_a_fault_of_the_service(client, app, provider):
    source = oidc_source(provider.url)
    app.extensions["secrets"].keep("client-secret", source.public_id, b"faux")
    shut(go_through(client, source, provider, "camille"), 409)


def test_a_code_that_served_opens_nothing(client, app, provider):
    source = oidc_source(provider.url)
    back = provider.signed_in(set_out(client, source), "camille")
    code = query_of(back)["code"]
    assert follow(client, back).status_code == 303
    other = app.test_client()
    asked = query_of(set_out(other, source))
    answer = follow(other, f"{asked['redirect_uri']}?code={code}&state={asked['state']}")
    assert answer.status_code == 403


def test_a_code_of_another_sign_in_does_not_fit_the_verifier(client, app, provider):
    source = oidc_source(provider.url)
    stolen = query_of(provider.signed_in(set_out(client, source), "camille"))["code"]
    thief = app.test_client()
    asked = query_of(set_out(thief, source))
    shut(follow(thief, f"{asked['redirect_uri']}?code={stolen}&state={asked['state']}"))


@pytest.mark.parametrize("said", [False, "false", "False", "no", 0, None], ids=repr)
def test_an_address_that_the_provider_has_not_checked_is_not_kept(client, provider, said):
    provider.says = {"email_verified": said}
    assert go_through(client, oidc_source(provider.url), provider, "camille").status_code == 303
    assert db.session.scalars(sa.select(Person)).one().email is None


@pytest.mark.parametrize(
    "affiliation",
    [["student"], "student", "STUDENT", ["Member", "Student"], "student@univ-tlse3.fr", [["student"], "student"]],
    ids=str,
)
def test_whoever_is_a_student_enters_however_it_is_said(client, provider, affiliation):
    provider.says = {"eduPersonAffiliation": [], "eduperson_scoped_affiliation": affiliation}
    assert go_through(client, oidc_source(provider.url), provider, "camille").status_code == 303


@pytest.mark.parametrize(
    "affiliation",
    [[], ["staff"], [["student"]], {"student": True}, True, None, "students", "x student", "étudiant"],
    ids=str,
)
def test_whoever_is_not_said_to_be_a_student_does_not(client, provider, affiliation):
    provider.says = {"eduPersonAffiliation": affiliation}
    shut(go_through(client, oidc_source(provider.url), provider, "camille"))


def test_an_account_with_a_role_is_not_reached_by_an_address_that_an_establishment_asserts(client, app, provider):
    officer = make_person("camille.durand@univ-tlse3.fr", (Role.OFFICER,))
    source = oidc_source(provider.url)
    answer = go_through(client, source, provider, "camille")
    assert answer.status_code == 409
    assert "compte qui a un rôle" in answer.text
    assert db.session.scalars(sa.select(EnrolmentProof)).all() == []
    theirs = app.test_client()
    sign_in(theirs, officer)
    assert go_through(theirs, source, provider, "camille").status_code == 303
    assert db.session.scalars(sa.select(EnrolmentProof)).one().person_id == officer.id


def test_the_same_student_by_cas_then_by_openid_is_one_person(client, app, provider, cas):
    go_through(client, cas_source(cas), cas, "camille")
    # The other service gives the European identifier, which holds the same INE, and another address.
    provider.users["camille"] = {
        "eduPersonAffiliation": "student",
        "schacPersonalUniqueCode": "urn:schac:personalUniqueCode:int:esi:fr:123456789ab",
        "email": "c.durand@univ-tlse3.fr",
    }
    go_through(app.test_client(), oidc_source(provider.url), provider, "camille")
    assert people() == 1


def test_clocks_may_differ_by_a_minute(client, provider):
    provider.claims = {"iat": int(time.time()) + 60, "exp": int(time.time()) - 60}
    assert go_through(client, oidc_source(provider.url), provider, "camille").status_code == 303
