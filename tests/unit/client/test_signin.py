"""Browser sign-in against a fake browser: the loopback listener, PKCE, and every way to fail."""

from __future__ import annotations

import base64
import hashlib
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import (
    Cancelled,
    SignedOut,
    SignInDeclined,
    SignInFailed,
    SignInTimedOut,
)
from lmchat_desktop.client.loopback import LoopbackListener
from lmchat_desktop.client.signin import (
    Backend,
    Method,
    begin_browser_sign_in,
    sign_in_to_sandbox,
    sign_in_with_token,
)
from lmchat_desktop.contract.identity import DeviceRegister
from lmchat_desktop.domain.wording import Sentence
from tests.support.fault_server import WAIT_S, FaultServer, answer
from tests.unit.client.conftest import AT_ONCE, ME, TOKEN

DEVICE = DeviceRegister(name="Desk", platform="Linux", app_version="1")
TOKENS = b'{"access_token":"lmc-at-canary","expires_in":3600,"refresh_token":"lmc-rt-canary"}'
REGISTERED = (
    b'{"id":"dev_7","person_id":"person_1","name":"Desk","platform":"Linux","app_version":"1",'
    b'"registered_at":"2026-01-01T00:00:00Z","last_seen_at":"2026-01-01T00:00:00Z",'
    b'"lease_until":"2026-01-15T00:00:00Z","etag":"e"}'
)

Redirect = Callable[[dict[str, str]], dict[str, str]]
CODE_LENGTH = 43


class FakeBrowser:
    """Opens an authorization address by going straight back to the application.

    Attributes:
        asked: the authorization's parameters.
        answers: what the listener answered.
    """

    def __init__(self, back: Redirect) -> None:
        self._back = back
        self.address = ""
        self.asked: dict[str, str] = {}
        self.answers: list[httpx.Response] = []
        self.thread: threading.Thread | None = None

    def __call__(self, address: str) -> bool:
        """Open the address, as the system's browser would: elsewhere, and later."""
        self.address = address
        self.asked = {name: texts[0] for name, texts in parse_qs(urlsplit(address).query).items()}
        self.thread = threading.Thread(target=self._go)
        self.thread.start()
        return True

    def _go(self) -> None:
        query = urlencode(self._back(self.asked))
        with httpx.Client(trust_env=False) as http:
            self.answers.append(http.get(f"{self.asked['redirect_uri']}?{query}"))


def backend(server: FaultServer) -> Backend:
    return Backend(server.url, retry=AT_ONCE)


@pytest.mark.parametrize(
    ("back", "title"),
    [({"code": "x"}, "Back in lmchat desktop"), ({"error": "access_denied"}, "Not signed in")],
)
def test_the_browser_shows_its_page_in_the_persons_language(
    back: dict[str, str], title: str
) -> None:
    said: list[Sentence] = []

    def shouted(sentence: Sentence) -> str:
        said.append(sentence)
        return f"<{sentence.upper()}>"

    with LoopbackListener(shouted) as listener, httpx.Client(trust_env=False) as http:
        page = http.get(listener.redirect_uri, params=back | {"state": listener.state})
    assert f"<h1>&lt;{title.upper()}&gt;</h1>" in page.text
    assert '<html lang="&lt;EN&gt;">' in page.text
    assert {sentence.context for sentence in said} == {"SignInPage"}


def test_a_browser_sign_in_comes_to_its_end(faults: FaultServer) -> None:
    faults.route("/oauth/token", answer(TOKENS)).route("/v1/me", answer(ME))
    browser = FakeBrowser(
        lambda asked: {"code": "the-code", "state": asked["state"], "iss": faults.url}
    )
    signed_in = begin_browser_sign_in(backend(faults), DEVICE, browser, CancelToken())
    assert (signed_in.method, signed_in.token) == (Method.BROWSER, "lmc-at-canary")
    assert signed_in.me.person.id == "person_1"
    assert "canary" not in repr(signed_in)

    assert browser.address.startswith(f"{faults.url}/oauth/authorize?")
    assert browser.asked["response_type"] == "code"
    assert browser.asked["code_challenge_method"] == "S256"
    assert browser.asked["redirect_uri"].startswith("http://127.0.0.1:")
    sent = {name: text[0] for name, text in parse_qs(faults.received[0].body.decode()).items()}
    digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == browser.asked["code_challenge"]
    assert len(sent["code_verifier"]) >= CODE_LENGTH
    assert sent["redirect_uri"] == browser.asked["redirect_uri"]
    assert (sent["code"], sent["device_name"]) == ("the-code", "Desk")
    assert faults.received[1].headers["authorization"] == "Bearer lmc-at-canary"

    assert browser.thread is not None
    browser.thread.join(WAIT_S)
    page = browser.answers[0]
    assert page.status_code == 200
    assert "You can close this tab" in page.text
    assert "the-code" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_two_sign_ins_share_neither_state_nor_verifier(faults: FaultServer) -> None:
    faults.route("/oauth/token", answer(TOKENS)).route("/v1/me", answer(ME))
    seen: list[tuple[str, str]] = []
    for _ in range(2):
        browser = FakeBrowser(lambda asked: {"code": "c", "state": asked["state"]})
        begin_browser_sign_in(backend(faults), DEVICE, browser, CancelToken())
        seen.append((browser.asked["state"], browser.asked["code_challenge"]))
    assert len({text for pair in seen for text in pair}) == 4


