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

    `count`, where given, says how many things wait there for the present person; 0 shows nothing.
    """

    endpoint: str
    label: str
    order: int
    permissions: frozenset[str] = frozenset()
    prefix: str = ""
    count: Callable[[], int] | None = None


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
        return [_shown(entry) for entry in self._entries if _may_open(entry)]


def _may_open(entry: Entry) -> bool:
    if not entry.permissions:
        return True
    return current_user.is_authenticated and any(current_user.holds(each) for each in entry.permissions)


def _shown(entry: Entry) -> Shown:
    url = url_for(entry.endpoint)
    current = request.path == url or request.path.startswith(entry.prefix or url)
    return Shown(french(gettext(entry.label)), url, current, entry.count() if entry.count else 0)


def add_menus(app: Flask) -> tuple[Callable[..., None], Callable[..., None]]:
    """Create the main and the staff menu; the two functions that add entries to them."""
    main, staff = Menu(), Menu()
    app.jinja_env.globals.update(main_navigation=main.shown, staff_navigation=staff.shown)
    return main.add, staff.add
