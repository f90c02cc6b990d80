"""The socket that the sandbox listens on."""

from __future__ import annotations

import socket

import pytest

from lmchat_desktop.sandbox.server import HOST, listen


def test_its_connections_name_their_protocol() -> None:
    """By which asyncio knows that it can have them send at once."""
    with listen(0) as listening:
        address = listening.getsockname()
        assert address[0] == HOST
        with socket.create_connection(address) as caller:
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.proto == socket.IPPROTO_TCP
                assert caller.getpeername() == address


def test_a_port_in_use_is_refused() -> None:
    with listen(0) as listening, pytest.raises(OSError, match="in use"):
        listen(listening.getsockname()[1])
