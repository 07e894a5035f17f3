"""Which names of host and which proxies are believed."""

import pytest

from config import LEGAL, BadConfiguration, Config
from participatory.web.limits import by_network
from tests.identity.letters import post

NAMED = {name.upper(): "Nom" for name in LEGAL}
SAFE = {"PRODUCTION": "1", "SECRET_KEY": "s" * 40, "PUBLIC_URL": "https://budget.example", **NAMED}


@pytest.fixture
def hosted(make_test_app):
    app = make_test_app(trusted_hosts="budget.example, .example.org", public_url="http://budget.example")
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        yield app


def test_any_name_does_outside_production_and_the_public_one_in_it():
    assert Config.from_env({}).hosts is None
    assert Config.from_env(SAFE).hosts == ["budget.example"]
    named = Config.from_env({**SAFE, "TRUSTED_HOSTS": " Www.Budget.example,127.0.0.1 ,"})
    assert named.hosts == ["budget.example", "www.budget.example", "127.0.0.1"]


@pytest.mark.parametrize("hosts", ["*", "https://budget.example", "*.example"])
def test_patterns_and_addresses_are_no_names(hosts):
    with pytest.raises(BadConfiguration, match="TRUSTED_HOSTS"):
        Config.from_env({**SAFE, "TRUSTED_HOSTS": hosts})


@pytest.mark.parametrize(
    "host", ["evil.example", "budget.example.evil.example", "budget.example@evil.example", "é", ""]
)
@pytest.mark.parametrize("path", ["/", "/connexion", "/nulle-part", "/mon-compte"])
def test_a_request_that_names_another_host_is_told_our_address(hosted, host, path):
    answer = hosted.test_client().get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert 'href="http://budget.example"' in answer.text
    assert "evil" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("host", ["budget.example", "budget.example:8443", "www.example.org"])
def test_our_own_names_are_served(hosted, host):
    assert hosted.test_client().get("/", headers={"Host": host}).status_code == 200


def test_a_form_sent_under_another_name_does_nothing(hosted):
    answer = hosted.test_client().post(
        "/connexion", data={"email": "camille@etu.exemple.example"}, headers={"Host": "evil.example"}
    )
    assert answer.status_code == 400
    assert post() == []


@pytest.mark.parametrize("forged", [{"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}])
def test_letters_carry_the_public_address_whatever_the_request_says(make_test_app, forged):
    app = make_test_app(trusted_proxies=1, public_url="http://budget.example")
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        answer = app.test_client().post("/connexion", data={"email": "camille@etu.exemple.example"}, headers=forged)
        assert answer.status_code == 303
        assert "evil" not in post()[-1].body
        assert "http://budget.example/connexion/lien/" in post()[-1].body


@pytest.mark.parametrize(
    ("proxies", "said", "network"),
    [
        (0, "198.51.100.1", "network:127.0.0.0/24"),
        (1, "198.51.100.1", "network:198.51.100.0/24"),
        # Only what our own proxy wrote, at the right, is believed.
        (1, "203.0.113.9, 198.51.100.1", "network:198.51.100.0/24"),
        (2, "203.0.113.9, 192.0.2.4, 198.51.100.1", "network:192.0.2.0/24"),
        (1, "not an address", "network:unknown"),
    ],
)
def test_a_forged_forwarded_address_changes_nothing_unless_configured(make_test_app, proxies, said, network):
    app = make_test_app(trusted_proxies=proxies)
    seen = []
    app.before_request(lambda: seen.append(by_network()))
    app.test_client().get("/", headers={"X-Forwarded-For": said})
    assert seen == [network]
