"""What can happen to a request on the wire, for a `FaultProxy`."""

from __future__ import annotations

import gzip
import json
import threading
import zlib
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from lmchat_desktop.contract.base import PROBLEM_JSON, PROBLEM_TYPE_ROOT, instant_text
from lmchat_desktop.contract.identity import Capability
from tests.support.fault_proxy import Answer, Fault, Relay

LOG_IN_PAGE = b"<html><title>Log in to the hotel network</title></html>"
MORE = b" " * 65536
TIMES = frozenset({"server_time", "as_of", "last_seen_at", "lease_until"})
"""The fields of answers that tell the backend's present."""


def never(relay: Relay) -> None:
    """Nothing comes, and the backend hears of nothing."""
    relay.stall()


def lost(relay: Relay) -> None:
    """The backend acts, and the connection ends before its answer begins."""
    relay.ask()


def lost_by_reset(relay: Relay) -> None:
    """The backend acts, and the connection breaks before its answer begins."""
    relay.ask()
    relay.reset()


def hangs_after_effect(relay: Relay) -> None:
    """The backend acts, and nothing comes."""
    relay.ask()
    relay.stall()


def reset(relay: Relay) -> None:
    """The connection breaks before the backend hears of anything."""
    relay.reset()


def cut(head: float = 1.0, body: float = 0.0) -> Fault:
    """The backend acts; that part of the head comes, and of the body, and no more."""

    def fault(relay: Relay) -> None:
        answer = relay.ask()
        top = answer.head()
        kept = answer.body[: int(len(answer.body) * body)]
        relay.send(top[: int(len(top) * head)], kept if head == 1.0 else b"")

    return fault


def stalls_in_the_middle(relay: Relay) -> None:
    """Half of the answer comes, and then nothing, on an open connection."""
    answer = relay.ask()
    relay.send(answer.head(), answer.body[: len(answer.body) // 2])
    relay.stall()


def dribbles(relay: Relay) -> None:
    """The answer comes byte by byte, each in time, for ever."""
    answer = relay.ask()
    relay.send(answer.head(length=-1))
    pause = threading.Event()
    while relay.send(b" "):
        pause.wait(0.01)


def endless(relay: Relay) -> None:
    """The answer begins as it should and does not end."""
    answer = relay.ask()
    relay.send(answer.head(length=-1), answer.body)
    while relay.send(MORE):
        pass


def endless_head(relay: Relay) -> None:
    """Headers come and do not end."""
    relay.ask()
    relay.send(b"HTTP/1.1 200 OK\r\n")
    number = 0
    while relay.send(f"X-{number}: {'x' * 500}\r\n".encode()):
        number += 1


def announces(length: int) -> Fault:
    """The answer says that it is so long."""

    def fault(relay: Relay) -> None:
        answer = relay.ask()
        relay.send(answer.head(length=length), answer.body)

    return fault


def announces_less(relay: Relay) -> None:
    """The answer says that it is shorter than it is."""
    answer = relay.ask()
    relay.send(answer.head(length=len(answer.body) // 2), answer.body)


def sent_twice(relay: Relay) -> None:
    """The request reaches the backend twice; the second answer comes."""
    relay.ask()
    relay.give(relay.ask())


def answered_twice(relay: Relay) -> None:
    """The answer comes twice, one after the other, on a connection that is kept."""
    answer = relay.ask()
    whole = answer.head(goes_on=True) + answer.body
    relay.goes_on = True
    relay.send(whole + whole)


def changed(body: bytes | None = None, kind: str | None = None, **headers: str | None) -> Fault:
    """The backend acts; its answer comes with another body, type or headers."""

    def fault(relay: Relay) -> None:
        answer = relay.ask()
        answer = answer.with_body(answer.body if body is None else body, kind)
        for name, text in headers.items():
            answer = answer.with_header(name.replace("_", "-"), text)
        relay.give(answer)

    return fault


log_in_page = changed(LOG_IN_PAGE, "text/html")
"""Another server answers, as in an hotel."""

not_json = changed(LOG_IN_PAGE)
"""The same under the name of what was agreed."""


def damaged(relay: Relay) -> None:
    """The body is the agreed one but for a byte in its middle."""
    answer = relay.ask()
    middle = len(answer.body) // 2
    body = answer.body[:middle] + b"\xff" + answer.body[middle + 1 :]
    relay.give(answer.with_body(body))


def bomb(relay: Relay) -> None:
    """A small answer that unpacks to a gigabyte."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    block = bytes(2**20)
    body = b"".join(packer.compress(block) for _ in range(64)) + packer.flush(zlib.Z_FULL_FLUSH)
    answer = relay.ask().with_header("Content-Encoding", "gzip")
    relay.send(answer.head(length=-1), body)
    repeated = b"".join([packer.compress(block), packer.flush(zlib.Z_FULL_FLUSH)])
    for _ in range(960):
        if not relay.send(repeated):
            return


def packed(relay: Relay) -> None:
    """No fault: the answer is compressed as the client allows it."""
    answer = relay.ask()
    body = gzip.compress(answer.body)
    relay.give(answer.with_body(body).with_header("Content-Encoding", "gzip"))


says_packed = changed(Content_Encoding="gzip")
"""The answer says that it is compressed and is not."""


def refuses(
    status: int, kind: str = "", *, retry_after: str | None = None, body: bytes | None = None
) -> Fault:
    """Something before the backend says no, and the backend hears of nothing."""

    def fault(relay: Relay) -> None:
        relay.give(refusal(status, kind, retry_after, body))

    return fault


def refusal(
    status: int, kind: str = "", retry_after: str | None = None, body: bytes | None = None
) -> Answer:
    """A problem as the contract has it."""
    if body is None:
        told = {"type": PROBLEM_TYPE_ROOT + kind, "title": "No", "status": status}
        body = json.dumps(told).encode()
    more = () if retry_after is None else (("Retry-After", retry_after),)
    return Answer(status, "No", (("Content-Type", PROBLEM_JSON), *more), body)


def fails_after_effect(status: int) -> Fault:
    """The backend acts, and something before it says that it failed."""

    def fault(relay: Relay) -> None:
        relay.ask()
        relay.give(refusal(status))

    return fault


def redirects(relay: Relay) -> None:
    """Another address is named in place of an answer."""
    relay.give(Answer(302, "Found", (("Location", "https://elsewhere.example/"),), b""))


def skewed(by: timedelta) -> Fault:
    """The backend's clock is off by so much, in headers and bodies, and it is no sandbox's."""

    def fault(relay: Relay) -> None:
        answer = relay.ask()
        date = answer.header("Date")
        if date:
            moved = parsedate_to_datetime(date) + by
            answer = answer.with_header("Date", format_datetime(moved, usegmt=True))
        if answer.header("Content-Type").startswith("application/json"):
            answer = answer.with_body(json.dumps(_moved(json.loads(answer.body), by)).encode())
        relay.give(answer)

    return fault


def _moved(value: Any, by: timedelta) -> Any:
    if isinstance(value, list):
        return [_moved(each, by) for each in value]
    if not isinstance(value, dict):
        return value
    if "capabilities" in value:
        left = [each for each in value["capabilities"] if each != Capability.MOVABLE_CLOCK]
        value = value | {"capabilities": left}
    return {
        name: instant_text(datetime.fromisoformat(text) + by)
        if name in TIMES and isinstance(text, str)
        else _moved(text, by)
        for name, text in value.items()
    }
