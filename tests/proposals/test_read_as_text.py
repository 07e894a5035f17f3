"""Texts are compared as they are read, and the history of a project never begins empty."""

import pytest

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.markdown import plain
from participatory.proposals.actions import Stamp, locked, save, stamp_of
from participatory.proposals.differences import Change, text_differences
from participatory.proposals.rules import State
from participatory.proposals.versions import version_at, versions_of, visible_versions
from participatory.proposals.written import content_of
from participatory.rounds.rules import Phase
from tests.factories import make_person, make_proposal, make_round


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Du **gras** et de l’*emphase*.", "Du gras et de l’emphase."),
        ("# Titre\n\nTexte\nsuite", "Titre\n\nTexte\nsuite"),
        ("- un\n- deux\n\nFin", "• un\n• deux\n\nFin"),
        ("3. trois\n4. quatre", "3. trois\n4. quatre"),
        ("[le plan](https://plan.example)", "le plan (https://plan.example)"),
        ("<b onclick=x>brut</b>", "<b onclick=x>brut</b>"),
        ("", ""),
    ],
)
def test_markdown_is_read_without_its_signs(written, read):
    assert plain(written) == read


def test_what_changes_is_told_without_signs_and_signs_alone_are_told_too():
    pieces = text_differences("- un **vieux** frigo", "- un **grand** frigo")
    assert "*" not in "".join(each.text for each in pieces)
    assert [each.text for each in pieces if each.change is Change.ADDED] == ["grand"]
    assert any(each.change is not Change.SAME for each in text_differences("vieux", "**vieux**"))


def test_a_project_from_before_versions_were_kept_shows_the_one_that_stands(app):
    proposal = make_proposal(make_round(Phase.REVIEW), State.ADMITTED, author=make_person())
    assert [(each.number, each.content["need"]) for each in visible_versions(proposal, None)] == [(1, "Un besoin.")]
    assert version_at(proposal, 1).content["title"] == proposal.title


def test_it_is_kept_before_it_is_written_over(app):
    author = make_person()
    proposal = make_proposal(make_round(Phase.REVIEW), State.CHANGES_REQUESTED, author=author)
    assert not versions_of(proposal)
    with transaction():
        held = locked(proposal.public_id)
        content = content_of(held)
        save(held, author, type(content)(title="Autre"), Stamp("", stamp_of(held)), now())
    assert [each.content["title"] for each in versions_of(proposal)] == [content.title]
