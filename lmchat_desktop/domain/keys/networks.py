"""Networks that a key may be used from: read as a person types them, in one canonical text.

CIDR notation (RFC 4632, RFC 4291 2.3) or a single address. An IPv4 address that comes mapped into
IPv6 (RFC 4291 2.5.5.2) is the IPv4 address, on both sides of the comparison.
"""

from __future__ import annotations

import re
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TYPE_CHECKING

from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lmchat_desktop.domain.wording import Sentence

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_PREFIX_LENGTH = re.compile(r"0|[1-9][0-9]{0,2}", re.ASCII)
_MAPPED_BITS = 96
_MAPPED = IPv6Network("::ffff:0:0/96")


class BadNetwork(ValueError):
    """The text is no network.

    Attributes:
        message: what is wrong with it, for a person.
        proposal: a network that was probably meant, or None.
    """

    def __init__(self, message: Sentence, proposal: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.proposal = proposal


def read_network(text: str) -> Network:
    """The network that a text names; blanks around it do not count.

    Raises:
        BadNetwork: it names none, or an address within a network, which can be meant either way.
    """
    address_text, slash, length_text = text.strip().partition("/")
    address = _address(address_text)
    if not slash:
        return _plain(ip_network(address))
    if not _PREFIX_LENGTH.fullmatch(length_text) or int(length_text) > address.max_prefixlen:
        raise BadNetwork(
            said(
                "Keys",
                "After the slash stands how many bits of the address count: 0 to {most}.",
                most=address.max_prefixlen,
            ),
            _by_netmask(address, length_text),
        )
    network = ip_network(f"{address}/{length_text}", strict=False)
    if network.network_address != address:
        proposal = canonical(_plain(network))
        raise BadNetwork(
            said(
                "Keys",
                "{address} is one address within the network {network}: write the one or the "
                "other.",
                address=str(address),
                network=proposal,
            ),
            proposal,
        )
    return _plain(network)


def canonical(network: Network) -> str:
    """The one text by which a network is known; that of a single address has no slash."""
    if network.prefixlen == network.max_prefixlen:
        return str(network.network_address)
    return str(network)


def read_address(text: str) -> Address:
    """The address of a caller; one that is mapped into IPv6 is the IPv4 address.

    Raises:
        ValueError: it is none.
    """
    address = ip_address(text)
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        address = IPv6Address(int(address))
    return _unmapped(address)


def contains(networks: Iterable[str], address: Address) -> bool:
    """Whether an address lies in one of the networks, given in their canonical texts."""
    own = _unmapped(address)
    return any(
        own.version == network.version and own in network
        for network in (ip_network(text) for text in networks)
    )


def _address(text: str) -> Address:
    if "%" in text:
        raise BadNetwork(
            said("Keys", "An address with a zone (%) is known on one machine alone."),
            text.partition("%")[0] or None,
        )
    try:
        return ip_address(text)
    except ValueError:
        raise BadNetwork(
            said(
                "Keys",
                "This is no address: write one such as 192.0.2.7 or 2001:db8::7, or a network "
                "such as 192.0.2.0/24.",
            )
        ) from None


def _by_netmask(address: Address, mask: str) -> str | None:
    try:
        return canonical(_plain(ip_network(f"{address}/{mask}", strict=False)))
    except ValueError:
        return None


def _unmapped(address: Address) -> Address:
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _plain(network: Network) -> Network:
    """A network of mapped addresses as the IPv4 network that it is."""
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        mapped = network.network_address.ipv4_mapped
        assert mapped is not None
        return IPv4Network((mapped, network.prefixlen - _MAPPED_BITS))
    return network
