"""What is read from a request at the booth: address, device, client, time; and what is never believed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from config import BadConfiguration
from participatory.ballots.opening import open_vote
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.rules import Role
from participatory.integrity import collecting
from participatory.integrity.models import Signal
from participatory.integrity.registering import declare, end
from participatory.integrity.rules import Act, NetworkKind
from tests.ballots.conftest import World, build
from tests.factories import add_voter, establishment, make_person, make_round, sign_in
from tests.stands.making import declared_stand, device, device_token

HOME, CAMPUS = "203.0.113.7", "192.0.2.10"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
MORNING = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(app) -> World:
    made = build()
    with transaction():
        open_vote(made.round, now())
    return made


def signals() -> list[Signal]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Signal)))


def the_signal() -> Signal:
    [found] = signals()
    return found


class Visit:
    """Somebody's browser at the booth, at an address."""

    def __init__(self, client, world: World, address: str = HOME, **headers: str):
        self.client, self.world = client, world
        self.sent = {"environ_base": {"REMOTE_ADDR": address}, "headers": {"User-Agent": FIREFOX, **headers}}

    def get(self, path: str):
        return self.client.get(path, **self.sent)

    def post(self, path: str, data: dict):
        return self.client.post(path, data=data, **self.sent)

    def enter(self):
        return self.get(self.world.address())

    def seal(self) -> dict[str, str]:
        page = self.post(self.world.address("sceller"), {"choice": f"main:{self.world.ids[0]}:1"})
        assert page.status_code == 200, page.text
        return dict(re.findall(r'name="(ciphertext|key)" value="([^"]+)"', page.text))

    def cast(self, sealed: dict[str, str] | None = None):
        answer = self.post(self.world.urn("deposer"), sealed or self.seal())
        assert answer.status_code == 303, answer.text
        assert answer.location.endswith("/recu"), answer.location
        return answer


@pytest.fixture
def visit(client, world) -> Visit:
    sign_in(client, world.person)
    return Visit(client, world)


def cookie_of(answer, name: str = collecting.COOKIE) -> str:
    return next((each for each in answer.headers.getlist("Set-Cookie") if each.startswith(f"{name}=")), "")


def test_a_ballot_of_the_booth_notes_how_it_was_cast(visit):
    began = now()
    with time_machine.travel(began, tick=False) as clock:
        visit.enter()
        clock.shift(40)
        sealed = visit.seal()
        clock.shift(5)
        visit.cast(sealed)
    found = the_signal()
    assert (found.act, found.site, found.stand) == ("ballot", "toulouse", "")
    assert found.at == began + timedelta(seconds=45)
    assert (found.client, found.seconds, found.network_kind) == ("Firefox · Linux", 45.0, "home")
    assert all(re.fullmatch(r"[0-9a-f]{32}", each) for each in (found.network, found.prefix, found.device))
    assert "203.0.113" not in str(vars(found))


def test_the_address_has_another_code_the_next_day_of_paris(app, world):
    codes = set()
    # 22:30 and 23:30 UTC are two days in Paris, in winter.
    for moment in (MORNING, MORNING.replace(hour=22, minute=30), MORNING.replace(hour=23, minute=30)):
        with (
            time_machine.travel(moment, tick=False),
            app.test_request_context(environ_base={"REMOTE_ADDR": HOME}),
        ):
            codes.add(collecting.observed(world.round, Act.BALLOT).network)
    assert len(codes) == 2


def test_another_round_has_other_codes(app, world):
    other = make_round()
    with app.test_request_context(environ_base={"REMOTE_ADDR": HOME}, headers={"Cookie": f"device={'a' * 32}"}):
        one, two = (collecting.observed(each, Act.BALLOT) for each in (world.round, other))
    assert one.network != two.network
    assert one.prefix != two.prefix
    assert one.device != two.device


FORGED = {
    "X-Forwarded-For": CAMPUS,
    "X-Real-IP": CAMPUS,
    "Forwarded": f"for={CAMPUS}",
    "X-Client-IP": CAMPUS,
    "CF-Connecting-IP": CAMPUS,
    "True-Client-IP": CAMPUS,
}


