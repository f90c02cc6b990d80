"""What people type about a key, read strictly: networks line by line, amounts of money, limits.

What cannot be read for certain is refused with the reason, never guessed: a comma taken for a
decimal point would make a budget a hundred times too large.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lmchat_desktop.domain.keys.networks import BadNetwork, canonical, read_network
from lmchat_desktop.domain.money import NANOS_PER_USD, usd_text
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from lmchat_desktop.domain.wording import Sentence

MOST_NETWORKS = 500
LARGEST_LIMIT = 2**53 - 1
LARGEST_NANOS = 2**63 - 1
_DECIMALS = 9
_GROUPED = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)", re.ASCII)
_AMOUNT = re.compile(rf"\$?\s*({_GROUPED.pattern})(?:\.([0-9]+))?", re.ASCII)
_LONGEST_NUMBER = 60


class Unreadable(ValueError):
    """A text is not what was asked for.

    Attributes:
        reason: why, for the person who typed it.
    """

    def __init__(self, reason: Sentence) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class NetworkLine:
    """One line of a list of networks.

    Attributes:
        number: which line it is, from 1.
        text: what stands there.
        network: its canonical form; empty where it is none.
        reason: why it is none.
        proposal: what was probably meant, or None.
    """

    number: int
    text: str
    network: str
    reason: Sentence | None = None
    proposal: str | None = None


def network_lines(text: str) -> list[NetworkLine]:
    """Every line that is not blank, read by itself."""
    lines = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            lines.append(NetworkLine(number, line, canonical(read_network(line))))
        except BadNetwork as trouble:
            lines.append(NetworkLine(number, line, "", trouble.message, trouble.proposal))
    return lines


def nanos_of(text: str) -> int:
    """An amount such as 1,234.56 as exact nano US dollars.

    Raises:
        Unreadable: it is none, is below zero, is finer than a nano dollar or too large.
    """
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise Unreadable(said("Keys", "Write an amount in US dollars such as 1,234.56."))
    whole, decimals = found[1].replace(",", "").lstrip("0"), (found[2] or "").rstrip("0")
    if len(decimals) > _DECIMALS:
        raise Unreadable(said("Keys", "An amount has nine decimals at most."))
    if len(whole) <= _LONGEST_NUMBER:
        nanos = int(whole or "0") * NANOS_PER_USD + int(decimals.ljust(_DECIMALS, "0"))
        if nanos <= LARGEST_NANOS:
            return nanos
    raise Unreadable(said("Keys", "An amount is $9,223,372,036 at most."))


def amount_text(nanos: int) -> str:
    """An amount that is not negative as `nanos_of` reads it: 1,234.56."""
    whole, _point, decimals = usd_text(nanos).partition(".")
    return f"{int(whole):,}.{decimals}"


def limit_of(text: str) -> int:
    """A limit such as 10,000 as a number.

    Raises:
        Unreadable: it is none, is zero, or too large.
    """
    if _GROUPED.fullmatch(text.strip()) is None:
        raise Unreadable(said("Keys", "Write a whole number such as 10,000."))
    digits = text.strip().replace(",", "").lstrip("0")
    if not digits:
        raise Unreadable(said("Keys", "A limit is 1 at least; leave it empty for none."))
    if len(digits) > _LONGEST_NUMBER or int(digits) > LARGEST_LIMIT:
        raise Unreadable(said("Keys", "A limit is {most} at most.", most=f"{LARGEST_LIMIT:,}"))
    return int(digits)
