"""E-mail addresses and telephone numbers: what is one, and the form in which one is kept.

E-mail is that of RFC 5321 with international addresses (RFC 6531), without quoted local parts and
address literals; a domain is checked by IDNA 2008 and kept in Unicode. Telephone numbers are those
of ITU-T E.164 with their country code: a `+` and at most 15 digits. Whether a number is in use
only a code tells.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

import idna

_MAX_LOCAL = 64
_MAX_ADDRESS = 254
_ATOM = r"[^\s\x00-\x20\x7f()<>\[\]:;@\\,\".]+"
_DOT_ATOM = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_BETWEEN_DIGITS = re.compile(r"[ \u00a0\u202f().\-\u2010\u2011/]")


class ContactKind(StrEnum):
    """A way to reach somebody."""

    EMAIL = "email"
    PHONE = "phone"


class BadContact(ValueError):
    """An address that cannot be one; the text says why and repeats nothing of it."""


def checked(kind: ContactKind, written: str) -> str:
    """The address in the form in which it is kept.

    Raises:
        BadContact: it cannot be one.
    """
    return checked_email(written) if kind is ContactKind.EMAIL else checked_phone(written)


def checked_email(written: str) -> str:
    """The address in Unicode's composed form, with its domain in lower case.

    Raises:
        BadContact: it cannot be one.
    """
    address = unicodedata.normalize("NFC", written.strip())
    local, at, domain = address.rpartition("@")
    if not at or not local:
        raise BadContact("an e-mail address has a name, an @ and a domain")
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co") for character in address):
        raise BadContact("it has a character that cannot be seen")
    if len(local.encode()) > _MAX_LOCAL or not _DOT_ATOM.fullmatch(local):
        raise BadContact("the part before the @ is not one that can be written to")
    try:
        wire = idna.encode(domain, uts46=True).decode("ascii")
        shown = idna.decode(wire)
    except (idna.IDNAError, UnicodeError):
        raise BadContact("the part after the @ is not a domain") from None
    if "." not in wire or wire.rsplit(".", 1)[1].isdigit():
        raise BadContact("the part after the @ is not a domain")
    if len(local.encode()) + 1 + len(wire) > _MAX_ADDRESS:
        raise BadContact("it is longer than an address can be")
    return f"{local}@{shown}"


def checked_phone(written: str) -> str:
    """The number as E.164 has it: `+`, country code and number without anything between.

    Raises:
        BadContact: it cannot be one.
    """
    number = _BETWEEN_DIGITS.sub("", written.strip())
    if not number.startswith("+"):
        raise BadContact("write the number with its country code, such as +49 30 1234567")
    if not _E164.fullmatch(number):
        raise BadContact("after the + there are 7 to 15 digits, the first of them not 0")
    return number


def folded(kind: ContactKind, address: str) -> str:
    """By what an address is looked up: in one case of letters, a number by its digits alone."""
    if kind is ContactKind.EMAIL:
        return folded_text(address)
    return "".join(character for character in address if character.isdigit())


def folded_text(text: str) -> str:
    """A text as it is compared: in one case of letters and one form of Unicode."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()


def redacted(kind: ContactKind, address: str) -> str:
    """As much of an address as tells its owner which one it is, and nobody else."""
    if kind is ContactKind.PHONE:
        return f"…{folded(kind, address)[-2:]}"
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
