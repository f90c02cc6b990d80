from __future__ import annotations

import pytest

from lmchat_desktop.sandbox.oauth import (
    Authorization,
    Declined,
    NoRedirect,
    form_fields,
    is_loopback,
)

GOOD = {
    "response_type": "code",
    "client_id": "lmchat-desktop",
    "redirect_uri": "http://127.0.0.1:49152/callback",
    "state": "s7",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
}
ISSUER = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    "redirect", ["http://127.0.0.1:1/", "http://127.0.0.1:65535/call/back", "http://[::1]:8080/cb"]
)
def test_loopback_redirects_are_allowed_on_any_port(redirect: str) -> None:
    assert is_loopback(redirect)


@pytest.mark.parametrize(
    "redirect",
    [
        "",
        "http://127.0.0.1/callback",
        "http://127.0.0.1:0/callback",
        "http://127.0.0.1:70000/callback",
        "https://127.0.0.1:5000/callback",
        "http://localhost:5000/callback",
        "http://127.0.0.1.evil.example:5000/callback",
        "http://evil.example:5000/callback",
        "http://user@127.0.0.1:5000/callback",
        "http://127.0.0.1:5000@evil.example/callback",
        "http://127.0.0.1:5000/callback#fragment",
        "http://127.0.0.1:5000/callback?next=1",
        "http://127.0.0.1:5000/call back",
        "http://127.0.0.1:5000\\@evil.example/",
        "http://127.0.0.2:5000/callback",
        "http://0.0.0.0:5000/callback",
        "http://[::ffff:127.0.0.1]:5000/callback",
        "http://127.0.0.1:05000/callback",
        "HTTP://127.0.0.1:5000/callback",
        "javascript:alert(1)",
        "http://127.0.0.1:5000/callback\r\nX: y",
    ],
)
def test_other_redirects_are_not(redirect: str) -> None:
    assert not is_loopback(redirect)
    with pytest.raises(NoRedirect):
        Authorization.check(GOOD | {"redirect_uri": redirect}, ISSUER)


def test_an_unknown_client_is_never_redirected() -> None:
    with pytest.raises(NoRedirect):
        Authorization.check(GOOD | {"client_id": "another"}, ISSUER)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"state": ""}, "invalid_request"),
        ({"state": "x" * 501}, "invalid_request"),
    ],
)
def test_anything_else_is_declined_at_the_redirect(changed: dict[str, str], error: str) -> None:
    with pytest.raises(Declined) as declined:
        Authorization.check(GOOD | changed, ISSUER)
    assert declined.value.location.startswith(f"{GOOD['redirect_uri']}?error={error}&iss=")


def test_a_request_comes_through_as_it_is() -> None:
    assert Authorization.check(GOOD, ISSUER).fields() == GOOD


@pytest.mark.parametrize("body", [b"a=1&a=2", b"a", b"\xff=1", b"&".join([b"a=1"] * 31)])
def test_what_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"twice|query field|fields|decode"):
        form_fields(body)
