"""On the device of a stand, the service of the establishment is asked to ask again: it may know who came before."""

import base64
import zlib
from urllib.parse import parse_qs, urlsplit

from participatory.identity.rules import Role
from tests.doors.conftest import cas_source, oidc_source, set_out
from tests.doors.test_saml import World
from tests.factories import make_person, make_round
from tests.stands.making import declared_stand, device, device_token


def _asked(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


def _device(app):
    officer = make_person(roles=(Role.OFFICER,))
    return device(app, device_token(declared_stand(make_round(), officer), officer))


def test_cas_renews_on_a_stand_and_nowhere_else(app, client, cas):
    source = cas_source(cas)
    assert _asked(set_out(_device(app), source))["renew"] == ["true"]
    assert "renew" not in _asked(set_out(client, source))


def test_openid_connect_prompts_on_a_stand_and_nowhere_else(app, client, provider):
    source = oidc_source(provider.url)
    assert _asked(set_out(_device(app), source))["prompt"] == ["login"]
    assert "prompt" not in _asked(set_out(client, source))


def test_saml_forces_the_sign_in_when_it_is_asked_to(tmp_path):
    world = World(tmp_path)

    def request(afresh: bool) -> str:
        url = world.door().depart("a-state", "ignored", afresh=afresh).url
        return zlib.decompress(base64.b64decode(_asked(url)["SAMLRequest"][0]), -15).decode()

    assert 'ForceAuthn="true"' in request(afresh=True)
    assert "ForceAuthn" not in request(afresh=False)
