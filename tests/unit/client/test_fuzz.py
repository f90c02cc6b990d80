"""Whatever a backend answers, a call gives a result or an `ApiTrouble`, never another error."""

from __future__ import annotations

import contextlib

import httpx
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.client import changes, usage
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import OAuthTokens
from lmchat_desktop.client.errors import ApiTrouble
from lmchat_desktop.contract.base import ARROW_STREAM, PROBLEM_JSON
from tests.unit.client.conftest import AT_ONCE

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "data",
                    "has_more",
                    "next_cursor",
                    "kind",
                    "id",
                    "entity",
                    "type",
                    "title",
                    "status",
                    "detail",
                    "errors",
                    "access_token",
                    "expires_in",
                    "etag",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
bodies = st.binary(max_size=200) | json_values.map(
    lambda value: httpx.Response(200, json=value).content
)
header_text = st.text(
    st.characters(min_codepoint=32, max_codepoint=126), max_size=30
) | st.sampled_from(["120", "Tue, 24 Nov 2026 12:00:30 GMT", "99999999999999999999", "gzip"])
answers = st.builds(
    lambda status, kind, names, body: (status, {"Content-Type": kind, **names}, body),
    st.integers(200, 599),
    st.sampled_from(["application/json", PROBLEM_JSON, ARROW_STREAM, "text/html", ""]),
    st.dictionaries(
        st.sampled_from(["ETag", "Retry-After", "Date", "Location", "Content-Encoding"]),
        header_text,
    ),
    bodies,
)


@given(st.lists(answers, min_size=1, max_size=6))
def test_any_answer_is_survived(script: list[tuple[int, dict[str, str], bytes]]) -> None:
    left = list(script)

    def handle(request: httpx.Request) -> httpx.Response:
        status, headers, body = left.pop(0) if len(left) > 1 else left[0]
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))

    with ApiClient(
        "http://localhost",
        OAuthTokens("lmc-at-1", "lmc-rt-1"),
        transport=httpx.MockTransport(handle),
        retry=AT_ONCE,
    ) as api:
        for call in (
            lambda: changes.list_changes(api, None),
            lambda: usage.fetch_slice(api, "service", "2026-11-10", "e"),
        ):
            with contextlib.suppress(ApiTrouble):
                call()
