"""Writes the files of incidents and of honest look-alikes; README.md tells where each comes from."""

from collections.abc import Callable
from dataclasses import replace

from tests.integrity.incidents.book import DAY, FOLDER, HOUR, Book, Vote


def courbevoie() -> Book:
    """One laptop at home, three evenings, an account after the other."""
    book = Book("courbevoie")
    book.everybody(850)
    for evening in (5, 6, 7):
        clock = evening * DAY + 21.2 * HOUR
        for _ in range(35):
            seconds = book.dice.about(28, 0.3)
            clock += seconds
            _stolen(book, clock, "centre", ("the man's home", "home"), "the laptop", "Firefox Windows", seconds)
            clock += book.dice.number(20, 75)
    return book


def guimaraes() -> Book:
    """A night, from 0:30 to 7:30, down a public list, on one connection, cookies cleared; a tenth of what happened."""
    book = Book("guimaraes")
    book.everybody(750)
    opened, rank = 8 * DAY + 0.5 * HOUR, 900
    for number in range(285):
        at = opened + (number + book.dice.number(0.2, 0.8)) * 7 * HOUR / 285
        rank = book.rank("centre", rank + int(book.dice.number(0, 4)))
        seconds = book.dice.about(26, 0.25)
        network = ("the night's home", "home")
        _stolen(book, at, "centre", network, book.device(0), "Chrome Windows", seconds, rank=rank)
    return book


def wroclaw() -> Book:
    """One address, 65 phones that take turns, in two shifts of one day, a vote every two minutes."""
    book = Book("wroclaw")
    book.everybody(720)
    phones = [(f"phone {number}", book.dice.of(("Chrome Android", "Samsung Android"))) for number in range(65)]
    for number in range(320):
        shift = 9.5 * HOUR + number * 125 if number < 146 else 16.5 * HOUR + (number - 146) * 125
        device, client = phones[number % 65]
        at = 7 * DAY + shift + book.dice.number(-9, 9)
        _stolen(book, at, "nord", ("the council's address", "home"), device, client, book.dice.about(48, 0.25))
    return book


def ciechanow() -> Book:
    """Somebody of an office votes for the people of two lists that the office keeps, among colleagues who vote too."""
    book = Book("ciechanow")
    book.everybody(780)
    office = ("campus:services", "campus")
    for _ in range(90):
        book.honest(
            int(book.dice.number(0, 5)) * DAY + book.dice.number(8.5, 18) * HOUR, what="colleague", network=office
        )
    for day, start in ((2, 310), (3, 1040)):
        rank, clock = start, day * DAY + 13.8 * HOUR
        for _ in range(60):
            rank = book.rank("nord", rank + (1 if book.dice.number() < 0.1 else 0))
            seconds = book.dice.about(22, 0.3)
            clock += seconds
            _stolen(book, clock, "nord", office, book.device(0), "Edge Windows", seconds, rank=rank)
            clock += book.dice.number(7, 24)
    return book


def santomera() -> Book:
    """Two people receive everybody's codes: one keeps the same browser, the other opens a private window each time."""
    book = Book("santomera")
    book.everybody(850)
    for name, day, count, client in (("first", 4, 52, "Chrome Windows"), ("second", 5, 46, "Safari macOS")):
        clock = day * DAY + 18.4 * HOUR
        for number in range(count):
            seconds = book.dice.about(34, 0.3)
            clock += seconds
            device = "the first one's computer" if name == "first" else ""
            network = (f"the {name} one's home", "home")
            _stolen(book, clock, "sud", network, device, client, seconds, own=number == 0)
            clock += book.dice.about(30, 0.4)
    return book


def gers() -> Book:
    """A script at night, in pairs of votes; and a dozen homes where somebody voted again twice within three minutes."""
    book = Book("gers")
    book.everybody(850)
    for day, hour in ((3, 2.15), (5, 3.65), (7, 1.4)):
        clock = day * DAY + hour * HOUR
        for _ in range(20):
            clock += book.dice.number(10, 40)
            network = (f"line {int(book.dice.number(0, 8))}", "home")
            for lag in (0.0, book.dice.number(2, 5)):
                seconds = book.dice.number(1.6, 4.4)
                _stolen(book, clock + lag, book.site(), network, book.device(0), "Chrome Linux", seconds)
    for home in range(12):
        clock, site, client = book.hour(), book.site(), book.client()
        for _ in range(3):
            _stolen(
                book,
                clock,
                site,
                (f"again {home}", "home"),
                f"again {home}",
                client,
                book.dice.about(40, 0.3),
                own=True,
            )
            clock += book.dice.number(65, 90)
    return book


