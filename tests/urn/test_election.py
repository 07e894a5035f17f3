"""The digest of the projects on the ballot."""

from hashlib import sha256

from participatory.urn.election import projects_digest

ROWS = [("b", "main", 150_000, "Une salle de répétition"), ("a", "campus", 900, "Bancs")]


def test_the_digest_is_of_canonical_json_in_any_order():
    written = '[["a","campus",900,"Bancs"],["b","main",150000,"Une salle de répétition"]]'
    assert projects_digest(ROWS) == projects_digest(reversed(ROWS)) == sha256(written.encode()).hexdigest()


def test_any_change_of_a_project_changes_the_digest():
    others = [
        ROWS[:1],
        [*ROWS, ROWS[0]],
        [ROWS[0], ("a", "main", 900, "Bancs")],
        [ROWS[0], ("a", "campus", 901, "Bancs")],
        [ROWS[0], ("a", "campus", 900, "Banc")],
        [ROWS[0], ("c", "campus", 900, "Bancs")],
    ]
    assert len({projects_digest(rows) for rows in [ROWS, *others]}) == 7
