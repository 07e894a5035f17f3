import socket
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from tests.identity.letters import ask, deliver_waiting


class Postbox:
    """Keeps what it receives."""

    def __init__(self):
        self.received = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 — the name that the library calls.
        self.received.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=default)))
        return "250 Kept"


@pytest.fixture
def postbox():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    handler = Postbox()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    handler.port = port
    yield handler
    controller.stop()


def test_the_letter_really_leaves_by_the_mail_server(make_test_app, postbox):
    app = make_test_app(smtp_host="127.0.0.1", smtp_port=postbox.port, public_url="https://budget.example")
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        ask(app.test_client(), "camille@etu.exemple.example")
        assert deliver_waiting() == 1
        assert deliver_waiting() == 0
    [(recipients, letter)] = postbox.received
    assert recipients == ["camille@etu.exemple.example"]
    assert letter["Subject"] == "Votre code de connexion au Budget étudiant Occitanie"
    assert letter["From"] == "ne-pas-repondre@budget-etudiant.example"
    body = letter.get_content()
    assert "https://budget.example/connexion/lien/" in body
    assert "quinze minutes" in body
