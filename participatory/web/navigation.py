"""Menus: each package adds its own entry, so that the shell knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_babel import gettext
from flask_login import current_user

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
        owner = next((each for each in open_to_them if each.blueprint and each.blueprint == request.blueprint), None)
        return [_shown(entry, owner) for entry in open_to_them]


def _may_open(entry: Entry) -> bool:
    if not entry.permissions:
        return True
    return current_user.is_authenticated and any(current_user.holds(each) for each in entry.permissions)


def _shown(entry: Entry, owner: Entry | None) -> Shown:
    """An entry; where one owns the page, no other is the current one although their addresses begin alike."""
    url = url_for(entry.endpoint)
    current = entry is owner if owner else request.path == url or request.path.startswith(entry.prefix or url)
    return Shown(french(gettext(entry.label)), url, current, entry.count() if entry.count else 0)


def add_menus(app: Flask) -> tuple[Callable[..., None], Callable[..., None]]:
    """Create the main and the staff menu; the two functions that add entries to them."""
    main, staff = Menu(), Menu()
    app.jinja_env.globals.update(main_navigation=main.shown, staff_navigation=staff.shown)
    return main.add, staff.add