def seen_from(app, address: str, headers: dict[str, str]) -> tuple[str, NetworkKind]:
    """What an application sees of an address, through its proxies; 192.0.2.0/24 is the one of a campus."""
    seen = []
    with app.app_context():
        round_, officer = make_round(), make_person(roles=(Role.OFFICER,))
        with transaction():
            declare("192.0.2.0/24", establishment(), officer, now(), name="Wifi")
        hooks = app.before_request_funcs.setdefault(None, [])
        hooks.insert(0, lambda: seen.append(collecting.observed(round_, Act.BALLOT)))
        app.test_client().get("/aide", environ_base={"REMOTE_ADDR": address}, headers=headers)
    return seen[0].network, seen[0].network_kind


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_forged_address_is_believed_from_trusted_proxies_alone(make_test_app, proxies):
    name, kind = seen_from(make_test_app(trusted_proxies=proxies), HOME, FORGED)
    # With one proxy the last value counts, which the proxy itself has written.
    assert kind is (NetworkKind.CAMPUS if proxies else NetworkKind.HOME)
    assert name.startswith("campus:") is bool(proxies)


def test_with_one_proxy_what_the_visitor_wrote_further_left_is_not_believed(make_test_app):
    app = make_test_app(trusted_proxies=1)
    _name, kind = seen_from(app, "127.0.0.1", {"X-Forwarded-For": f"{CAMPUS}, {HOME}"})
    assert kind is NetworkKind.HOME


@pytest.mark.parametrize("address", ["", "unix:", "not an address", "999.1.1.1"])
def test_a_request_whose_address_is_not_seen_has_no_network(app, world, address):
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        found = collecting.observed(world.round, Act.BALLOT)
    assert (found.network, found.prefix, found.network_kind) == ("", "", NetworkKind.HOME)


def test_the_register_comes_first_and_is_read_again_when_it_changes(app, world, count_queries):
    officer = make_person(roles=(Role.OFFICER,))

    def seen(address: str) -> tuple[NetworkKind, str]:
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            found = collecting.observed(world.round, Act.BALLOT)
        return found.network_kind, found.network

    # A hosting company of the list, then declared as the way out of a campus: its own network.
    assert seen("51.15.1.2")[0] is NetworkKind.HOSTING
    with transaction():
        row = declare("51.15.0.0/16", establishment(), officer, now(), name="Sortie")
    kind, name = seen("51.15.1.2")
    assert kind is NetworkKind.CAMPUS
    assert name == seen("51.15.200.9")[1]
    assert name.startswith("campus:")
    with count_queries() as found:
        seen("51.15.1.2")
    assert len(found.statements) == 1
    with transaction():
        end(row, officer, now())
    assert seen("51.15.1.2")[0] is NetworkKind.HOSTING


def test_thousands_of_mobile_phones_share_one_name(app, world):
    names = set()
    for address in ("37.160.0.1", "37.175.200.3"):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            names.add(collecting.observed(world.round, Act.BALLOT).network)
    assert names == {"mobile:free-mobile"}


def test_a_file_of_the_operator_takes_the_place_of_the_list(make_test_app, tmp_path):
    file = tmp_path / "networks.csv"
    file.write_text("cidr,kind,name\n203.0.113.0/24,mobile,Opérateur\n", "utf-8")
    app = make_test_app(network_ranges=str(file))
    with app.app_context():
        round_ = make_round()
        for address, kind in ((HOME, NetworkKind.MOBILE), ("51.15.1.2", NetworkKind.HOME)):
            with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
                assert collecting.observed(round_, Act.BALLOT).network_kind is kind


