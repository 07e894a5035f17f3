"""The ceremony on its pages: the shares are shown once, kept nowhere, typed again, and never sent back."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from participatory.ballots.opening import open_vote
from participatory.ceremony.models import ElectionKey
from participatory.ceremony.queries import key_of
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.models import SignInSession
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase
from tests.factories import limit_role, make_person, make_round, move_round, sign_in

THREE = {"trustees": "3", "threshold": "2", "names": ""}


@pytest.fixture
def officer(client):
    person = make_person(roles=(Role.OFFICER,))
    sign_in(client, person)
    return person


def round_without_key(phase: Phase = Phase.REVIEW) -> Round:
    round_ = make_round(phase)
    with transaction():
        db.session.execute(sa.delete(ElectionKey).where(ElectionKey.round_id == round_.id))
    db.session.expire_all()
    return round_


def address(round_: Round) -> str:
    return f"/gestion/budgets/{round_.slug}/cle"


def shares_on(page: str) -> list[str]:
    """The shares that a page shows, as trustees copy them."""
    lists = re.findall(r'<ol class="part__mots".*?</ol>', page, re.DOTALL)
    return [" ".join(re.findall(r"</span> (\w+)</li>", each)) for each in lists]


def hold_ceremony(client: FlaskClient, round_: Round, **typed: str) -> list[str]:
    answer = client.post(address(round_), data={**THREE, **typed})
    assert answer.status_code == 200
    return shares_on(answer.text)


def check(client: FlaskClient, round_: Round, *shares: str):
    data = {f"share_{number}": share for number, share in enumerate(shares, start=1)}
    return client.post(f"{address(round_)}/verification", data=data)


def verbs() -> list[str]:
    return list(db.session.scalars(sa.select(JournalEntry.verb).order_by(JournalEntry.position)))


def test_the_page_says_what_a_key_is_and_who_its_trustees_are_before_it_exists(client, officer):
    page = client.get(address(round_without_key())).text
    assert "Une clé a deux moitiés" in page
    assert "Qui sont les gardiens" in page
    assert "pas encore créée" in page


def test_the_key_is_made_and_each_share_shown_once(client, officer):
    round_ = round_without_key()
    answer = client.post(address(round_), data={**THREE, "names": "Zoé Ferrandi\n\nPaul Bascou"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    shares = shares_on(answer.text)
    assert [len(share.split()) for share in shares] == [33, 33, 33]
    assert answer.text.count("Zoé Ferrandi") == 2
    key = key_of(round_)
    assert (key.trustees, key.threshold, key.checked_at, key.held_here) == (3, 2, None, False)
    assert answer.text.count(key.fingerprint) == 3
    assert verbs() == ["ceremony.created"]
    later = client.get(address(round_)).text
    assert not any(share.split()[5] + "</li>" in later for share in shares)
    assert "Zoé Ferrandi" not in later


def test_each_share_is_opened_alone_without_a_script(client, officer):
    page = client.post(address(round_without_key()), data=THREE).text
    assert page.count('<details class="part" name="part">') == 3
    assert "Ctrl+P" in page


def everything_kept(app: Flask) -> str:
    """All that the installation holds on its disk and in its database, as one text."""
    connection = db.session.connection().connection.driver_connection
    dump = "\n".join(connection.iterdump())
    files = [path for path in Path(app.extensions["config"].instance).rglob("*") if path.is_file()]
    return dump + "".join(path.read_bytes().decode("latin-1") for path in files)


def test_the_shares_are_kept_nowhere(app, client, officer, capfd):
    shares = hold_ceremony(client, round_without_key(), names="Zoé Ferrandi")
    kept = everything_kept(app) + "".join(capfd.readouterr())
    for cookie in ("session",):
        kept += client.get_cookie(cookie).value
    for share in shares:
        words = share.split()
        assert " ".join(words[:4]) not in kept
        assert words[10] + " " + words[11] not in kept
    assert "Zoé Ferrandi" not in kept


def test_two_shares_of_three_prove_that_the_sheets_are_right(client, officer):
    round_ = round_without_key()
    first, _second, third = hold_ceremony(client, round_)
    answer = check(client, round_, first, "", f"  {third.upper()}\n")
    assert answer.status_code == 303
    assert "bien ressortie" in client.get(answer.location).text
    assert key_of(round_).checked_at is not None
    assert verbs() == ["ceremony.created", "ceremony.checked"]


def test_a_wrong_word_is_told_at_its_share_and_no_share_is_sent_back(client, officer):
    round_ = round_without_key()
    first, _second, third = hold_ceremony(client, round_)
    words = third.split()
    wrong = " ".join([*words[:6], "participatory", *words[7:]])
    answer = check(client, round_, first, "", wrong)
    assert answer.status_code == 422
    text = unescape(answer.text)
    assert 'href="#share_3"' in text
    assert re.search(r"Part 3\s: le mot n°\s7", text)
    assert "participatory" not in text.partition("<form")[2]
    assert first.split()[3] + " " + first.split()[4] not in text
    assert key_of(round_).checked_at is None


def test_one_share_alone_does_not_open_the_urn(client, officer):
    round_ = round_without_key()
    shares = hold_ceremony(client, round_)
    answer = check(client, round_, shares[0])
    assert answer.status_code == 422
    assert "Il faut 2 parts" in unescape(answer.text).replace("\u00a0", " ")
    assert "Aucune part" in unescape(check(client, round_, "", "", "").text)


def test_sheets_of_a_key_that_was_replaced_are_recognised(client, officer):
    round_ = round_without_key()
    former = hold_ceremony(client, round_)
    hold_ceremony(client, round_, seen=key_of(round_).fingerprint, replace="y")
    answer = check(client, round_, *former)
    assert answer.status_code == 422
    assert "remplacée depuis" in answer.text
    assert key_of(round_).checked_at is None


def test_a_page_of_shares_that_is_loaded_again_makes_no_other_key(client, officer):
    round_ = round_without_key()
    shares = hold_ceremony(client, round_)
    made = key_of(round_).fingerprint
    again = client.post(address(round_), data=THREE)
    assert again.status_code == 409
    assert "rien n’a été changé" in again.text
    db.session.expire_all()
    assert key_of(round_).fingerprint == made
    assert check(client, round_, *shares).status_code == 303


def test_a_key_is_replaced_by_whoever_confirms_it(client, officer):
    round_ = round_without_key()
    hold_ceremony(client, round_)
    made = key_of(round_).fingerprint
    refused = client.post(address(round_), data={**THREE, "seen": made})
    assert refused.status_code == 422
    assert 'href="#replace"' in refused.text
    hold_ceremony(client, round_, seen=made, replace="y", trustees="5", threshold="3")
    db.session.expire_all()
    key = key_of(round_)
    assert key.fingerprint != made
    assert (key.trustees, key.threshold) == (5, 3)
    assert verbs() == ["ceremony.created", "ceremony.created"]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("trustees", "1"),
        ("trustees", "17"),
        ("trustees", "trois"),
        ("trustees", ""),
        ("trustees", "-2"),
        ("threshold", "1"),
        ("threshold", "4"),
        ("threshold", "99999999999999999999"),
        ("names", "A\nB\nC\nD"),
        ("names", "x" * 61),
    ],
)
def test_numbers_that_make_no_key_are_refused_at_their_field(client, officer, field, typed):
    round_ = round_without_key()
    answer = client.post(address(round_), data={**THREE, field: typed})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert typed in unescape(answer.text)
    assert key_of(round_) is None


def test_once_the_vote_has_opened_the_key_neither_changes_nor_is_typed(client, officer):
    round_ = make_round(Phase.VOTING)
    with transaction():
        open_vote(round_, now())
    before = key_of(round_).fingerprint
    assert client.post(address(round_), data={**THREE, "seen": before, "replace": "y"}).status_code == 409
    assert check(client, round_, "academic acid", "acne").status_code in (409, 422)
    page = client.get(address(round_)).text
    assert "elle ne change plus" in page
    assert 'name="share_1"' not in page
    assert key_of(round_).fingerprint == before


def test_once_the_vote_has_opened_nobody_is_told_that_it_will_be_too_late(client, officer):
    round_ = round_without_key()
    hold_ceremony(client, round_)
    assert "il sera trop tard" in client.get(address(round_)).text
    move_round(round_, Phase.VOTING)
    with transaction():
        open_vote(round_, now())
    soon(round_, 2)
    page = unescape(client.get(address(round_)).text)
    assert "il sera trop tard" not in page
    assert "Le vote ouvre le" not in page
    assert "la clé ne change plus." in page


@pytest.mark.parametrize("roles", [(), (Role.MODERATOR,), (Role.ADMINISTRATOR,), (Role.REFERENT,)])
def test_others_hold_no_ceremony(client, roles):
    round_ = round_without_key()
    sign_in(client, make_person(roles=roles))
    assert client.get(address(round_)).status_code == 403
    assert client.post(address(round_), data=THREE).status_code == 403
    assert key_of(round_) is None


def test_an_officer_of_another_round_holds_no_ceremony_here(client, officer):
    round_, other = round_without_key(), make_round(Phase.REVIEW)
    limit_role(officer, Role.OFFICER, other.scope)
    assert client.post(address(round_), data=THREE).status_code == 403


def test_making_a_key_asks_for_the_second_factor_again_and_checking_it_does_not(client, officer):
    round_ = round_without_key()
    shares = hold_ceremony(client, round_)
    with transaction():
        row = db.session.scalars(sa.select(SignInSession)).one()
        row.second_factor_at = now() - timedelta(hours=1)
    assert client.get(address(round_)).status_code == 303
    made = key_of(round_).fingerprint
    client.post(address(round_), data={**THREE, "seen": made, "replace": "y"})
    db.session.expire_all()
    assert key_of(round_).fingerprint == made
    assert check(client, round_, *shares).status_code == 303


def test_the_round_says_its_key_in_public_once_it_exists(client, officer):
    round_ = round_without_key()
    for path in ("", "/reglement"):
        assert "Empreinte SHA-256 de la clé publique" not in client.get(f"/budgets/{round_.slug}{path}").text
    hold_ceremony(client, round_)
    for path in ("", "/reglement"):
        page = client.get(f"/budgets/{round_.slug}{path}").text
        assert key_of(round_).fingerprint in page
        assert "une clé que partagent 3 gardiens" in page


def soon(round_: Round, days: int) -> None:
    """Move a round so that its vote opens in so many days."""
    shift = now() + timedelta(days=days) - round_.voting_at
    with transaction():
        for name in ("announcement", "submission", "review", "voting", "control", "results", "delivery"):
            setattr(round_, f"{name}_at", getattr(round_, f"{name}_at") + shift)


def test_staff_pages_warn_when_the_vote_is_near_without_key_then_without_check(client, officer):
    round_ = round_without_key()
    edit = f"/gestion/budgets/{round_.slug}"
    soon(round_, 20)
    assert "Le vote approche et n’a pas de clé" not in client.get("/gestion").text
    assert "La clé et ses gardiens" in client.get(edit).text
    soon(round_, 13)
    for path in ("/gestion", edit):
        assert "Le vote approche et n’a pas de clé" in client.get(path).text
    shares = hold_ceremony(client, round_)
    for path in ("/gestion", edit):
        assert "n’ont pas été vérifiées" in client.get(path).text
    check(client, round_, *shares)
    for path in ("/gestion", edit):
        assert "n’ont pas été vérifiées" not in client.get(path).text


def test_a_vote_that_should_be_open_says_that_nobody_can_vote(client, officer):
    round_ = round_without_key(Phase.VOTING)
    for path in ("/gestion", f"/gestion/budgets/{round_.slug}"):
        assert "personne ne peut voter" in client.get(path).text


def test_shares_held_here_are_said_in_red_on_every_page_of_the_key(client, officer):
    round_ = make_round(Phase.REVIEW)
    with transaction():
        db.session.get(ElectionKey, round_.id).held_here = True
    for path in (address(round_), f"/budgets/{round_.slug}", f"/gestion/budgets/{round_.slug}"):
        page = client.get(path).text
        assert "avis--error" in page
        assert "les parts de la clé sont gardées ici" in page


def test_the_list_of_rounds_asks_for_their_keys_once(client, officer, count_queries):
    make_round(Phase.REVIEW)
    with count_queries() as few:
        client.get("/gestion")
    for _each in range(4):
        make_round(Phase.REVIEW)
    with count_queries() as many:
        client.get("/gestion")
    assert len([each for each in many.statements if "election_key" in each]) == 1
    assert len([each for each in few.statements if "election_key" in each]) == 1
