"""Sign-in by OAuth with PKCE and a loopback redirect, and by personal tokens."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.integration.sandbox.api import Api, as_person, check_answer, problem
from tests.support.sandbox import RunningSandbox

REDIRECT = "http://127.0.0.1:49152/callback"


@dataclass
class Browser:
    """A person's browser and the application behind it, at the protocol's level."""

    sandbox: RunningSandbox
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def fields(self, **changed: str) -> dict[str, str]:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return {
            "response_type": "code",
            "client_id": "lmchat-desktop",
            "redirect_uri": REDIRECT,
            "state": self.state,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        } | changed

    def page(self, **changed: str) -> httpx.Response:
        answer = self.sandbox.call("GET", "/oauth/authorize", params=self.fields(**changed))
        check_answer(answer)
        return answer

    def choose(self, person_id: str, **changed: str) -> httpx.Response:
        form = self.fields(**changed) | {"person_id": person_id}
        answer = self.sandbox.call("POST", "/oauth/authorize", data=form)
        check_answer(answer)
        return answer

    def code(self) -> str:
        answer = self.choose(self.sandbox.person("owner")["person"]["id"])
        assert answer.status_code == 303
        back = urlsplit(answer.headers["Location"])
        assert f"{back.scheme}://{back.netloc}{back.path}" == REDIRECT
        came = parse_qs(back.query)
        assert came["state"] == [self.state]
        assert came["iss"] == [self.sandbox.url]
        return came["code"][0]

    def exchange(self, key: str | None = None, **fields: str) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "client_id": "lmchat-desktop",
            "code_verifier": self.verifier,
            "redirect_uri": REDIRECT,
            "device_name": "A <laptop>",
        } | fields
        headers = {} if key is None else {"Idempotency-Key": key}
        answer = self.sandbox.call("POST", "/oauth/token", data=form, headers=headers)
        check_answer(answer)
        return answer

    def refresh(self, token: str, key: str | None = None) -> httpx.Response:
        form = {
            "grant_type": "refresh_token",
            "client_id": "lmchat-desktop",
            "refresh_token": token,
        }
        headers = {} if key is None else {"Idempotency-Key": key}
        answer = self.sandbox.call("POST", "/oauth/token", data=form, headers=headers)
        check_answer(answer)
        return answer


@pytest.fixture
def browser(sandbox: RunningSandbox) -> Browser:
    return Browser(sandbox)


def refused(answer: httpx.Response) -> str:
    """The error of RFC 6749 in a problem."""
    assert answer.status_code == 400
    assert problem(answer) == "invalid-request"
    return str(answer.json()["error"])


def test_a_person_signs_in_with_the_browser(browser: Browser, sandbox: RunningSandbox) -> None:
    page = browser.page()
    assert page.status_code == 200
    person = sandbox.person("owner")["person"]
    assert html.escape(person["name"]) in page.text
    tokens = browser.exchange(code=browser.code()).json()
    assert tokens["token_type"] == "Bearer"
    me = Api(sandbox, tokens["access_token"]).get("/v1/me")
    assert me["person"]["id"] == person["id"]
    assert me["device"]["name"] == "A <laptop>"
    assert me["scopes"] == tokens["scope"].split()


def test_the_page_runs_nothing_and_loads_nothing(browser: Browser) -> None:
    page = browser.page(state='"><script>alert(1)</script>')
    assert "<script" not in page.text
    assert not re.search(r"\son\w+=|src=|href=", page.text)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "form-action 'self' http://127.0.0.1:49152;" in policy
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["Cache-Control"] == "no-store"


def test_the_page_can_be_read_aloud_and_used_by_keyboard(browser: Browser) -> None:
    text = browser.page().text
    assert '<html lang="en">' in text
    assert re.search(r"<title>[^<]+</title>", text)
    assert text.count("<h1>") == 1
    assert "<main>" in text
    assert text.count("<button ") == len(browser.sandbox.people()) + 1
    assert ":focus-visible" in text


@pytest.mark.parametrize("changed", [{"client_id": "x"}, {"redirect_uri": "https://evil.example/"}])
def test_nobody_is_sent_to_where_they_were_not_expected(
    browser: Browser, changed: dict[str, str]
) -> None:
    for answer in (browser.page(**changed), browser.choose("person_x", **changed)):
        assert answer.status_code == 400
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "Location" not in answer.headers


def test_a_wrong_challenge_goes_back_as_an_error(browser: Browser) -> None:
    for answer in (
        browser.page(code_challenge_method="plain"),
        browser.choose("person_x", code_challenge_method="plain"),
    ):
        assert answer.status_code == 303
        came = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert came["error"] == ["invalid_request"]
        assert came["state"] == [browser.state]


def test_a_person_can_decline(browser: Browser) -> None:
    came = parse_qs(urlsplit(browser.choose("decline").headers["Location"]).query)
    assert came["error"] == ["access_denied"]
    assert "code" not in came


def test_nobody_of_the_sample_world_gets_no_code(browser: Browser) -> None:
    answer = browser.choose("person_nobody")
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_a_form_of_something_else_is_refused(sandbox: RunningSandbox) -> None:
    answer = sandbox.call("POST", "/oauth/authorize", content=b"\xff\xfe")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"code_verifier": secrets.token_urlsafe(48)}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:49153/callback"}, "invalid_grant"),
        ({"client_id": "another"}, "invalid_client"),
        ({"code": "lmc-code-guessed"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"surprise": "1"}, "invalid_request"),
    ],
)
def test_a_code_is_good_for_its_application_alone(
    browser: Browser, fields: dict[str, str], error: str
) -> None:
    code = browser.code()
    assert refused(browser.exchange(**({"code": code} | fields))) == error


def test_a_code_is_good_once_and_its_reuse_ends_the_session(
    browser: Browser, sandbox: RunningSandbox
) -> None:
    code = browser.code()
    tokens = browser.exchange(code=code).json()
    api = Api(sandbox, tokens["access_token"])
    api.get("/v1/me")
    assert refused(browser.exchange(code=code)) == "invalid_grant"
    api.get("/v1/me", 401)
    assert refused(browser.refresh(tokens["refresh_token"])) == "invalid_grant"


def test_a_wrong_attempt_uses_a_code_up(browser: Browser) -> None:
    code = browser.code()
    browser.exchange(code=code, code_verifier=secrets.token_urlsafe(48))
    assert refused(browser.exchange(code=code)) == "invalid_grant"


def test_a_lost_answer_can_be_asked_for_again(browser: Browser, sandbox: RunningSandbox) -> None:
    code, key = browser.code(), str(uuid.uuid4())
    first, second = browser.exchange(key, code=code), browser.exchange(key, code=code)
    assert first.content == second.content
    key = str(uuid.uuid4())
    refresh_token = first.json()["refresh_token"]
    third, fourth = browser.refresh(refresh_token, key), browser.refresh(refresh_token, key)
    assert third.content == fourth.content
    Api(sandbox, third.json()["access_token"]).get("/v1/me")


def test_a_refresh_token_is_good_once_and_its_reuse_ends_the_session(
    browser: Browser, sandbox: RunningSandbox
) -> None:
    first = browser.exchange(code=browser.code()).json()
    second = browser.refresh(first["refresh_token"]).json()
    assert second["access_token"] != first["access_token"]
    device = Api(sandbox, first["access_token"]).get("/v1/me")["device"]["id"]
    assert Api(sandbox, second["access_token"]).get("/v1/me")["device"]["id"] == device
    assert refused(browser.refresh(first["refresh_token"])) == "invalid_grant"
    for tokens in (first, second):
        Api(sandbox, tokens["access_token"]).get("/v1/me", 401)
    assert refused(browser.refresh(second["refresh_token"])) == "invalid_grant"


def test_codes_and_tokens_end_with_time(own_sandbox: RunningSandbox) -> None:
    browser = Browser(own_sandbox)
    tokens = browser.exchange(code=browser.code()).json()
    code = browser.code()
    staff = {"X-Sandbox-Token": own_sandbox.token}
    own_sandbox.call("POST", "/v1/sandbox/clock", headers=staff, json={"advance_s": 61})
    assert refused(browser.exchange(code=code)) == "invalid_grant"
    api = Api(own_sandbox, tokens["access_token"])
    api.get("/v1/me")
    own_sandbox.call("POST", "/v1/sandbox/clock", headers=staff, json={"advance_s": 3600})
    assert problem(api.call("GET", "/v1/me")) == "unauthenticated"
    api.token = browser.refresh(tokens["refresh_token"]).json()["access_token"]
    api.get("/v1/me")


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Basic abc", "Bearer lmc-at-unknown", "Bearer sk-lmc-abc"],
)
def test_without_a_session_there_is_nothing(
    sandbox: RunningSandbox, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = Api(sandbox).call("GET", "/v1/me", headers=headers)
    assert problem(answer) == "unauthenticated"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_who_is_not_signed_in_learns_nothing_of_a_body(sandbox: RunningSandbox) -> None:
    assert Api(sandbox).post("/v1/keys", {"nonsense": True}).status_code == 401


def personal(owner: Api, **fields: Any) -> tuple[dict[str, Any], str]:
    answer = owner.post("/v1/tokens", {"name": "build machine"} | fields)
    assert answer.status_code == 201
    made = answer.json()
    return made["token"], made["secret"]


def test_a_personal_token_works_on_a_registered_device(owner: Api, sandbox: RunningSandbox) -> None:
    token, secret = personal(owner)
    assert secret.startswith("lmc-pat-")
    assert secret not in str(owner.every("/v1/tokens"))
    api = Api(sandbox, secret)
    assert api.get("/v1/me")["device"] is None
    assert problem(api.call("GET", "/v1/keys")) == "invalid-request"
    body = {"name": "machine", "platform": "Linux", "app_version": "1"}
    api.device_id = api.post("/v1/devices", body).json()["id"]
    assert api.get("/v1/me")["device"]["id"] == api.device_id
    assert api.every("/v1/keys") == owner.every("/v1/keys")
    assert api.post(f"/v1/tokens/{token['id']}/revoke").status_code == 204
    assert problem(api.call("GET", "/v1/keys")) == "unauthenticated"
    assert token["id"] not in [one["id"] for one in owner.every("/v1/tokens")]


def test_a_device_is_its_persons_alone(owner: Api, admin: Api, sandbox: RunningSandbox) -> None:
    _, secret = personal(owner)
    theirs = admin.get("/v1/me")["device"]["id"]
    assert problem(Api(sandbox, secret, theirs).call("GET", "/v1/keys")) == "unauthenticated"


def test_a_token_of_somebody_else_is_not_there(owner: Api, admin: Api) -> None:
    token, _ = personal(owner)
    assert admin.post(f"/v1/tokens/{token['id']}/revoke").status_code == 404


def test_a_personal_token_in_the_past_is_refused(owner: Api) -> None:
    answer = owner.post("/v1/tokens", {"name": "old", "expires_at": "2020-01-01T00:00:00Z"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/expires_at"


def test_the_sandbox_token_is_needed_where_it_is(sandbox: RunningSandbox, admin: Api) -> None:
    for shown in ({}, {"X-Sandbox-Token": "guess"}):
        assert Api(sandbox).call("GET", "/v1/sandbox/people", headers=shown).status_code == 401
    assert admin.call("GET", "/v1/sandbox/people").status_code == 401
    assert Api(sandbox).call("GET", "/v1/sandbox/clock").status_code == 401
    staff = {"X-Sandbox-Token": sandbox.token}
    assert Api(sandbox).call("GET", "/v1/sandbox/clock", headers=staff).status_code == 200
    admin.get("/v1/sandbox/clock")


def test_signing_in_as_nobody(sandbox: RunningSandbox) -> None:
    answer = sandbox.call(
        "POST",
        "/v1/sandbox/sign-in",
        headers={"X-Sandbox-Token": sandbox.token},
        json={"person_id": "person_nobody"},
    )
    assert answer.status_code == 404


def test_everybody_of_the_sample_world_can_sign_in(sandbox: RunningSandbox) -> None:
    people = sandbox.people()
    roles = {role for person in people for role in person["operator_roles"]}
    assert roles == {"support", "legal", "admin"}
    owners = [person for person in people if any("(owner)" in a for a in person["accounts"])]
    assert people[: len(owners)] == owners
    for person in people[:3]:
        me = as_person(sandbox, person["person"]["name"]).get("/v1/me")
        assert me["person"] == person["person"]
