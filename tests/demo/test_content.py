"""The stories of the demonstration hold together, and name no real person."""

import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import participatory

PACKAGE = Path(participatory.__file__).parent
CONTENT = PACKAGE / "demo" / "content"
REFERENCE = PACKAGE / "territories" / "reference"

THEMES = {
    "welcome",
    "housing",
    "health",
    "food",
    "shared_services",
    "sport",
    "culture",
    "tutoring",
    "intergenerational",
    "disability",
    "entrepreneurship",
}
MARKERS = {"green_pact", "social_inclusion", "accessibility"}
STATES = {"draft", "submitted", "changes_requested", "admitted", "refused"}
REASONS = {
    "incomplete",
    "off_topic",
    "outside_region",
    "not_general_interest",
    "over_ceiling",
    "already_funded",
    "discriminatory",
    "personal_data",
    "duplicate",
}
FLOOR_CENTS, CEILING_CENTS = 2_000_00, 30_000_00

Row = dict[str, Any]


def load(name: str) -> list[Row]:
    rows: list[Row] = json.loads((CONTENT / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def table(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def total_cents(project: Row) -> int:
    return sum(line["quantity"] * line["unit_cents"] for line in project["lines"])


def words(text: str) -> int:
    return len(re.findall(r"\w+(?:[’-]\w+)*", text))


PROJECTS = load("projects")
UNFEASIBLE = load("unfeasible_projects")
SUBMISSION = load("submission_projects")
APPRAISALS = {row["ref"]: row for row in load("appraisals")}
PEOPLE = {row["key"]: row for row in load("people")}
ASSOCIATIONS = {row["key"]: row for row in load("associations")}
SITES = {row["slug"]: row for row in table("sites")}
ESTABLISHMENTS = {row["key"]: row for row in table("establishments")}
EVERY_PROJECT = PROJECTS + UNFEASIBLE + SUBMISSION
FINISHED = [project for project in EVERY_PROJECT if project.get("state") != "draft"]


def named(project: Row) -> str:
    return str(project["ref"])


def test_the_numbers_are_those_that_were_asked() -> None:
    assert (len(PROJECTS), len(UNFEASIBLE), len(SUBMISSION), len(APPRAISALS)) == (40, 4, 12, 44)


def test_references_and_titles_are_unique() -> None:
    for field in ("ref", "title"):
        assert max(Counter(project[field] for project in EVERY_PROJECT).values()) == 1


@pytest.mark.parametrize("project", EVERY_PROJECT, ids=named)
def test_a_project_speaks_of_known_things(project: Row) -> None:
    assert project["theme"] in THEMES
    assert project["site"] is None or project["site"] in SITES
    assert set(project["markers"]) <= MARKERS
    assert project["association"] in ASSOCIATIONS
    author = PEOPLE[project["author"]]
    assert author["roles"] == ["student"]
    assert author["association"] == project["association"]
    assert len(project["title"]) <= 80
    assert len(project["summary"]) <= 160


@pytest.mark.parametrize("project", FINISHED, ids=named)
def test_a_finished_project_is_whole_and_within_the_rulebook(project: Row) -> None:
    assert FLOOR_CENTS <= total_cents(project) <= CEILING_CENTS
    assert 3 <= len(project["lines"]) <= 7
    assert 60 <= words(project["need"]) <= 140
    assert 80 <= words(project["solution"]) <= 180
    for line in project["lines"]:
        assert line["label"]
        assert line["kind"] in {"investment", "operating"}
        assert line["quantity"] > 0
        assert line["unit_cents"] > 0


def test_every_theme_and_every_site_has_a_project_on_the_ballot() -> None:
    assert {project["theme"] for project in PROJECTS} == THEMES
    assert {project["site"] for project in PROJECTS} == {*SITES, None}
    balance = [p for p in PROJECTS if p["site"] and SITES[p["site"]]["kind"] == "balance"]
    assert len(balance) >= 17


def test_nobody_carries_more_than_two_projects_of_a_round() -> None:
    for round_projects in (PROJECTS + UNFEASIBLE, SUBMISSION):
        assert max(Counter(project["author"] for project in round_projects).values()) <= 2


def test_each_project_in_review_has_its_published_answer() -> None:
    assert set(APPRAISALS) == {project["ref"] for project in PROJECTS + UNFEASIBLE}
    for project in PROJECTS:
        answer = APPRAISALS[project["ref"]]
        assert answer["feasible"] is True
        assert abs(answer["final_cents"] - total_cents(project)) * 100 <= 6 * total_cents(project)
        assert answer["final_cents"] <= CEILING_CENTS
    for project in UNFEASIBLE:
        assert APPRAISALS[project["ref"]]["feasible"] is False
        assert APPRAISALS[project["ref"]]["final_cents"] is None
    assert all(words(answer["reason"]) >= 8 for answer in APPRAISALS.values())


def test_about_a_dozen_costs_were_revised() -> None:
    revised = [p for p in PROJECTS if APPRAISALS[p["ref"]]["final_cents"] != total_cents(p)]
    assert 10 <= len(revised) <= 15


def test_the_round_in_submission_shows_every_state_and_never_a_judge_in_their_own_cause() -> None:
    assert {project["state"] for project in SUBMISSION} == STATES
    for project in SUBMISSION:
        decision = project["moderation"]
        assert (decision is None) == (project["state"] in {"draft", "submitted"})
        if decision is None:
            continue
        moderator = PEOPLE[decision["moderator"]]
        assert "moderator" in moderator["roles"]
        assert moderator["association"] != project["association"]
        assert decision["text"]
        assert (decision["reason"] is None) == (project["state"] == "admitted")
        assert decision["reason"] is None or decision["reason"] in REASONS


def test_people_are_fictional_and_cover_every_role() -> None:
    roles = Counter(role for person in PEOPLE.values() for role in person["roles"])
    assert roles["student"] >= 12
    assert roles["moderator"] >= 4
    assert roles["appraiser"] >= 2
    assert roles["officer"] >= 2
    assert roles["referent"] >= 1
    assert roles["observer"] >= 1
    assert roles["administrator"] >= 1
    emails = [person["email"] for person in PEOPLE.values()]
    assert len(set(emails)) == len(emails)
    for person in PEOPLE.values():
        domain = person["email"].partition("@")[2]
        assert domain == (
            "etu.exemple.example" if "student" in person["roles"] or person["site"] else "exemple.example"
        )
        assert person["email"] == person["email"].lower()
        assert person["email"].isascii()
        assert person["site"] is None or person["site"] in SITES
        assert person["establishment"] is None or person["establishment"] in ESTABLISHMENTS
        assert person["association"] is None or person["association"] in ASSOCIATIONS
        also = person.get("also", person)
        assert also["site"] is None or also["site"] in SITES
        assert also["establishment"] is None or also["establishment"] in ESTABLISHMENTS


def test_somebody_studies_on_two_sites() -> None:
    assert any(person["also"]["site"] != person["site"] for person in PEOPLE.values() if "also" in person)


def test_every_site_has_a_student() -> None:
    assert {person["site"] for person in PEOPLE.values() if "student" in person["roles"]} == set(SITES)


def test_associations_are_declared_fictional_and_moderators_come_from_three_of_them() -> None:
    assert len(ASSOCIATIONS) >= 14
    assert all(row["fictional"] is True for row in ASSOCIATIONS.values())
    assert all(row["site"] in SITES and row["kind"] in {"student", "federation"} for row in ASSOCIATIONS.values())
    assert len({p["association"] for p in PEOPLE.values() if "moderator" in p["roles"]}) >= 3


def test_texts_use_typographic_apostrophes_and_ordinary_spaces() -> None:
    for path in sorted(CONTENT.glob("*.json")):
        text = path.read_text(encoding="utf-8")
        assert not re.search("['\u00a0\u202f]", text), path.name


def test_the_reference_tables_are_whole() -> None:
    departments = {row["code"] for row in table("departments")}
    assert len(departments) == 13
    assert Counter(row["kind"] for row in SITES.values()) == {"metropolis": 2, "balance": 18}
    assert {row["department"] for row in SITES.values()} == departments
    assert len(ESTABLISHMENTS) == 29
    for row in ESTABLISHMENTS.values():
        assert row["site"] in SITES
        assert row["department"] == SITES[row["site"]]["department"]
        assert row["kind"] in {"university", "school", "grand_establishment", "other"}
        assert row["sector"] in {"public", "private"}
        assert row["domain_confirmed"] in {"yes", "no"}
        assert row["email_domains"]
