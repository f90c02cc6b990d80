"""Calls carried out over HTTP, with what their answers are read as.

It is loaded by the first call that a process makes, and with it all that speaks HTTP.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from lmchat_desktop.client import answers
from lmchat_desktop.client.api import Downloaded
from lmchat_desktop.client.call import JSON_TYPE
from lmchat_desktop.client.errors import BadAnswer
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    import httpx

    from lmchat_desktop.client.answers import M, OnBytes
    from lmchat_desktop.client.call import Call
    from lmchat_desktop.client.calls import Caller
    from lmchat_desktop.client.cancel import CancelToken


class Wire:
    """The calls of one client; thread-safe.

    Args:
        caller: carries them out.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def name_device(self, device_id: str | None) -> None:
        """Send this device along with every signed call from now on."""
        self._caller.device_id = device_id

    def close(self) -> None:
        """Close all connections; calls under way end with `Cancelled`."""
        self._caller.close()

    def read(
        self, call: Call, model: type[M], cancel: CancelToken | None, *, to_the_end: bool = False
    ) -> M:
        """The answer as one of the contract's types.

        Args:
            call: what to ask.
            model: what is answered.
            cancel: ends it early.
            to_the_end: whether closing the client lets it end first.
        """

        def reading(response: httpx.Response, stop: CancelToken) -> M:
            answers.expect_type(response, JSON_TYPE, call.effect)
            body = answers.read_body(response, answers.MAX_JSON, call.effect, stop)
            return answers.parse(body, model, call.effect)

        return self._caller.perform(call, reading, cancel, to_the_end=to_the_end)

    def act(self, call: Call, cancel: CancelToken | None) -> None:
        """A call whose success has no body."""
        self._caller.perform(call, lambda response, stop: None, cancel)

    def download(
        self,
        call: Call,
        media_type: str,
        etag: str | None,
        limit: int,
        cancel: CancelToken | None,
        on_bytes: OnBytes | None,
    ) -> Downloaded | None:
        """A body of one media type, of `limit` bytes at most; None where it still has the ETag."""

        def reading(response: httpx.Response, stop: CancelToken) -> Downloaded | None:
            if response.status_code == 304 and etag is not None:
                return None
            answers.expect_type(response, media_type, call.effect)
            found = response.headers.get("ETag")
            if not found:
                raise BadAnswer(
                    said(
                        "Client",
                        "The backend's answer lacks its version mark. What you see is what was "
                        "known before. Tell whoever runs the backend.",
                    ),
                    f"{call.method} {call.path}: no ETag",
                )
            return Downloaded(
                found, answers.read_body(response, limit, call.effect, stop, on_bytes)
            )

        return self._caller.perform(call, reading, cancel)

    def fetch(
        self,
        call: Call,
        media_type: str,
        into: BinaryIO,
        limit: int,
        cancel: CancelToken | None,
        on_bytes: OnBytes | None,
    ) -> None:
        """A body of one media type, of `limit` bytes at most, written as it comes."""

        def reading(response: httpx.Response, stop: CancelToken) -> None:
            answers.expect_type(response, media_type, call.effect)
            into.seek(0)
            into.truncate()
            answers.write_body(response, into, limit, call.effect, stop, on_bytes)

        self._caller.perform(call, reading, cancel)
