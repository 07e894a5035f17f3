"""Writing together: invitations, succession, versions that never change, amendments."""

import re

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.outbox.models import Letter
from participatory.proposals import amending, inviting, policy
from participatory.proposals.actions import locked, stamp_of
from participatory.proposals.history import changes
from participatory.proposals.models import CoAuthor, Proposal
from participatory.proposals.records import Amendment, Invitation, ProposalVersion
from participatory.proposals.rules import State
from participatory.proposals.versions import digest_of, keep_version, version_at, visible_versions
from participatory.proposals.written import content_of
from participatory.rounds.rules import Phase
from tests.factories import add_voter, make_association, make_person, make_proposal, make_round, sign_in


def _world(state=State.DRAFT, phase=Phase.SUBMISSION):
    carrier, friend = make_person("porteuse@etu.example"), make_person("amie@etu.example")
    round_ = make_round(phase)
    add_voter(round_, carrier)
    return carrier, friend, make_proposal(round_, state, author=carrier)


def _letters(template):
    return list(db.session.scalars(sa.select(Letter).where(Letter.template == template)))


def _token():
    return _letters("co_author_invited")[-1].values["link"].rpartition("/")[2]


def _join(proposal, person):
    with transaction():
        db.session.add(CoAuthor(proposal_id=proposal.id, person_id=person.id, joined_at=now()))
    db.session.expire_all()


def _fresh(proposal):
    db.session.expire_all()
    return db.session.get(Proposal, proposal.id)


def test_somebody_invited_reads_a_page_with_a_button_then_writes_too(app, client):
    carrier, friend, proposal = _world()
    sign_in(client, carrier)
    answer = client.post(f"/projets/{proposal.slug}/equipe", data={"email": "Amie@etu.example "})
    assert answer.status_code == 303
    sign_in(client, friend)
    shown = client.get(f"/invitations/{_token()}")
    assert shown.status_code == 200
    assert "Accepter" in shown.text
    assert not policy.is_author(friend, _fresh(proposal))
    assert client.get(f"/projets/{proposal.slug}/modifier").status_code == 404
    assert client.post(f"/invitations/{_token()}/accepter").status_code == 303
    assert [each.email for each in _fresh(proposal).people] == ["porteuse@etu.example", "amie@etu.example"]
    assert client.get(f"/projets/{proposal.slug}/modifier").status_code == 200
    assert client.get(f"/projets/{proposal.slug}/retirer").status_code == 403
    # The address went with the answer, and the link is spent.
    assert db.session.scalar(sa.select(sa.func.count(Invitation.id))) == 0
    assert client.post(f"/invitations/{_token()}/accepter").status_code == 404
    assert [each.recipient for each in _letters("co_author_joined")] == ["porteuse@etu.example"]


def test_whoever_takes_over_a_project_brought_in_on_paper_carries_it(app):
    round_ = make_round(Phase.SUBMISSION)
    paper = make_proposal(round_, State.SUBMITTED)
    stranger, student = make_person("inconnue@etu.example"), make_person("etudiante@etu.example")
    with transaction():
        paper.author = None
        for number in range(2):
            db.session.add(
                Invitation(
                    proposal_id=paper.id, kind_code="co_author", token_digest=inviting.digest_of(f"jeton {number}"),
                    sent_at=now(), expires_at=now() + inviting.INVITATION_LASTS,
                )
            )  # fmt: skip
    first, second = db.session.scalars(sa.select(Invitation).order_by(Invitation.id))
    with pytest.raises(Refusal, match="liste électorale"), transaction():
        inviting.accept(first, stranger, now(), on_roll=False)
    assert _fresh(paper).people == []
    with transaction():
        inviting.accept(first, student, now(), on_roll=True)
    assert _fresh(paper).author == student
    with transaction():
        inviting.accept(second, stranger, now(), on_roll=False)
    assert _fresh(paper).people == [student, stranger]


def test_an_invitation_is_declined_without_an_account(app, client):
    carrier, _friend, proposal = _world()
    with transaction():
        inviting.invite(proposal, carrier, "amie@etu.example", lambda token: f"http://x/{token}", now())
    assert client.post(f"/invitations/{_token()}/decliner").status_code == 303
    assert db.session.scalar(sa.select(sa.func.count(Invitation.id))) == 0
    assert _letters("co_author_declined")[0].recipient == "porteuse@etu.example"


