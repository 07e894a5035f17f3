"""Talking to services: which addresses, how much, how often."""

import pytest
import requests

from participatory.core.errors import Refusal
from participatory.doors.fetching import LARGEST_ANSWER, NotAllowed, Shelf, guarded
from participatory.doors.origins import origin_of, service_address
from participatory.doors.rules import unreachable
from tests.doors.peers import Answer, Service


class Clock:
    """Seconds that the test lets pass."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Library:
    """Counts how often a document is fetched."""

    def __init__(self):
        self.times, self.fails = 0, False

    def __call__(self) -> int:
        self.times += 1
        if self.fails:
            raise unreachable("panne")
        return self.times


def test_a_document_is_kept_ten_minutes():
    clock, library = Clock(), Library()
    shelf = Shelf(clock)
    assert [shelf.get("a", library) for _ in range(3)] == [1, 1, 1]
    clock.now += Shelf.KEPT
    assert shelf.get("a", library) == 2
    assert shelf.get("b", library) == 3


def test_a_document_is_renewed_once_in_a_while():
    clock, library = Clock(), Library()
    shelf = Shelf(clock)
    shelf.get("a", library)
    assert shelf.renew("a", library) == 2
    assert shelf.renew("a", library) is None
    assert shelf.get("a", library) == 2
    clock.now += Shelf.RENEWED_EVERY
    assert shelf.renew("a", library) == 3


def test_a_service_out_of_order_is_not_asked_by_each_visitor():
    clock, library = Clock(), Library()
    shelf, library.fails = Shelf(clock), True
    for _ in range(5):
        with pytest.raises(Refusal):
            shelf.get("a", library)
    assert library.times == 1
    library.fails = False
    clock.now += Shelf.FAILED_FOR
    assert shelf.get("a", library) == 2


@pytest.fixture
def service():
    with Service().running() as running:
        yield running


def fetch(service: Service, answer: Answer, origins=None) -> requests.Response:
    service.pages["/"] = lambda *_: answer
    with requests.Session() as session:
        return guarded(session, origins or {origin_of(service.url)}).get(service.url + "/")


def test_an_answer_as_large_as_allowed_is_read_whole(service):
    assert len(fetch(service, Answer("x" * LARGEST_ANSWER)).content) == LARGEST_ANSWER


@pytest.mark.parametrize(
    "answer",
    [
        Answer("x" * (LARGEST_ANSWER + 1)),
        Answer(location="/ailleurs"),
        Answer("x", headers={"Content-Encoding": "br"}),
    ],
    ids=["large", "redirection", "compressed"],
)
def test_what_an_honest_service_never_sends_is_not_read(service, answer):
    with pytest.raises(NotAllowed):
        fetch(service, answer)


def test_no_other_host_is_asked(service):
    with pytest.raises(NotAllowed):
        fetch(service, Answer("x"), {"https://idp.example.fr:443"})
    assert service.asked == []


def test_no_compressed_answer_is_asked_for(service):
    seen = {}
    service.pages["/"] = lambda _given, headers: seen.update(headers) or Answer("x")
    with requests.Session() as session:
        guarded(session, {origin_of(service.url)}).get(service.url + "/")
    assert seen["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://idp.example.fr/x", "https://idp.example.fr:443"),
        ("https://IDP.example.fr:8443", "https://idp.example.fr:8443"),
        ("http://localhost:1/", "http://localhost:1"),
    ],
)
def test_an_origin_is_a_scheme_a_host_and_a_port(address, origin):
    assert origin_of(address) == origin


@pytest.mark.parametrize(
    "address",
    [
        "",
        "idp.example.fr",
        "ftp://idp.example.fr",
        "https://",
        "https://a@b.fr",
        "https://idp.example.fr:0",
        "https://idp.example.fr:x",
        "https://idp.example.fr\\@malin.fr",
        "https://idp.example.fr /",
        "https://idp.exam\nple.fr",
        "https://[::1",
    ],
)
def test_what_is_no_address_of_a_service_has_no_origin(address):
    with pytest.raises(ValueError, match="address"):
        origin_of(address)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9", "http://localhost/cas", "http://10.0.0.1", "https://2130706433"]
)
def test_only_trials_talk_to_this_machine_and_nothing_talks_to_numbers(address):
    with pytest.raises(Refusal):
        service_address(address, "issuer")
    if "127" in address or "localhost" in address:
        assert service_address(address, "issuer", local=True) == address
    else:
        with pytest.raises(Refusal):
            service_address(address, "issuer", local=True)