@pytest.mark.parametrize(
    ("back", "error"),
    [
        ({"error": "access_denied"}, SignInDeclined),
        ({"code": "c", "iss": "https://evil.example"}, SignInFailed),
        ({"error": "access_denied", "code": "c"}, SignInDeclined),
    ],
)
def test_a_refusal_in_the_browser_is_told_and_nothing_is_sent(
    faults: FaultServer, back: dict[str, str], error: type[Exception]
) -> None:
    browser = FakeBrowser(lambda asked: {"state": asked["state"], **back})
    with pytest.raises(error, match="not signed in"):
        begin_browser_sign_in(backend(faults), DEVICE, browser, CancelToken())
    assert faults.received == []


def test_a_code_that_the_backend_does_not_take_is_a_sign_out(faults: FaultServer) -> None:
    faults.route("/oauth/token", answer(b'{"error":"invalid_grant"}', "400 Bad Request"))
    browser = FakeBrowser(lambda asked: {"code": "c", "state": asked["state"]})
    with pytest.raises(SignedOut):
        begin_browser_sign_in(backend(faults), DEVICE, browser, CancelToken())


def test_no_browser_is_told(faults: FaultServer) -> None:
    with pytest.raises(SignInFailed, match="personal token"):
        begin_browser_sign_in(backend(faults), DEVICE, lambda address: False, CancelToken())


def test_waiting_for_the_browser_can_be_cancelled_and_ends_by_itself(faults: FaultServer) -> None:
    opened, cancel = threading.Event(), CancelToken()

    def leave_open(address: str) -> bool:
        opened.set()
        return True

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(begin_browser_sign_in, backend(faults), DEVICE, leave_open, cancel)
        assert opened.wait(WAIT_S)
        cancel.cancel()
        assert isinstance(future.exception(WAIT_S), Cancelled)
    with pytest.raises(SignInTimedOut, match="Start it again"):
        begin_browser_sign_in(backend(faults), DEVICE, leave_open, CancelToken(), timeout_s=0.01)


def test_the_listener_takes_its_own_redirect_and_nothing_else() -> None:
    with LoopbackListener() as listener, httpx.Client(trust_env=False) as http:
        root = listener.redirect_uri.removesuffix("/callback")
        good = {"code": "right", "state": listener.state}
        assert http.get(f"{root}/favicon.ico").status_code == 404
        assert http.get(root).status_code == 404
        assert http.get(listener.redirect_uri).status_code == 400
        for wrong in ({"code": "c", "state": "guess"}, {"code": "c"}, {"state": listener.state}):
            assert http.get(listener.redirect_uri, params=wrong).status_code == 400
        rebound = http.get(listener.redirect_uri, params=good, headers={"Host": "evil.example"})
        assert rebound.status_code == 404
        assert http.post(listener.redirect_uri, params=good).status_code == 501
        with pytest.raises(SignInTimedOut):
            listener.wait(CancelToken(), 0.01)

        # Browsers open connections ahead of need and leave them idle; that must not block others.
        port = urlsplit(root).port
        assert port is not None
        with socket.create_connection(("127.0.0.1", port)):
            assert http.get(listener.redirect_uri, params=good).status_code == 200
        assert listener.wait(CancelToken(), WAIT_S).code == "right"


def test_the_listener_hears_this_machine_alone_and_is_gone_afterwards() -> None:
    with LoopbackListener() as listener:
        parts = urlsplit(listener.redirect_uri)
        assert parts.hostname == "127.0.0.1"
        assert parts.port is not None
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", parts.port), timeout=WAIT_S).close()


def test_a_personal_token_registers_this_device(faults: FaultServer) -> None:
    faults.route("/v1/devices", answer(REGISTERED, "201 Created")).route("/v1/me", answer(ME))
    signed_in = sign_in_with_token(backend(faults), f"  {TOKEN}\n", DEVICE)
    assert (signed_in.token, signed_in.device_id) == (TOKEN, "dev_7")
    register, me = faults.received
    assert "idempotency-key" in register.headers
    assert "x-device-id" not in register.headers
    assert me.headers["x-device-id"] == "dev_7"


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("", "not a personal token"),
        ("hunter2", "not a personal token"),
        ("lmc-pat-a b", "not a personal token"),
        ("lmc-pat-ü", "not a personal token"),
        ("sk-lmc-canary", "API key for calling models"),
    ],
)
def test_what_is_no_personal_token_is_not_sent(faults: FaultServer, pasted: str, said: str) -> None:
    with pytest.raises(SignInFailed, match=said) as caught:
        sign_in_with_token(backend(faults), pasted, DEVICE)
    assert faults.received == []
    assert "canary" not in caught.value.message


def test_a_sandbox_takes_its_token_and_no_other(faults: FaultServer) -> None:
    faults.route("/v1/sandbox/sign-in", answer(TOKENS)).route("/v1/me", answer(ME))
    signed_in = sign_in_to_sandbox(backend(faults), "once", "person_1", DEVICE)
    assert signed_in.method is Method.SANDBOX
    assert faults.received[0].headers["x-sandbox-token"] == "once"
    assert "authorization" not in faults.received[0].headers