@pytest.mark.parametrize("typed", ["", "pas une adresse", "porteuse@etu.example"])
def test_a_wrong_address_is_refused_with_a_sentence_and_comes_back(app, client, typed):
    carrier, _friend, proposal = _world()
    sign_in(client, carrier)
    answer = client.post(f"/projets/{proposal.slug}/equipe", data={"email": typed})
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text or not typed
    assert not _letters("co_author_invited")


def test_a_co_author_leaves_and_does_not_take_others_off(app, client):
    carrier, friend, proposal = _world()
    other = make_person("autre@etu.example")
    _join(proposal, friend)
    _join(proposal, other)
    sign_in(client, friend)
    refused = client.post(f"/projets/{proposal.slug}/equipe/retirer", data={"person": other.public_id})
    assert refused.status_code == 403
    assert client.post(f"/projets/{proposal.slug}/equipe", data={"email": "x@y.example"}).status_code == 403
    left = client.post(f"/projets/{proposal.slug}/equipe/retirer", data={"person": friend.public_id})
    assert left.status_code == 303
    assert [each.id for each in _fresh(proposal).people] == [carrier.id, other.id]


def test_a_project_changes_hands_with_both_consents(app, client):
    carrier, friend, proposal = _world(State.FEASIBLE, Phase.VOTING)
    _join(proposal, friend)
    sign_in(client, carrier)
    assert client.post(f"/projets/{proposal.slug}/equipe/transmettre", data={"to": friend.public_id}).status_code == 303
    assert _fresh(proposal).author_id == carrier.id
    token = _letters("succession_offered")[0].values["link"].rpartition("/")[2]
    assert client.post(f"/invitations/{token}/accepter").status_code == 403
    sign_in(client, friend)
    assert client.post(f"/invitations/{token}/accepter").status_code == 303
    assert [each.id for each in _fresh(proposal).people] == [friend.id, carrier.id]


def test_an_heir_off_the_roll_does_not_carry_a_project_before_the_vote(app):
    carrier, friend, proposal = _world(State.SUBMITTED)
    _join(proposal, friend)
    with transaction():
        offered = inviting.hand_over(_fresh(proposal), carrier, friend.public_id, str, now())
    with pytest.raises(Refusal):
        inviting.accept(offered, friend, now(), on_roll=False)


def test_a_version_never_changes_and_goes_with_its_project_alone(app_on_each_database):
    assert app_on_each_database
    carrier, _friend, proposal = _world(State.ADMITTED)
    with transaction():
        kept = keep_version(proposal, content_of(proposal), carrier.public_id, now())
        again = keep_version(proposal, content_of(proposal), "autre", now())
    assert again.by == kept.by == carrier.public_id
    assert kept.digest == digest_of(version_at(proposal, 1).content)
    for deed in (sa.update(ProposalVersion).values(by="autre"), sa.delete(ProposalVersion)):
        with pytest.raises(sa.exc.DatabaseError):
            db.session.execute(deed)
        db.session.rollback()
    with transaction():
        for table in ("cost_line", "proposal_move"):
            db.session.execute(sa.text(f"DELETE FROM {table} WHERE proposal_id = {proposal.id}"))  # noqa: S608
        db.session.execute(sa.delete(Proposal).where(Proposal.id == proposal.id))
    assert db.session.scalar(sa.select(sa.func.count(ProposalVersion.id))) == 0


def _propose(proposal, person, **typed):
    with transaction():
        return amending.propose(
            locked(proposal.public_id),
            person,
            {**amending.texts_of(proposal), **typed},
            now(),
            why="Plus clair.",
            link="x",
        )


def test_an_accepted_amendment_is_a_new_version_whose_words_are_compared(app, client):
    carrier, friend, proposal = _world(State.ADMITTED)
    sign_in(client, friend)
    sent = {**amending.texts_of(proposal), "need": "Un besoin <b>criant</b>.", "why": "Plus juste."}
    assert client.post(f"/projets/{proposal.slug}/amender", data=sent).status_code == 303
    amendment = db.session.scalars(sa.select(Amendment)).one()
    answer = f"/amendements/{amendment.public_id}/repondre"
    assert client.post(answer, data={"outcome": "accept"}).status_code == 403
    sign_in(client, carrier)
    assert client.post(answer, data={"outcome": "accept"}).status_code == 303
    assert _fresh(proposal).need == "Un besoin <b>criant</b>."
    assert _fresh(proposal).version == 2
    assert client.post(answer, data={"outcome": "accept"}).status_code == 409
    before, after = version_at(proposal, 1), version_at(proposal, 2)
    assert (before.by, after.by) == (carrier.public_id, friend.public_id)
    assert [field.name for field in changes(before.content, after.content)] == ["Le besoin"]
    shown = client.get(f"/projets/{proposal.slug}/versions").text
    assert re.search(r"<ins>.*criant", shown)
    assert "<b>criant" not in shown
    assert _letters("amendment_proposed")[0].recipient == carrier.email


