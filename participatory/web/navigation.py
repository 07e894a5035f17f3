"""Menus: each package adds its own entry, so that the shell knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_babel import gettext
from flask_login import current_user

from participatory.core.labels import N_
from participatory.core.typography import french


@dataclass(frozen=True)
class Entry:
    """One line of a menu: `label` is a French catalogue key; no `permissions` means everybody, else one of them.

    `count`, where given, says how many things wait there for the present person; 0 shows nothing. The entry is
    the current one on the pages under `prefix`, or on those of `blueprint` wherever their addresses are.
    """

    endpoint: str
    label: str
    order: int
    permissions: frozenset[str] = frozenset()
    prefix: str = ""
    count: Callable[[], int] | None = None
    blueprint: str = ""


@dataclass(frozen=True)
class Shown:
    """An entry as a template shows it."""

    label: str
    url: str
    current: bool
    count: int


@dataclass(frozen=True)
class Group:
    """Entries under one heading; `current` when one of them is, `count` of all that waits there."""

    heading: str
    entries: list[Shown]

    @property
    def current(self) -> bool:
        """Whether the present page is one of these."""
        return any(each.current for each in self.entries)

    @property
    def count(self) -> int:
        """What waits under this heading."""
        return sum(each.count for each in self.entries)


# Headings of the staff menu, each from the order of its first entry. Few entries need none.
_HEADINGS = ((0, N_("À traiter")), (41, N_("Autour du vote")), (80, N_("Comptes et données")))
_FEW = 6


class Menu:
    """The entries of one menu of an application."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def add(self, *entries: Entry) -> None:
        """Add entries; they are shown in the order of their `order`."""
        self._entries = sorted([*self._entries, *entries], key=lambda entry: entry.order)

    def shown(self) -> list[Shown]:
        """The entries that the present person may open."""
        open_to_them = [entry for entry in self._entries if _may_open(entry)]
        return [_shown(entry, _owner(open_to_them)) for entry in open_to_them]

    def grouped(self) -> list[Group]:
        """The same under headings; one group without a heading when they are few."""
        allowed = [entry for entry in self._entries if _may_open(entry)]
        owner = _owner(allowed)
        if len(allowed) <= _FEW:
            return [Group("", [_shown(entry, owner) for entry in allowed])]
        held: dict[str, list[Shown]] = {}
        for entry in allowed:
            heading = next(words for start, words in reversed(_HEADINGS) if entry.order >= start)
            held.setdefault(heading, []).append(_shown(entry, owner))
        return [Group(french(gettext(heading)), entries) for heading, entries in held.items()]


def _may_open(entry: Entry) -> bool:
    if not entry.permissions:
        return True
    return current_user.is_authenticated and any(current_user.holds(each) for each in entry.permissions)


def _owner(entries: list[Entry]) -> Entry | None:
    return next((each for each in entries if each.blueprint and each.blueprint == request.blueprint), None)


def _shown(entry: Entry, owner: Entry | None) -> Shown:
    """An entry; where one owns the page, no other is the current one although their addresses begin alike."""
    url = url_for(entry.endpoint)
    current = entry is owner if owner else request.path == url or request.path.startswith(entry.prefix or url)
    return Shown(french(gettext(entry.label)), url, current, entry.count() if entry.count else 0)


def add_menus(app: Flask) -> tuple[Callable[..., None], Callable[..., None]]:
    """Create the main and the staff menu; the two functions that add entries to them."""
    main, staff = Menu(), Menu()
    app.jinja_env.globals.update(main_navigation=main.shown, staff_navigation=staff.shown, staff_groups=staff.grouped)
    return main.add, staff.add
