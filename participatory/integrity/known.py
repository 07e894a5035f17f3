"""Every network that is known to this process: the register, then the operator's file or the list that we ship."""

from functools import cache
from importlib.resources import files
from ipaddress import ip_network
from pathlib import Path

from flask import Flask, current_app

from config import BadConfiguration, Config
from participatory.integrity.codes import Address
from participatory.integrity.models import NetworkRange
from participatory.integrity.networks import Range, Ranges, RangesError, public_name, read_ranges
from participatory.integrity.queries import present_ranges, state_of_register

_KEY = "networks"


class KnownNetworks:
    """The ranges in memory; those of the register are read again when it changes."""

    def __init__(self, listed: Ranges):
        self._listed = listed
        self._state = (-1, -1)
        self._registered = Ranges(())

    def find(self, address: Address) -> Range | None:
        """The range of an address: the register first, whatever the length of the prefix; one statement."""
        state = state_of_register()
        if state != self._state:
            self._registered = Ranges(as_range(each) for each in present_ranges())
            self._state = state
        return self._registered.find(address) or self._listed.find(address)


@cache
def _shipped() -> tuple[Range, ...]:
    """The ranges that come with the program: they change with it alone, and are read once."""
    text = files("participatory.integrity").joinpath("reference/networks.csv").read_text("utf-8")
    return tuple(read_ranges(text))


def as_range(row: NetworkRange) -> Range:
    """A row of the register as it is searched."""
    owner = row.establishment.key if row.establishment is not None else row.name
    return Range(ip_network(row.cidr), row.network_kind, public_name(row.network_kind, owner, row.id))


def load(app: Flask, config: Config) -> None:
    """Read the lists when the process starts; raises BadConfiguration for a file that cannot be read."""
    app.extensions[_KEY] = KnownNetworks(Ranges(_listed(config)))


def known_networks() -> KnownNetworks:
    """The networks of this process."""
    known: KnownNetworks = current_app.extensions[_KEY]
    return known


def _listed(config: Config) -> list[Range]:
    if not config.network_ranges:
        return list(_shipped())
    try:
        return read_ranges(Path(config.network_ranges).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfiguration(f"NETWORK_RANGES cannot be read: {error}") from error
    except RangesError as error:
        raise BadConfiguration(f"NETWORK_RANGES: {error}") from error