def test_an_amendment_is_refused_with_a_reason_only(app, client):
    carrier, friend, proposal = _world(State.ADMITTED)
    amendment = _propose(proposal, friend, solution="Autrement.")
    sign_in(client, carrier)
    answer = f"/amendements/{amendment.public_id}/repondre"
    assert client.post(answer, data={"outcome": "refuse", "answer": " "}).status_code == 422
    assert client.post(answer, data={"outcome": "refuse", "answer": "Trop cher pour nous."}).status_code == 303
    assert _fresh(proposal).solution == "Une solution."
    assert "Trop cher pour nous." in client.get(f"/projets/{proposal.slug}/amendements").text


def test_nobody_amends_their_own_project_nor_one_that_is_decided(app):
    carrier, friend, proposal = _world(State.ADMITTED)
    assert policy.can_amend(proposal, carrier, now()) is not None
    assert policy.can_amend(proposal, friend, now()) is None
    assert policy.can_amend(make_proposal(proposal.round, State.FEASIBLE), friend, now()) is not None
    assert policy.can_amend(make_proposal(proposal.round, State.SUBMITTED), friend, now()) is not None


def test_words_that_changed_meanwhile_are_not_covered_by_an_amendment(app):
    carrier, friend, proposal = _world(State.ADMITTED)
    first, second = _propose(proposal, friend, need="Une."), _propose(proposal, friend, need="Deux.")
    with transaction():
        amending.accept(amending.held_amendment(first.public_id), carrier, "", "x", now())
    with pytest.raises(Refusal):
        amending.accept(amending.held_amendment(second.public_id), carrier, "", "x", now())


def test_what_was_asked_to_be_taken_out_before_the_admission_is_not_published(app):
    carrier, friend, proposal = _world(State.ADMITTED)
    with transaction():
        keep_version(proposal, content_of(proposal), carrier.public_id, now())
        locked(proposal.public_id).version = 2
        keep_version(proposal, content_of(proposal), carrier.public_id, now())
    assert [each.number for each in visible_versions(proposal, friend)] == [2]
    assert [each.number for each in visible_versions(proposal, None)] == [2]
    assert [each.number for each in visible_versions(proposal, carrier)] == [1, 2]


def _typed(proposal, **given):
    return {"title": "Un titre", "act": "save", "updated_at": stamp_of(_fresh(proposal)), **given}


def test_an_association_that_is_not_listed_says_its_number(app, client):
    carrier, _friend, proposal = _world()
    sign_in(client, carrier)
    page = f"/projets/{proposal.slug}/modifier"
    named = {"association": "+declared", "carrier_name": "Les Frigos", "carrier_number": "W 123"}
    assert client.post(page, data=_typed(proposal, **named)).status_code == 303
    assert "comptez-les" in client.get(page).text
    client.post(page, data=_typed(proposal, **{**named, "carrier_number": "W313012345", "starts_in": "2027-03"}))
    kept = _fresh(proposal)
    assert (kept.carrier_code, kept.carrier_number, kept.starts_in) == ("declared", "W313012345", "2027-03")
    wrong = client.post(page, data=_typed(proposal, starts_in="mars"))
    assert wrong.status_code == 422
    assert 'value="mars"' in wrong.text


def test_a_co_author_who_writes_keeps_the_association_that_carries(app, client):
    _carrier, friend, proposal = _world()
    association = make_association()
    with transaction():
        locked(proposal.public_id).association_id = association.id
    _join(proposal, friend)
    sign_in(client, friend)
    page = f"/projets/{proposal.slug}/modifier"
    assert client.post(page, data=_typed(proposal, association=association.slug, need="Autre.")).status_code == 303
    assert (_fresh(proposal).association_id, _fresh(proposal).need) == (association.id, "Autre.")
