"""What comes before a finding: groups and assignments, conflicts of interest, notes, the grid of admissibility."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from participatory.appraisal.actions import Incomplete
from participatory.appraisal.assigning import GroupWords, Hands, assign, keep_group, suggestions
from participatory.appraisal.grid import QUESTIONS, Answer, answer_faults, grid_fault, read_answers, unanswered
from participatory.appraisal.models import AppraisalGroup, Assignment
from participatory.appraisal.policy import can_appraise, conflict
from participatory.appraisal.preparing import declare_interest, fill_grid, note
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.identity.permissions import Scope, ScopeKind
from participatory.identity.rules import Role
from participatory.outbox.models import Letter
from participatory.proposals.rules import State
from participatory.rounds.rulebook import Theme
from participatory.rounds.rules import Phase
from tests.appraisal.making import NO, YES, admitted, appraiser, find
from tests.factories import limit_role, make_association, make_person, make_proposal, make_round, sign_in

YESES = {each.key: {"answer": "yes", "evidence": ""} for each in QUESTIONS}


def group(name, *people, themes=(), sites=(), by=None):
    by = by or appraiser()
    with transaction():
        return keep_group(GroupWords(name, themes, sites, tuple(each.public_id for each in people)), None, by, now())


def hand(proposal, hands, by=None, days=5):
    by = by or appraiser()
    with transaction():
        return assign(proposal.public_id, hands, by, now(), due=now() + timedelta(days=days), link="https://b.example/")


def fill(proposal, answers, seen=0, person=None):
    person = person or appraiser()
    with transaction():
        return fill_grid(proposal.public_id, answers, seen, person, now())


def test_the_group_closest_to_the_project_is_suggested_and_its_least_busy_member(app):
    first, second, third = appraiser(), appraiser(), appraiser()
    group("Partout", first)
    culture = group("Culture", second, themes=(Theme.CULTURE,))
    albi = group("Albi", second, third, sites=("albi",))
    round_ = make_round(Phase.REVIEW)
    here = make_proposal(round_, State.ADMITTED, site_slug="albi", theme=Theme.HEALTH)
    arts = make_proposal(round_, State.ADMITTED, site_slug="toulouse", theme=Theme.CULTURE)
    sport = make_proposal(round_, State.ADMITTED, site_slug=None, theme=Theme.SPORT)
    found = suggestions([here, arts, sport])
    assert (found[here.id].group, found[arts.id].group, found[sport.id].group.name) == (albi, culture, "Partout")
    assert (found[here.id].person, found[arts.id].person) == (second, second)
    hand(arts, Hands(culture, second))
    assert suggestions([here])[here.id].person == third


def test_nobody_is_suggested_whom_something_ties_or_whose_role_ends_elsewhere(app):
    association = make_association()
    tied, limited = make_person(roles=(Role.APPRAISER,), association=association), appraiser()
    limit_role(limited, Role.APPRAISER, Scope(ScopeKind.TERRITORY, "albi"))
    group("Tous", tied, limited)
    proposal = admitted(association=association)
    assert suggestions([proposal]) == {}
    for person in (tied, limited):
        with pytest.raises(Refusal):
            hand(proposal, Hands(None, person))


def test_an_assignment_takes_the_place_of_the_former_and_is_told(app):
    proposal, person = admitted(), appraiser()
    both = group("Deux", appraiser(), person)
    hand(proposal, Hands(both, None))
    hand(proposal, Hands(both, person))
    held = db.session.scalars(sa.select(Assignment)).one()
    assert (held.group, held.person) == (both, person)
    told = db.session.scalars(sa.select(Letter).where(Letter.template == "appraisal_assigned")).all()
    assert len(told) == 3


@pytest.mark.parametrize("days", [-1, 400])
def test_a_deadline_stands_between_now_and_the_vote(app, days):
    with pytest.raises(Refusal, match="échéance"):
        hand(admitted(), Hands(None, appraiser()), days=days)


def test_neither_the_wrong_role_nor_the_wrong_phase_assigns(app):
    person = appraiser()
    for proposal, by in ((admitted(), make_person(roles=(Role.MODERATOR,))), (admitted(Phase.VOTING), appraiser())):
        with pytest.raises(Refusal):
            hand(proposal, Hands(None, person), by=by)


def test_groups_are_made_by_who_appraises_everywhere_with_people_who_do(app):
    limited = appraiser()
    limit_role(limited, Role.APPRAISER, Scope(ScopeKind.TERRITORY, "albi"))
    group("Un", appraiser())
    for typed in (("Deux", (make_person(),), None), ("Un", (appraiser(),), None), ("Trois", (appraiser(),), limited)):
        with pytest.raises(Refusal):
            group(typed[0], *typed[1], by=typed[2])
    assert db.session.scalars(sa.select(AppraisalGroup.name)).all() == ["Un"]


def test_who_declares_an_interest_judges_no_more_and_gives_the_project_back(app):
    proposal, person = admitted(), appraiser()
    both = group("Deux", person, appraiser())
    hand(proposal, Hands(both, person))
    with transaction():
        declare_interest(proposal.public_id, "Mon frère est le porteur.", person, now())
    assert conflict(person, proposal)
    assert can_appraise(person, proposal, now())
    assert db.session.get(Assignment, proposal.id).person is None
    for reason in ("Mon frère est le porteur.", "x"):
        with pytest.raises(Refusal), transaction():
            declare_interest(proposal.public_id, reason, person, now())
    with pytest.raises(Refusal), transaction():
        note(proposal.public_id, "Je pense que oui.", person, now())


def test_a_member_of_the_association_that_carries_does_not_appraise(app):
    association = make_association()
    member = make_person(roles=(Role.APPRAISER,), association=association)
    proposal = admitted(association=association)
    with pytest.raises(Refusal, match="membre de l’association"):
        find(proposal, member)


def test_a_feasible_finding_needs_the_whole_grid_and_agrees_with_it(app):
    proposal = admitted()
    fill(proposal, {"theme": YESES["theme"]})
    with pytest.raises(Incomplete):
        find(proposal, appraiser())
    no = YESES | {"place": {"answer": "no", "evidence": "Le lieu est à Bordeaux."}}
    fill(proposal, no, seen=1)
    with pytest.raises(Incomplete):
        find(proposal, appraiser(), YES)
    found = find(proposal, appraiser(), NO)
    assert found.grid == no
    assert [answer for _question, answer, _evidence in found.told].count(Answer.NO) == 1


def test_two_who_fill_the_grid_at_once_do_not_cover_each_other(app):
    proposal = admitted()
    fill(proposal, YESES)
    with pytest.raises(Refusal, match="vient de remplir"):
        fill(proposal, YESES)


def test_what_the_grid_takes_and_refuses():
    typed = {"question-theme": "yes", "question-place": "perhaps", "question-inconnu": "yes", "evidence-open": "Vu."}
    assert set(read_answers(typed)) == {"theme", "open"}
    assert len(unanswered(read_answers(typed))) == len(QUESTIONS) - 1
    assert answer_faults({"place": {"answer": "no", "evidence": "Non."}})[0].field == "evidence-place"
    assert answer_faults({"place": {"answer": "yes", "evidence": "x" * 601}})
    assert grid_fault({}, feasible=False) is None
    assert grid_fault({}, feasible=True).values == {"left": len(QUESTIONS)}
    assert grid_fault(YESES, feasible=True) is None


def test_notes_and_the_grid_go_through_their_pages_and_stay_inside(client):
    proposal = admitted()
    sign_in(client, appraiser())
    file, grid = f"/instruction/{proposal.public_id}/dossier", f"/instruction/{proposal.public_id}/grille"
    assert client.post(f"{file}/note", data={"text": "<b>Devis</b> reçu hier."}).status_code == 303
    assert client.post(f"{file}/note", data={"text": " "}).status_code == 422
    assert "&lt;b&gt;Devis" in client.get(file).text
    typed = {f"question-{each.key}": "yes" for each in QUESTIONS} | {"seen": "0"}
    refused = client.post(grid, data=typed | {"question-place": "no", "evidence-place": "Bof"})
    assert refused.status_code == 422
    assert "Bof" in refused.text
    assert client.post(grid, data=typed).status_code == 303
    assert client.post(grid, data=typed).status_code == 409
    find(proposal, appraiser())
    public = client.get(f"/projets/{proposal.slug}").text
    assert "grille de recevabilité" in public
    assert "Devis" not in public


def test_the_table_hands_out_by_machine_and_by_hand(client):
    proposal, person = admitted(), appraiser()
    kept = group("Tous", person)
    sign_in(client, person)
    address = f"/instruction/repartition?budget={proposal.round.slug}"
    assert "Suggestion" in client.get(address).text
    assert client.post(address).status_code == 303
    db.session.expire_all()
    held = db.session.get(Assignment, proposal.id)
    assert (held.group_id, held.person_id) == (kept.id, person.id)
    typed = {f"{proposal.public_id}-to": f"g:{kept.public_id}", f"{proposal.public_id}-due": "2020-01-01T10:00"}
    assert client.post(f"/instruction/{proposal.public_id}/confier", data=typed).status_code == 422
    typed[f"{proposal.public_id}-due"] = f"{now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    assert client.post(f"/instruction/{proposal.public_id}/confier", data=typed).status_code == 303
    assert "Groupe :" in client.get(address).text


def test_a_group_is_made_and_changed_on_its_page(client):
    person = appraiser()
    sign_in(client, person)
    typed = {"name": "Culture", "members": [person.public_id], "themes": ["culture"], "sites": ["albi"]}
    assert client.post("/instruction/groupes", data=typed | {"members": []}).status_code == 422
    assert client.post("/instruction/groupes", data=typed).status_code == 303
    made = db.session.scalars(sa.select(AppraisalGroup)).one()
    changed = f"/instruction/groupes?groupe={made.public_id}"
    assert "Modifier « Culture »" in client.get(changed).text.replace("\u00a0", " ")
    assert client.post(changed, data=typed | {"name": "Arts"}).status_code == 303
    db.session.refresh(made)
    assert (made.name, made.theme_codes) == ("Arts", ["culture"])
