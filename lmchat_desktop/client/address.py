"""The address of a backend: checked once, before anything is sent to it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from lmchat_desktop.client.errors import BadAddress, InsecureAddress
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from lmchat_desktop.domain.wording import Sentence


def is_loopback(host: str) -> bool:
    """Whether a host name or literal address is this machine: 127/8, ::1 or localhost."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class BackendAddress:
    """Where a backend is.

    Attributes:
        base_url: scheme, host, port and path without a slash at its end.
        host: the host alone, without brackets.
        secure: whether it is https.
        loopback: whether the host is this machine.
    """

    base_url: str
    host: str
    secure: bool
    loopback: bool


def backend_address(text: str) -> BackendAddress:
    """Check and normalise what a person typed or a profile holds.

    Raises:
        BadAddress: it is not an http(s) address, or carries a name, password, query or fragment.
        InsecureAddress: it is plain http to another machine.
    """
    typed = text.strip()
    if "://" not in typed:
        typed = f"https://{typed}"
    try:
        parts = urlsplit(typed)
        port = parts.port
    except ValueError:
        raise _bad(said("Client", "it cannot be read as an address")) from None
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"}:
        raise _bad(said("Client", "it does not begin with https://"))
    if not _is_name(host) or any(c.isspace() or not c.isprintable() for c in typed):
        raise _bad(said("Client", "it names no host"))
    if parts.username is not None or parts.password is not None:
        raise _bad(
            said("Client", "it contains a name or a password, which do not belong into an address")
        )
    if parts.query or parts.fragment:
        raise _bad(said("Client", "it has a question mark or a hash sign in it"))
    loopback = is_loopback(host)
    if parts.scheme == "http" and not loopback:
        raise InsecureAddress(
            said(
                "Client",
                "This address begins with http://, which anybody on the network can read, and it "
                "is not on this machine. Nothing was sent. Use the address that begins with "
                "https://; plain http is only for localhost, 127.0.0.1 and [::1].",
            ),
            f"host={host}",
        )
    shown = f"[{host}]" if ":" in host else host
    base = SplitResult(
        parts.scheme,
        shown if port is None else f"{shown}:{port}",
        parts.path.rstrip("/"),
        "",
        "",
    ).geturl()
    return BackendAddress(base, host, parts.scheme == "https", loopback)


def _is_name(host: str) -> bool:
    """Whether a call could be addressed to it.

    Letters beyond ASCII have to make a domain name, and what ends in a number has to be an address:
    no domain does (RFC 3696 section 2), and 127.1 or 010.0.0.1 mean another one to each reader.
    """
    if host.isascii():
        return bool(host) and (not _ends_in_number(host) or _is_ip_address(host))
    import idna

    try:
        idna.encode(host.lower())
    except idna.IDNAError:
        return False
    return True


def _ends_in_number(host: str) -> bool:
    return ":" not in host and host.rstrip(".").rpartition(".")[2].isdigit()


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _bad(why: Sentence) -> BadAddress:
    return BadAddress(
        said(
            "Client",
            "This is not the address of a backend: {why}. Nothing was sent. An address looks like "
            "https://admin.example.org.",
            why=why,
        )
    )