def campus_life() -> Book:
    """Honest: a lecture, a class, a library's computer, a declared stand."""
    book = Book("campus-life")
    book.everybody(560)
    for _ in range(150):
        book.honest(
            1 * DAY + 10.1 * HOUR + book.dice.wait(240),
            what="lecture",
            site="centre",
            network=("campus:centre", "campus"),
        )
    rank = 640
    for _ in range(20):
        rank = book.rank("nord", rank)
        at = 2 * DAY + 14.5 * HOUR + book.dice.number(0, 600)
        book.votes.append(
            Vote(
                at,
                "nord",
                rank,
                "campus:nord",
                "campus",
                book.device(),
                book.client(),
                book.dice.about(110, 0.5),
                "clear",
                "class",
            )
        )
    for hour in (9.2, 11.4, 13.1, 16.0, 17.3):
        at = 3 * DAY + hour * HOUR
        book.honest(at, what="library", site="centre", network=("campus:centre", "campus"))
        book.votes[-1] = replace(book.votes[-1], device="library computer", client="Firefox Linux")
    for tablet in (1, 2):
        clock = 4 * DAY + 10.2 * HOUR + tablet * 41
        for _ in range(100):
            seconds = book.dice.about(55, 0.4)
            clock += seconds
            book.honest(clock, what="stand", site="centre", network=("campus:centre", "campus"))
            vote = replace(book.votes[-1], device=f"tablet {tablet}", client="Safari iOS", seconds=seconds)
            book.votes[-1] = replace(vote, stand="stand-library")
            clock += 6 + book.dice.wait(45)
    return book


def evening() -> Book:
    """Honest: a reminder at 17:00, a hall of residence on one address, a carrier's phones, nurses, a blind voter."""
    book = Book("evening")
    book.everybody(380)
    mail = 3 * DAY + 17 * HOUR
    for _ in range(170):
        book.honest(mail + book.dice.wait(2 * HOUR))
    for number in range(300):
        at = mail + 600 + book.dice.wait(1.5 * HOUR) if number < 200 else book.hour()
        book.honest(at, what="hall", network=("the hall", "home"))
    for _ in range(250):
        book.honest(mail + book.dice.number(0.5, 3.5) * HOUR, what="carrier", network=("mobile:a-1", "mobile"))
    for night in (4, 5):
        for _ in range(17):
            at = night * DAY + book.dice.number(2.6, 3.7) * HOUR
            book.honest(at, what="nurses", site="est", network=("campus:hospital", "campus"))
    book.honest(4 * DAY + 15 * HOUR, what="blind voter")
    book.votes[-1] = replace(book.votes[-1], seconds=2400)
    return book


def _stolen(
    book: Book, at: float, site: str, network: tuple[str, str], device: str, client: str, seconds: float,
    *, rank: int = 0, own: bool = False,
) -> None:  # fmt: skip
    """A vote of the incident; `own` when it may well be the voter's own."""
    where, kind = network
    must, what = ("either", "own") if own else ("flagged", "incident")
    book.votes.append(Vote(at, site, rank or book.rank(site), where, kind, device, client, seconds, must, what))


INCIDENTS: dict[str, Callable[[], Book]] = {
    "courbevoie": courbevoie,
    "guimaraes": guimaraes,
    "wroclaw": wroclaw,
    "ciechanow": ciechanow,
    "santomera": santomera,
    "gers": gers,
}
HONEST: dict[str, Callable[[], Book]] = {"campus-life": campus_life, "evening": evening}

if __name__ == "__main__":
    for name, make in (INCIDENTS | HONEST).items():
        book = make()
        (FOLDER / f"{name}.csv").write_text(book.events(), encoding="utf-8")
        (FOLDER / f"{name}.expected.csv").write_text(book.expected(), encoding="utf-8")
