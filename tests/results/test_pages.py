import json
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from participatory.ballots.models import OpenedBallot, UrnState
from participatory.ballots.queries import step_of
from participatory.core.database import db, transaction
from participatory.deeds.queries import waiting_for
from participatory.identity.rules import Role
from participatory.results.jobs import opener, run_here
from participatory.results.queries import count_of, publication_of
from participatory.results.reading import Result
from participatory.rounds.rulebook import Cap, CapScope
from participatory.rounds.rules import Phase
from participatory.urn.shares import split
from tests.factories import KEY, make_association, make_person, make_proposal, make_round, move_round, sign_in
from tests.results.conftest import bring_out, count
from tests.results.making import World, put_ballots, sealed, voted_round

PROPOSALS = ("autoriser", "publier")


def control_url(world: World, deed: str = "") -> str:
    return f"/gestion/budgets/{world.round.slug}/depouillement" + (f"/{deed}" if deed else "")


def read(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text.replace("\u202f", " ").replace("\u00a0", " ")


def confirm(client: FlaskClient, kind: str, world: World) -> None:
    """Have another officer read a deed and confirm it."""
    deed = waiting_for(kind, world.round.public_id)
    sign_in(client, make_person(roles=(Role.OFFICER,)))
    page = client.get(f"/gestion/actes/{deed.public_id}").text
    seen = page.split('name="seen"')[1].split('value="')[1].split('"')[0]
    answer = client.post(f"/gestion/actes/{deed.public_id}/confirmer", data={"seen": seen})
    assert answer.status_code == 303, answer.text


def test_two_officers_and_two_trustees_go_from_the_closing_to_the_publication(control: World, client) -> None:
    opener().runner = run_here
    for word, kind in (("cloturer", "vote.close"), ("controler", "vote.control"), ("sceller", "vote.seal")):
        sign_in(client, control.officer)
        assert client.post(control_url(control, f"proposer/{word}")).status_code == 303
        confirm(client, kind, control)
    sign_in(client, control.officer)
    assert "Proposer d’ouvrir l’urne</button>" in read(client, control_url(control))
    assert client.post(control_url(control, "autoriser")).status_code == 303
    assert "Vous avez proposé cet acte" in read(client, control_url(control))
    confirm(client, "vote.count", control)
    sign_in(client, control.officer)
    shares = dict(zip(("share_1", "share_2"), split(KEY.private, 3, 2), strict=False))
    assert client.post(control_url(control, "ouvrir"), data=shares).status_code == 303
    preview = read(client, control_url(control))
    assert "Jardin d’Albi" in preview
    assert "Les résultats ne peuvent pas paraître avant" in preview
    assert "proposer la publication</button>" not in preview
    assert client.post(control_url(control, "publier")).status_code == 409
    move_round(control.round, Phase.RESULTS)
    assert "proposer la publication</button>" in read(client, control_url(control))
    assert client.post(control_url(control, "publier")).status_code == 303
    confirm(client, "vote.publish", control)
    page = read(client, control_url(control))
    assert "Voir la page des résultats" in page
    done = publication_of(control.round)
    assert done.document == count_of(control.round).document
    step = step_of(control.round, UrnState.PUBLISHED)
    assert step.first_by == control.officer.public_id != step.second_by
    assert step.first_by in page
    assert step.second_by in page


def test_whoever_proposed_does_not_confirm(control: World, client: FlaskClient) -> None:
    allowed_up_to_sealing = sealed(control)
    sign_in(client, control.officer)
    assert client.post(control_url(allowed_up_to_sealing, "autoriser")).status_code == 303
    deed = waiting_for("vote.count", control.round.public_id)
    answer = client.post(f"/gestion/actes/{deed.public_id}/confirmer", data={"seen": deed.shown})
    assert answer.status_code == 403
    assert step_of(control.round, UrnState.COUNTING) is None


def test_what_waits_for_the_publication_shows_no_winner_to_who_may_not_publish(counted: World, client) -> None:
    move_round(counted.round, Phase.RESULTS)
    sign_in(client, counted.officer)
    client.post(control_url(counted, "publier"))
    address = f"/gestion/actes/{waiting_for('vote.publish', counted.round.public_id).public_id}"
    sign_in(client, make_person(roles=(Role.OFFICER,)))
    assert "Jardin d’Albi" in client.get(address).text
    sign_in(client, make_person(roles=(Role.ADMINISTRATOR,)))
    assert "Jardin d’Albi" not in client.get(address).text


@pytest.mark.parametrize("roles", [(), (Role.MODERATOR,), (Role.APPRAISER,), (Role.ADMINISTRATOR,)], ids=str)
def test_nobody_else_sees_or_does_it(counted: World, client: FlaskClient, roles: tuple[Role, ...]) -> None:
    sign_in(client, make_person(roles=roles))
    assert client.get(control_url(counted)).status_code == 403
    for deed in PROPOSALS:
        assert client.post(control_url(counted, deed)).status_code == 403
    assert publication_of(counted.round) is None


def test_a_visitor_is_led_to_sign_in(counted: World, client: FlaskClient) -> None:
    assert client.get(control_url(counted)).status_code == 303


def test_deeds_sent_during_the_vote_are_refused(app, client: FlaskClient) -> None:
    world = voted_round(Phase.VOTING)
    sign_in(client, world.officer)
    for deed in PROPOSALS:
        assert client.post(control_url(world, deed)).status_code == 409
    assert count_of(world.round) is None


def test_a_deed_proposed_twice_waits_once(control: World, client: FlaskClient) -> None:
    sealed(control)
    sign_in(client, control.officer)
    assert client.post(control_url(control, "autoriser")).status_code == 303
    assert client.post(control_url(control, "autoriser")).status_code == 409


def test_a_recount_that_differs_is_not_even_proposed(counted: World, client: FlaskClient) -> None:
    move_round(counted.round, Phase.RESULTS)
    with transaction():
        db.session.execute(sa.update(OpenedBallot).values(choices=f"{counted.projects['Concert'].public_id}:1"))
    sign_in(client, counted.officer)
    answer = client.post(control_url(counted, "publier"))
    assert answer.status_code == 409
    assert "ne redonne pas le premier" in answer.text


def test_the_figures_to_reconcile_are_shown(control: World, client: FlaskClient) -> None:
    sign_in(client, control.officer)
    page = read(client, control_url(control))
    for name in ("Signatures sur la liste", "Enveloppes dans l’urne"):
        assert name in page
    assert "<dd>36</dd>" in page


def test_the_result_page_states_the_finding_and_explains(published: World, client: FlaskClient) -> None:
    page = read(client, f"/budgets/{published.round.slug}/resultats")
    data = json.loads(publication_of(published.round).document)
    funded = sum(p["state"] == "funded" for p in data["projects"])
    assert f"{funded} projets financés pour 85 000 €" in page
    assert "Sur une enveloppe de 100 000 €" in page
    assert "36 bulletins" in page
    assert "L’argent n’a plus suffi au rang 4 : il restait 15 000 €" in page
    assert "Sous le seuil de 2 votes" in page
    assert "il aurait été financé avec" in page
    assert "Elle a payé 25 000 €" in page
    assert f"participatory tally resultats-{published.round.slug}.pb --rule greedy" in page
    assert "c0ffee" in page
    assert publication_of(published.round).digest in page


def test_the_result_page_reads_in_english(published: World, client: FlaskClient) -> None:
    assert client.get(f"/budgets/{published.round.slug}/resultats?lang=en").status_code == 200


def test_a_page_that_has_not_changed_is_not_sent_again(published: World, client: FlaskClient) -> None:
    address = f"/budgets/{published.round.slug}/resultats"
    first = client.get(address)
    tag = first.headers["ETag"]
    assert publication_of(published.round).digest in tag
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    # The page of somebody who is signed in bears their name: it is never answered from another's copy.
    sign_in(client, make_person())
    assert "ETag" not in client.get(address).headers
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_titles_are_text_and_never_markup(app, client: FlaskClient) -> None:
    round_ = make_round(Phase.VOTING, floors=())
    evil = make_proposal(round_, title="<script>alert(1)</script>", cost_cents=1_000_00)
    put_ballots(round_, [[evil]])
    move_round(round_, Phase.CONTROL)
    world = World(round_, {}, make_person(roles=(Role.OFFICER,)))
    bring_out(count(world))
    assert "<script>alert" not in client.get(f"/budgets/{round_.slug}/resultats").text


def test_the_page_asks_the_same_of_the_database_whatever_its_length(app, client: FlaskClient, count_queries) -> None:
    asked = []
    for projects in (2, 40):
        round_ = make_round(Phase.VOTING)
        made = [make_proposal(round_, cost_cents=3_000_00) for _ in range(projects)]
        put_ballots(round_, [[each] for each in made])
        move_round(round_, Phase.CONTROL)
        officer = make_person(roles=(Role.OFFICER,))
        bring_out(count(World(round_, {}, officer)))
        with app.test_client() as visitor, count_queries() as public:
            assert visitor.get(f"/budgets/{round_.slug}/resultats").status_code == 200
        sign_in(client, officer)
        with count_queries() as staff:
            client.get(f"/gestion/budgets/{round_.slug}/depouillement")
        asked.append((len(public.statements), len(staff.statements)))
    assert asked[0] == asked[1]
    assert asked[0][0] <= 8


def test_the_charts_are_well_formed(published: World, client: FlaskClient) -> None:
    page = client.get(f"/budgets/{published.round.slug}/resultats").text
    drawings = ["<svg" + piece.split("</svg>")[0] + "</svg>" for piece in page.split("<svg")[1:]]
    assert len(drawings) > 5
    for drawing in drawings:
        ET.fromstring(drawing)  # noqa: S314 — our own drawing.
    assert "style=" not in page


def test_a_publication_does_not_outlive_the_calendar(published: World, client: FlaskClient) -> None:
    move_round(published.round, Phase.CONTROL)
    assert "projets financés pour" not in client.get(f"/budgets/{published.round.slug}/resultats").text
    assert client.get(f"/budgets/{published.round.slug}/resultats.csv").status_code == 404


def test_the_picture_of_a_funded_project_is_shown(control: World, client: FlaskClient) -> None:
    key = "0" * 32 + ".webp"
    with transaction():
        db.session.merge(control.projects["Vélos partagés"]).image_key = key
    bring_out(count(control))
    page = client.get(f"/budgets/{control.round.slug}/resultats").text
    assert f'src="/images/{key}"' in page


def test_the_page_of_a_project_says_what_the_vote_decided(published: World, client: FlaskClient) -> None:
    result = Result.of(publication_of(published.round).document)
    for found in (result.winners[0], result.losers[0]):
        page = client.get(f"/projets/{found['slug']}").text
        assert "Le résultat du vote" in page
        assert ("Non financé" in page) == (found in result.losers)
        assert f"#projet-{found['proposal']}" in page


def test_the_page_of_a_project_says_nothing_before_publication(counted: World, client: FlaskClient) -> None:
    for project in counted.projects.values():
        assert "Le résultat du vote" not in client.get(f"/projets/{project.slug}").text


def test_names_that_others_wrote_are_shown_as_they_are(app, client: FlaskClient) -> None:
    """A name with a per cent sign broke the published page, and one with markup ran on it."""
    world = voted_round(caps=(Cap(CapScope.CARRIER, 30_000_00),))
    association = make_association("100 % <b>Solidaires</b> 50 %(x)s")
    with transaction():
        for proposal in world.projects.values():
            proposal.association = association
    bring_out(count(world))
    page = read(client, f"/budgets/{world.round.slug}/resultats")
    assert "<b>Solidaires</b>" not in page
    assert "&lt;b&gt;Solidaires&lt;/b&gt; 50" in page
