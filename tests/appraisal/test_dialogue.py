"""The dialogue about costs, findings published together, what may be paid twice."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from participatory.appraisal import dialogue_duplicates
from participatory.appraisal.dialogue import BadLines, answer, revise
from participatory.appraisal.dialogue_batch import keep_draft, prepared, publish_together
from participatory.appraisal.dialogue_duplicates import earlier_winners, offer_winners, paid_elsewhere
from participatory.appraisal.dialogue_models import CostingStep, FindingDraft
from participatory.appraisal.dialogue_queries import balance_of, draft_on, steps_on, talks_of
from participatory.appraisal.dialogue_rules import (
    Act,
    Answer,
    LineTalk,
    Revision,
    Said,
    answer_fault,
    answer_hoped_by,
    balance,
    revision_fault,
)
from participatory.appraisal.models import Appraisal
from participatory.appraisal.rules import Finding
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.outbox.models import Letter
from participatory.proposals.models import CoAuthor, CoFundingRow, CostLine
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.appraisal.making import FACTS, NO, SENTENCE, YES, admitted, appraiser, graded
from tests.factories import make_association, make_person, make_proposal, make_round, sign_in

WHY = "Le marché de la Région est moins cher."
LINE = LineTalk(1, 2, 100_00)
OFFERED = LineTalk(1, 2, 100_00, (Said(Act.PROPOSED, 2, 80_00),))
LINK = "https://budget.example/x"


def costed(**values):
    """An admitted proposal of two lines."""
    proposal = admitted(**values)
    with transaction():
        proposal.lines = [
            CostLine(position=1, label="Salle", quantity=2, unit_cents=100_00, kind_code="operating"),
            CostLine(position=2, label="Four", quantity=1, unit_cents=800_00, kind_code="investment"),
        ]
    return proposal


def propose(proposal, person, *revisions):
    with transaction():
        revise(proposal.public_id, revisions or (Revision(1, 2, 80_00, WHY, 0),), person, LINK, now())


def reply(proposal, person, *answers):
    with transaction():
        answer(proposal.public_id, answers, person, LINK, now())


def talk(proposal, position=1):
    return next(each for each in talks_of(proposal, steps_on(proposal)) if each.position == position)


def letters(template):
    return db.session.scalar(sa.select(sa.func.count()).where(Letter.template == template))


# The rules alone.


@pytest.mark.parametrize(
    ("revision", "line", "field"),
    [
        (Revision(1, 2, 80_00, WHY, 0), LINE, None),
        (Revision(1, 0, 0, WHY, 0), LINE, None),
        (Revision(1, 2, 100_00, WHY, 0), LINE, "unit"),
        (Revision(1, 2, 80_00, "court", 0), LINE, "reason"),
        (Revision(1, -1, 80_00, WHY, 0), LINE, "quantity"),
        (Revision(1, 2, None, WHY, 0), LINE, "unit"),
        (Revision(1, 2, 10**12, WHY, 0), LINE, "unit"),
        (Revision(1, 2, 80_00, WHY, 0), OFFERED, "reason"),
        (Revision(1, None, None, WHY, 1, take_back=True), OFFERED, None),
        (Revision(1, None, None, WHY, 0, take_back=True), LINE, "reason"),
    ],
)
def test_what_the_services_may_say_of_a_line(revision, line, field):
    fault = revision_fault(revision, line)
    assert (fault.field if fault else None) == field


def test_an_author_argues_with_a_reason_and_accepts_without():
    assert answer_fault(Answer(1, True, "", 1), OFFERED) is None
    assert answer_fault(Answer(1, False, "", 1), OFFERED).field == "reason"
    assert answer_fault(Answer(1, False, WHY, 1), OFFERED) is None
    assert answer_fault(Answer(1, True, "", 0), LINE).field == "answer"


def test_what_is_agreed_is_what_both_have_said():
    accepted = LineTalk(1, 2, 100_00, (*OFFERED.said, Said(Act.ACCEPTED, 2, 80_00)))
    argued = LineTalk(1, 2, 100_00, (*OFFERED.said, Said(Act.ARGUED, 2, 80_00)))
    sums = balance([accepted, argued, OFFERED, LINE], 50_00)
    assert (sums.asked_cents, sums.agreed_cents, sums.proposed_cents) == (750_00, 710_00, 630_00)
    assert (sums.waiting_for_author, sums.waiting_for_services) == (1, 1)


def test_an_answer_is_hoped_for_in_ten_working_days_and_before_the_vote():
    friday = datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert answer_hoped_by(friday, datetime(2027, 1, 1, tzinfo=UTC)) == datetime(2026, 12, 4, 10, tzinfo=UTC)
    soon = datetime(2026, 11, 25, tzinfo=UTC)
    assert answer_hoped_by(friday, soon) == soon


# The deeds.


def test_a_dialogue_from_the_proposal_to_the_agreement(app):
    proposal, person, other = costed(), appraiser(), make_person(name="Bo")
    with transaction():
        db.session.add(CoAuthor(proposal_id=proposal.id, person_id=other.id, joined_at=now()))
    db.session.expire_all()
    propose(proposal, person, Revision(1, 2, 80_00, WHY, 0), Revision(2, 1, 700_00, WHY, 0))
    assert letters("costs_revised") == 2
    reply(proposal, other, Answer(1, True, "", 1), Answer(2, False, "Le devis est joint.", 1))
    assert letters("costs_answered") == 1
    found = balance_of(proposal, talks_of(proposal, steps_on(proposal)))
    assert (found.asked_cents, found.agreed_cents, found.proposed_cents) == (1000_00, 960_00, 860_00)
    propose(proposal, person, Revision(2, None, None, "Le devis convainc les services.", 2, take_back=True))
    assert balance_of(proposal, talks_of(proposal, steps_on(proposal))).proposed_cents == 960_00


def test_one_bad_line_keeps_all_from_being_sent(app):
    proposal, person = costed(), appraiser()
    with pytest.raises(BadLines) as refused:
        propose(proposal, person, Revision(1, 2, 80_00, WHY, 0), Revision(2, 1, 700_00, "", 0))
    assert [each.position for each in refused.value.faults] == [2]
    assert steps_on(proposal) == []


@pytest.mark.parametrize("phase", [Phase.SUBMISSION, Phase.VOTING])
def test_costs_are_not_discussed_out_of_the_review(app, phase):
    proposal = costed(phase=phase)
    with pytest.raises(Refusal):
        propose(proposal, appraiser())


def test_only_authors_answer_and_only_the_services_propose(app):
    proposal, person = costed(), appraiser()
    with pytest.raises(Refusal):
        propose(proposal, proposal.author)
    propose(proposal, person)
    for stranger in (person, make_person()):
        with pytest.raises(Refusal):
            reply(proposal, stranger, Answer(1, True, "", 1))


def test_two_authors_who_answer_at_once_answer_once(app_on_each_database):
    assert app_on_each_database
    proposal, person = costed(), appraiser()
    propose(proposal, person)
    reply(proposal, proposal.author, Answer(1, True, "", 1))
    with pytest.raises(BadLines, match="Rien n’est envoyé"):
        reply(proposal, proposal.author, Answer(1, False, "Non, finalement.", 1))
    again = CostingStep(
        proposal_id=proposal.id, position=1, number=2, act_code="argued", label="Salle", quantity=1, unit_cents=1,
        reason="", person_id=person.id, at=now(),
    )  # fmt: skip
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.add(again)
    assert talk(proposal).last.act is Act.ACCEPTED


# The pages.


def sent(*rows):
    """Rows of the form as a browser posts them."""
    return {f"lines-{number}-{name}": value for number, row in enumerate(rows) for name, value in row.items()}


def test_lines_are_revised_and_answered_on_their_pages(client):
    proposal, person = costed(), appraiser()
    sign_in(client, person)
    address = f"/instruction/{proposal.public_id}/chiffrage"
    assert 'value="100' in client.get(address).text
    first = {"position": "1", "seen": "0", "quantity": "2", "unit": "80", "reason": ""}
    second = {"position": "2", "seen": "0", "quantity": "1", "unit": "800", "reason": ""}
    refused = client.post(address, data=sent(first, second))
    assert refused.status_code == 422
    assert "Expliquez pourquoi" in refused.text
    assert client.post(address, data=sent(first | {"reason": WHY}, second)).status_code == 303
    assert len(steps_on(proposal)) == 1
    sign_in(client, proposal.author)
    page = client.get(f"/projets/{proposal.slug}").text
    assert "La Région attend votre réponse" in page
    address = f"/projets/{proposal.slug}/chiffrage"
    assert WHY in client.get(address).text
    argued = {"position": "1", "seen": "1", "answer": "argue", "reason": ""}
    refused = client.post(address, data=sent(argued))
    assert refused.status_code == 422
    assert client.post(address, data=sent(argued | {"reason": "La salle est la moins chère."})).status_code == 303
    assert talk(proposal).waits_for_services


def test_the_dialogue_is_public_with_the_finding_and_not_before(client):
    proposal, person = costed(), appraiser()
    propose(proposal, person)
    assert WHY not in client.get(f"/projets/{proposal.slug}").text
    graded(proposal, person)
    with transaction():
        keep_draft(proposal.public_id, YES, person, now())
    assert WHY not in client.get(f"/projets/{proposal.slug}").text
    with transaction():
        publish_together([prepared(draft_on(proposal), person, now()).mark], person, lambda _one: FACTS, now())
    assert WHY in client.get(f"/projets/{proposal.slug}").text


def test_hostile_rows_are_refused_and_shown_as_text(client):
    proposal = costed()
    sign_in(client, appraiser())
    address = f"/instruction/{proposal.public_id}/chiffrage"
    hostile = {"position": "99", "seen": "0", "quantity": "1", "unit": "5", "reason": WHY}
    assert client.post(address, data=sent(hostile)).status_code == 409
    assert client.post(address, data=sent(hostile | {"position": "²"})).status_code == 409
    typed = {
        "position": "1",
        "seen": "0",
        "quantity": "2",
        "unit": "80",
        "reason": '<b hx-get="/x">Prix revu à la baisse</b>',
    }
    assert client.post(address, data=sent(typed)).status_code == 303
    sign_in(client, proposal.author)
    assert "<b hx-get" not in client.get(f"/projets/{proposal.slug}/chiffrage").text


# Findings published together.


def two_drafts(person):
    round_ = make_round(Phase.REVIEW)
    found = [graded(make_proposal(round_, State.ADMITTED, author=make_person()), person) for _each in range(2)]
    with transaction():
        for proposal, finding in zip(found, (YES, NO), strict=True):
            keep_draft(proposal.public_id, finding, person, now())
    return found


def marks_of(person, proposals):
    return [prepared(draft_on(each), person, now()).mark for each in proposals]


def test_findings_are_published_together_with_a_letter_each(app):
    person = appraiser()
    proposals = two_drafts(person)
    assert letters("appraisal_feasible") + letters("appraisal_unfeasible") == 0
    with transaction():
        publish_together(marks_of(person, proposals), person, lambda _one: FACTS, now())
    assert [each.state for each in proposals] == [State.FEASIBLE, State.UNFEASIBLE]
    assert (letters("appraisal_feasible"), letters("appraisal_unfeasible")) == (1, 1)
    assert db.session.scalars(sa.select(FindingDraft)).all() == []


def test_all_findings_are_published_or_none(app):
    person = appraiser()
    proposals = two_drafts(person)
    marks = marks_of(person, proposals)
    with transaction():
        proposals[1].state_code = State.WITHDRAWN.value
    with pytest.raises(Refusal), transaction():
        publish_together(marks, person, lambda _one: FACTS, now())
    assert db.session.scalars(sa.select(Appraisal)).all() == []


def test_a_draft_that_changed_since_the_preview_is_not_published(app):
    person = appraiser()
    proposals = two_drafts(person)
    marks = marks_of(person, proposals)
    with transaction():
        keep_draft(proposals[0].public_id, Finding(True, 1_000_00, SENTENCE, 0), person, now())
    with pytest.raises(Refusal, match="a changé depuis cet aperçu"), transaction():
        publish_together(marks, person, lambda _one: FACTS, now())


def test_a_finding_is_kept_previewed_published_or_left(client):
    proposal, person = costed(), appraiser()
    sign_in(client, person)
    typed = {"feasible": "yes", "final_cost": "", "reason": SENTENCE, "seen": "0", "keep": "1"}
    assert client.post(f"/instruction/{proposal.public_id}", data=typed).status_code == 422
    assert client.post(f"/instruction/{proposal.public_id}", data=typed | {"final_cost": "900"}).status_code == 303
    assert proposal.state is State.ADMITTED
    assert 'value="900"' in client.get(f"/instruction/{proposal.public_id}").text
    page = client.get("/instruction/avis-prepares").text
    assert "1 avis n’est pas prêt" in page
    assert "1 lettre part" in page
    assert 'name="finding"' not in page
    blocked = client.post("/instruction/avis-prepares", data={"finding": marks_of(person, [proposal])})
    assert "Questions sans réponse\u00a0: 12" in blocked.text
    graded(proposal, person)
    assert "pas prêt" not in client.get("/instruction/avis-prepares").text
    assert client.post("/instruction/avis-prepares", data={}).status_code == 422
    mark = marks_of(person, [proposal])
    assert client.post("/instruction/avis-prepares", data={"finding": mark}).status_code == 303
    again = client.post("/instruction/avis-prepares", data={"finding": mark})
    assert again.status_code == 404
    assert db.session.get(type(proposal), proposal.id).final_cents == 900_00
    assert client.post(f"/instruction/{proposal.public_id}/avis-prepare/abandon").status_code == 404


# What may be paid twice.


def test_a_line_that_another_funder_covers_is_flagged(app):
    proposal = costed()
    with transaction():
        proposal.cofunding = [
            CoFundingRow(position=1, funder_code="crous", name="", covers="Fours", cents=900_00, state_code="obtained"),
            CoFundingRow(position=2, funder_code="cvec", name="", covers="", cents=10_00, state_code="asked"),
        ]
    (found,) = paid_elsewhere(proposal)
    assert (found.line.label, found.twice_cents) == ("Four", 100_00)


def test_an_earlier_winner_of_the_same_carrier_or_title_is_flagged(app, monkeypatch):
    monkeypatch.setattr(dialogue_duplicates, "_WINNERS", [])
    carrier, earlier = make_association(), make_round(Phase.RESULTS)
    won = [
        make_proposal(earlier, title="Une épicerie solidaire au campus", author=make_person()),
        make_proposal(earlier, title="Des vélos", author=make_person(), association=carrier),
        make_proposal(earlier, title="Un ciné-club", author=make_person()),
    ]
    offer_winners(lambda _round: won)
    proposal = admitted(title="Une épicerie solidaire aux campus", association=carrier)
    flags = [(each.proposal.title, each.same_carrier, each.alike) for each in earlier_winners(proposal)]
    assert flags == [("Une épicerie solidaire au campus", False, True), ("Des vélos", True, False)]