@pytest.mark.parametrize("content", [b"", b"cidr,kind,name\n1.2.3.4/8,mobile,x\n", b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_stops_the_start_and_says_which_setting(make_test_app, tmp_path, content):
    file = tmp_path / "networks.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadConfiguration, match="NETWORK_RANGES"):
        make_test_app(network_ranges=str(file))


def test_nobody_gets_a_device_cookie_before_they_have_signed_in(client, world):
    for path in ("/", world.address(), "/connexion", f"/budgets/{world.round.slug}"):
        assert cookie_of(client.get(path)) == ""


def test_who_is_not_on_the_roll_gets_no_device_cookie(client, world):
    sign_in(client, make_person())
    assert cookie_of(client.get(world.address())) == ""


def test_the_device_cookie_ends_with_the_appeals_and_is_closed_to_scripts(visit, world):
    with time_machine.travel(now(), tick=False):
        header = cookie_of(visit.enter())
        lasts = int(re.search(r"Max-Age=(\d+)", header)[1])
        kept = timedelta(days=world.round.rulebook.roll_kept_days)
        assert abs(world.round.results_at + kept - now() - timedelta(seconds=lasts)) < timedelta(seconds=2)
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Path=/;" in f"{header};"
    assert "Domain" not in header
    assert re.match(r"device=[0-9a-f]{32};", header)
    # It is sent once in a sitting.
    assert cookie_of(visit.enter()) == ""


def test_two_people_in_one_browser_share_the_code_of_the_device(app, client, world):
    other = make_person()
    add_voter(world.round, other)
    for person in (world.person, other):
        sign_in(client, person)
        visit = Visit(client, world)
        visit.enter()
        visit.cast()
    one, two = signals()
    assert one.device == two.device != ""
    assert one.key != two.key


@pytest.mark.parametrize("forged", ["", "x", "A" * 32, "a" * 31, "a" * 33, "../../etc/passwd", "é" * 32, "a" * 4000])
def test_a_device_number_that_is_none_of_ours_is_not_noted(app, world, forged):
    value = forged.encode().decode("latin-1")
    with app.test_request_context(headers={"Cookie": f"device={value}"}):
        assert collecting.observed(world.round, Act.BALLOT).device == ""


def test_a_declared_stand_is_noted_by_its_name_and_gets_no_device_cookie(app, world):
    officer = make_person(roles=(Role.OFFICER,))
    client = device(app, device_token(declared_stand(world.round, officer), officer))
    sign_in(client, world.person)
    visit = Visit(client, world)
    assert cookie_of(visit.enter()) == ""
    client.set_cookie(collecting.COOKIE, "a" * 32)
    visit.cast()
    found = the_signal()
    assert found.stand == "Arsenal, midi"
    assert found.device == ""


def test_a_ballot_without_a_page_of_the_booth_took_no_time(client, world):
    sign_in(client, world.person)
    visit = Visit(client, world)
    sealed = visit.seal()
    with client.session_transaction() as session:
        del session[collecting.SITTINGS]
    visit.cast(sealed)
    assert the_signal().seconds == 0
    assert the_signal().device != ""


def test_another_person_of_the_browser_begins_a_sitting_of_their_own(client, world):
    other = make_person()
    add_voter(world.round, other)
    with time_machine.travel(now(), tick=False) as clock:
        sign_in(client, world.person)
        Visit(client, world).enter()
        clock.shift(300)
        sign_in(client, other)
        visit = Visit(client, world)
        visit.enter()
        clock.shift(9)
        visit.cast()
    assert the_signal().seconds == 9


def test_a_second_ballot_is_timed_from_the_first(visit):
    with time_machine.travel(now(), tick=False) as clock:
        visit.enter()
        clock.shift(100)
        visit.cast()
        clock.shift(6)
        visit.cast()
    assert the_signal().seconds == 6


def test_a_page_left_open_gives_no_length(visit):
    with time_machine.travel(now(), tick=False) as clock:
        visit.enter()
        sealed = visit.seal()
        clock.shift(31 * 60)
        visit.cast(sealed)
    assert the_signal().seconds is None


def test_signing_out_leaves_nothing_of_the_sitting(visit):
    visit.enter()
    with visit.client.session_transaction() as session:
        assert collecting.SITTINGS in session
    visit.post("/deconnexion", {})
    with visit.client.session_transaction() as session:
        assert collecting.SITTINGS not in session


def test_taking_a_ballot_back_by_the_page_takes_its_signal(visit, world):
    visit.enter()
    visit.cast()
    assert len(signals()) == 1
    assert visit.post(world.address("retirer"), {}).status_code == 303
    assert signals() == []


def test_a_support_gives_the_browser_its_number_and_has_no_time(app, world):
    client = app.test_client()
    sign_in(client, world.person)
    app.before_request_funcs = {}
    seen = []
    app.add_url_rule("/soutien", "act", lambda: seen.append(collecting.observed(world.round, Act.SUPPORT)) or "")
    first = client.get("/soutien")
    client.get("/soutien")
    assert cookie_of(first)
    assert seen[0].device == seen[1].device != ""
    assert seen[0].seconds is None
