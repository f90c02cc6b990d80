"""Addresses that are typed, and headers and problems that are sent: read, or refused in words."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
from hypothesis import example, given
from hypothesis import strategies as st

from lmchat_desktop.client.address import backend_address
from lmchat_desktop.client.call import Effect
from lmchat_desktop.client.errors import BadAddress, InsecureAddress, Refused
from lmchat_desktop.client.refusals import refusal

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

pieces = st.sampled_from(
    ["http", "https", "ftp", "://", ":", "/", "//", "@", "?", "#", "[", "]", "::1", "127.0.0.1",
     "localhost", "example.org", "EXAMPLE", ".", "..", "%", "%2e", "%zz", "443", "99999", "-1",
     "\\", " ", "\t", "\n", "\0", "münchen", "例え", "\u202e", "\u2044", "\u3002", "xn--", "a" * 70,
     "user", "pass", "javascript:", "file:", "0x7f.1", "2130706433", "[fe80::1%25eth0]"]
)  # fmt: skip
addresses = st.text(max_size=30) | st.lists(pieces, max_size=8).map("".join)


@given(addresses)
@example("https://example.org:0")
@example("https://[v1.a]")
@example("http://localhost.:8000")
@example("https://0.0.0.0000")
@example("https://999.1.1.1")
def test_an_address_is_usable_and_stays_so_or_is_refused(text: str) -> None:
    try:
        address = backend_address(text)
    except (BadAddress, InsecureAddress):
        return
    assert backend_address(address.base_url) == address
    assert address.secure or address.loopback
    parts = urlsplit(address.base_url)
    assert (parts.scheme == "https") == address.secure
    assert parts.hostname == address.host
    assert [parts.query, parts.fragment, parts.username, parts.password] == ["", "", None, None]
    sent = httpx.URL(f"{address.base_url}/v1/me")
    assert sent.path.endswith("/v1/me")
    if address.loopback:
        assert sent.host in ("localhost", address.host)


header_values = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)
waits = header_values | st.sampled_from(
    ["0", "-1", "1e9", "9" * 400, "NaN", "inf", "1.5", " 7 ", "١٢", "0x10",
     "Tue, 24 Nov 2026 12:00:30 GMT", "Tue, 24 Nov 2026 12:00:30 -0000",
     "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "Tue, 99 Nov 2026 99:99:99"]
)  # fmt: skip
fields = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
problems = st.dictionaries(
    st.sampled_from(["type", "title", "status", "detail", "errors", "current_etag", "error"]),
    fields,
).map(lambda value: json.dumps(value).encode())


@given(
    st.integers(400, 599), waits, problems | st.binary(max_size=60), header_values, st.booleans()
)
def test_a_refusal_is_told_in_words_that_are_short(
    status: int, wait: str, body: bytes, etag: str, named: bool
) -> None:
    kind = "application/problem+json" if named else "text/html"
    headers = {"Content-Type": kind, "ETag": etag}
    with contextlib.suppress(UnicodeEncodeError):
        headers["Retry-After"] = wait.encode("ascii").decode()
    response = httpx.Response(status, headers=headers, content=body)
    trouble = refusal(response, NOW, "req_1", next(iter(Effect)))
    assert isinstance(trouble, Refused)
    assert 0 < len(trouble.message) < 4000
    assert trouble.retry_after_s is None or 0 <= trouble.retry_after_s < float("inf")
