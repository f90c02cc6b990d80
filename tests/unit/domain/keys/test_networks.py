"""Networks are read as they are typed, and know which addresses lie in them."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.keys.networks import (
    BadNetwork,
    canonical,
    contains,
    read_address,
    read_network,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("192.0.2.0/24", "192.0.2.0/24"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("192.0.2.7/32", "192.0.2.7"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("2001:DB8:0:0::/32", "2001:db8::/32"),
        ("2001:db8::1/128", "2001:db8::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ("::/0", "::/0"),
    ],
)
def test_what_is_typed_has_one_text(typed: str, kept: str) -> None:
    assert canonical(read_network(typed)) == kept
    assert canonical(read_network(kept)) == kept


@pytest.mark.parametrize(
    ("typed", "proposal"),
    [
        ("192.0.2.7/24", "192.0.2.0/24"),
        ("2001:db8::1/64", "2001:db8::/64"),
        ("::ffff:192.0.2.7/120", "192.0.2.0/24"),
        ("192.0.2.0/255.255.255.0", "192.0.2.0/24"),
        ("192.0.2.0/33", None),
        ("192.0.2.0/", None),
        ("192.0.2.0/-1", None),
        ("192.0.2", None),
        ("192.0.2.010", None),
        ("example.org", None),
        ("", None),
        ("fe80::1%eth0", "fe80::1"),
        ("١٩٢.0.2.1", None),
    ],
)
def test_what_is_no_network_is_refused_with_what_was_probably_meant(
    typed: str, proposal: str | None
) -> None:
    with pytest.raises(BadNetwork) as told:
        read_network(typed)
    assert told.value.proposal == proposal
    if proposal is not None:
        assert canonical(read_network(proposal)) == proposal


@pytest.mark.parametrize(
    ("networks", "address", "inside"),
    [
        (["192.0.2.0/24"], "192.0.2.255", True),
        (["192.0.2.0/24"], "192.0.3.0", False),
        (["192.0.2.0/24"], "::ffff:192.0.2.9", True),
        (["::/0"], "192.0.2.9", False),
        (["0.0.0.0/0"], "2001:db8::1", False),
        (["198.51.100.7", "2001:db8::/32"], "2001:db8:ffff::1", True),
        ([], "192.0.2.1", False),
        (["fe80::/10"], "fe80::1%eth0", True),
    ],
)
def test_what_lies_in_a_network(networks: list[str], address: str, inside: bool) -> None:
    assert contains(networks, read_address(address)) is inside


addresses = st.ip_addresses()


@given(address=addresses, length=st.integers(0, 128))
def test_every_network_holds_its_own_addresses_and_keeps_its_text(
    address: IPv4Address | IPv6Address, length: int
) -> None:
    network = ip_network((address, min(length, address.max_prefixlen)), strict=False)
    kept = canonical(read_network(str(network)))
    assert canonical(read_network(kept)) == kept
    outside = isinstance(address, IPv6Address) and address.ipv4_mapped and "." not in kept
    assert contains([kept], address) is not bool(outside)


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(BadNetwork):
        kept = canonical(read_network(text))
        assert canonical(read_network(kept)) == kept
