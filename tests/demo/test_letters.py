"""Reading the letters that the demonstration keeps."""

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.demo.letters import read_letters
from participatory.outbox.actions import enqueue
from participatory.outbox.sender import deliver_waiting


def test_a_letter_in_which_somebody_drew_a_line_is_still_one_letter(make_test_app):
    app = make_test_app(demo=True)
    app.extensions["mailman"].backend = "file"
    folder = app.extensions["config"].letters_folder
    values = dict.fromkeys(("title", "association", "reason", "article", "link", "deadline", "contact"), "x")
    with app.app_context():
        with transaction():
            enqueue("a@exemple.fr", "moderation_refused", "fr", now(), text="Avant\n" + "-" * 79 + "\naprès", **values)
        assert deliver_waiting() == 1
        (folder / "begun.log").write_text("Subject: half", encoding="utf-8")
        [letter] = read_letters(folder)
    assert "Avant" in letter.body
    assert "après" in letter.body
    assert app.test_client().get("/demo/courrier").status_code == 200
    assert app.test_client().get(f"/demo/courrier/{letter.name}").status_code == 200
