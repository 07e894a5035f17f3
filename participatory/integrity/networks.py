"""Which kind of network an address belongs to: ranges, the longest first, and the files that declare them. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from slugify import slugify

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.integrity.codes import Address
from participatory.integrity.rules import NetworkKind

Network = IPv4Network | IPv6Network

COLUMNS = ("cidr", "kind", "name")
# What a file of the operator may say; the networks of establishments are in the register, with who declared them.
KINDS = (NetworkKind.MOBILE, NetworkKind.HOSTING, NetworkKind.HOME)
# A whole operator at most: a wider range is a slip of the hand.
SHORTEST = {4: 12, 6: 28}
_MOST_FAULTS = 50
_LONGEST_NAME = 50


@dataclass(frozen=True)
class Range:
    """Addresses of one kind; `name` is the same for all of them, for as long as they are declared."""

    network: Network
    kind: NetworkKind
    name: str


class RangesError(ValueError):
    """A file of ranges that cannot be read: `faults` are (line, what is wrong), the header being line 1."""

    def __init__(self, faults: Sequence[tuple[int, str]]):
        super().__init__("; ".join(f"line {line}: {fault}" for line, fault in faults))
        self.faults = tuple(faults)


class Ranges:
    """Ranges to be searched: the longest prefix wins, and of two equal ones the last.

    A search asks one dictionary for each length of prefix that is in use, at most 33 in IPv4 and 129 in IPv6,
    however many ranges there are.
    """

    def __init__(self, ranges: Iterable[Range]):
        self._by_length: dict[tuple[int, int], dict[int, Range]] = {}
        for each in ranges:
            where = (each.network.version, each.network.prefixlen)
            self._by_length.setdefault(where, {})[int(each.network.network_address)] = each
        self._lengths = {
            version: sorted((length for known, length in self._by_length if known == version), reverse=True)
            for version in (4, 6)
        }

    def __len__(self) -> int:
        """How many ranges there are."""
        return sum(len(held) for held in self._by_length.values())

    def find(self, address: Address) -> Range | None:
        """The range of an address, None when nobody has declared it."""
        number, bits = int(address), address.max_prefixlen
        for length in self._lengths[address.version]:
            found = self._by_length[address.version, length].get(number >> (bits - length) << (bits - length))
            if found is not None:
                return found
        return None


def read_address(text: str) -> Address | None:
    """An address as one writes it, None for what is none; IPv4 written as IPv6 is IPv4, and a zone goes."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or IPv6Address(int(address))
    return address


def read_range(text: str) -> Network | Refusal:
    """A range of addresses as one writes it (192.0.2.0/24, or one address alone), or what is wrong with it."""
    written = text.strip()
    try:
        network = ip_network(written, strict=False)
    except ValueError:
        return _refused(
            N_("« %(text)s » n’est pas une plage d’adresses. Écrivez-la ainsi : 192.0.2.0/24, ou 2001:db8:12::/48."),
            text=written[:60],
        )
    if network.version == 6 and network.network_address.ipv4_mapped is not None and network.prefixlen >= 96:
        mapped = network.network_address.ipv4_mapped
        network = ip_network((int(mapped), network.prefixlen - 96))
    if network.prefixlen < SHORTEST[network.version]:
        return _refused(
            N_("%(range)s est trop large : une plage a au moins /%(least)s. Vérifiez le nombre après la barre."),
            range=network.with_prefixlen,
            least=SHORTEST[network.version],
        )
    if _serves_nobody(network):
        return _refused(N_("%(range)s ne désigne le réseau de personne."), range=network.with_prefixlen)
    if "/" in written and str(network.network_address) != _before_slash(written):
        return _refused(
            N_("« %(text)s » n’est pas le début d’une plage. Vouliez-vous dire %(range)s ?"),
            text=written[:60],
            range=network.with_prefixlen,
        )
    return network


def overlap(one: Network, other: Network) -> bool:
    """Whether two ranges share an address."""
    return one.version == other.version and one.overlaps(other)


def is_private(network: Network) -> bool:
    """Whether these addresses are never seen on the internet: only a deployment inside the campus receives them."""
    return network.is_private and not _is_documentation(network)


def public_name(kind: NetworkKind, name: str, number: int | None = None) -> str:
    """What stands for every address of a range: `mobile:free-mobile`, or `campus:ut2j:14` with the row of the range."""
    short = slugify(name, max_length=_LONGEST_NAME) or "sans-nom"
    return f"{kind}:{short}" if number is None else f"{kind}:{short[:40]}:{number}"


def read_ranges(text: str) -> list[Range]:
    """The ranges of a csv with the columns `COLUMNS`; raises RangesError with every bad row by its line."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if [name.strip().lower() for name in reader.fieldnames or ()][: len(COLUMNS)] != list(COLUMNS):
        raise RangesError([(1, f"the first line must be {','.join(COLUMNS)}")])
    faults: list[tuple[int, str]] = []
    ranges: list[Range] = []
    try:
        for row in reader:
            found = _row(row)
            if isinstance(found, Range):
                ranges.append(found)
            elif len(faults) < _MOST_FAULTS:
                faults.append((reader.line_num, found))
    except csv.Error as error:
        raise RangesError([(reader.line_num, f"this is not a csv: {error}")]) from error
    if faults:
        raise RangesError(faults)
    return ranges


def _row(row: dict[str, str | None]) -> Range | str:
    cidr, kind, name = ((row.get(column) or "").strip() for column in COLUMNS)
    if kind.lower() not in KINDS:
        return f"kind must be one of {', '.join(KINDS)}, not {kind[:40]!r}"
    if not name:
        return "name is empty"
    try:
        network = ip_network(cidr)
    except ValueError as error:
        return str(error)[:120]
    return Range(network, NetworkKind(kind.lower()), public_name(NetworkKind(kind.lower()), name))


def _before_slash(written: str) -> str:
    address = read_address(written.partition("/")[0])
    return str(address) if address is not None else ""


def _is_documentation(network: Network) -> bool:
    return any(network.version == each.version and network.subnet_of(each) for each in _DOCUMENTATION)  # type: ignore[arg-type]


def _serves_nobody(network: Network) -> bool:
    return network.is_multicast or network.is_loopback or network.is_unspecified or network.is_link_local


# RFC 5737 and RFC 3849: what examples are written with.
_DOCUMENTATION: tuple[Network, ...] = tuple(
    ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)


def _refused(message: str, **values: object) -> Refusal:
    return Refusal(message, Kind.INVALID, "cidr", **values)
