"""Signing in: by the system browser (OAuth with PKCE), by a personal token, or to a sandbox.

Of authlib the protocol's functions serve (PKCE, the authorization address); its session classes do
not, because they send requests past the bounds, retries and messages of `ApiClient`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from lmchat_desktop.client import identity, sandbox
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import CLIENT_ID, OAuthTokens, StaticToken, is_bearer
from lmchat_desktop.client.errors import SignInDeclined, SignInFailed
from lmchat_desktop.contract.identity import DeviceRegister, Me, TokenAnswer, TokenRequest
from lmchat_desktop.contract.sandbox import SandboxSignIn
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.client.retry import RetryPolicy
    from lmchat_desktop.domain.clock import Clock
    from lmchat_desktop.domain.wording import Sentence

BROWSER_S = 300.0
VERIFIER_LENGTH = 64
PERSONAL_PREFIX = "lmc-pat-"
INFERENCE_PREFIX = "sk-lmc-"


class Method(StrEnum):
    """How a person signed in, which decides how their token is used later."""

    BROWSER = "browser"
    PERSONAL_TOKEN = "personal-token"
    SANDBOX = "sandbox"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that came to its end: what to keep, and who it is.

    Attributes:
        method: how.
        token: the access or personal token, for the keyring.
        refresh_token: the refresh token, where there is one, for the keyring.
        device_id: the registered device; with a personal token it is sent along with every call.
        me: the person, as the backend answered.
    """

    method: Method
    token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    device_id: str | None
    me: Me = field(repr=False)


@dataclass(frozen=True, slots=True)
class Backend:
    """Where to sign in, and with what under the client; tests put their own network below it."""

    base_url: str
    clock: Clock | None = None
    transport: httpx.BaseTransport | None = None
    retry: RetryPolicy | None = None

    def client(
        self, credentials: OAuthTokens | StaticToken | None, device_id: str | None = None
    ) -> ApiClient:
        """A client of this backend."""
        return ApiClient(
            self.base_url,
            credentials,
            device_id=device_id,
            clock=self.clock,
            transport=self.transport,
            retry=self.retry,
        )


def begin_browser_sign_in(
    backend: Backend,
    device: DeviceRegister,
    open_browser: Callable[[str], bool],
    cancel: CancelToken,
    *,
    timeout_s: float = BROWSER_S,
    in_words: Callable[[Sentence], str] = str,
) -> SignedIn:
    """Sign in with the system browser; blocks until the person is back, so call it on a pool.

    Args:
        backend: where.
        device: how this installation is to be named in the list of devices.
        open_browser: opens an address in the system's browser; False where it cannot.
        cancel: ends the waiting.
        timeout_s: how long the person has, in seconds.
        in_words: puts what the browser shows at the end into the person's language.

    Raises:
        SignInFailed: no browser, declined, or not finished in time.
        ApiTrouble: the backend could not be used.
    """
    from authlib.common.security import generate_token
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    from lmchat_desktop.client.loopback import LoopbackListener

    with backend.client(None) as api:
        verifier = generate_token(VERIFIER_LENGTH)
        with LoopbackListener(in_words) as listener:
            address = prepare_grant_uri(
                f"{api.base_url}/oauth/authorize",
                CLIENT_ID,
                "code",
                redirect_uri=listener.redirect_uri,
                state=listener.state,
                code_challenge=create_s256_code_challenge(verifier),
                code_challenge_method="S256",
            )
            if not open_browser(address):
                raise SignInFailed(
                    said(
                        "Client",
                        "No browser could be opened. You are not signed in. Open one and try "
                        "again, or sign in with a personal token.",
                    )
                )
            back = listener.wait(cancel, timeout_s)
        if back.issuer is not None and back.issuer.rstrip("/") != api.base_url:
            raise SignInFailed(
                said(
                    "Client",
                    "The browser came back from another backend than the one asked. You are not "
                    "signed in, and nothing was sent to either. Check the address of the profile.",
                ),
                f"iss={back.issuer[:80]!r}",
            )
        if back.code is None:
            raise SignInDeclined(
                said(
                    "Client",
                    "The sign-in was declined in the browser. You are not signed in. Start it "
                    "again if that was not meant.",
                ),
                f"error={(back.error or '')[:80]!r}",
            )
        answer = api.exchange_token(
            TokenRequest(
                grant_type="authorization_code",
                client_id=CLIENT_ID,
                code=back.code,
                code_verifier=verifier,
                redirect_uri=listener.redirect_uri,
                device_name=device.name,
                device_platform=device.platform,
                app_version=device.app_version,
            ),
            cancel,
        )
    return _identified(backend, Method.BROWSER, answer, cancel)


def sign_in_with_token(
    backend: Backend, pasted: str, device: DeviceRegister, cancel: CancelToken | None = None
) -> SignedIn:
    """Sign in with a pasted personal admin token, and register this device.

    Raises:
        SignInFailed: what was pasted is no personal token.
        SignedOut: the backend does not know the token.
    """
    token = pasted.strip()
    if token.startswith(INFERENCE_PREFIX):
        raise SignInFailed(
            said(
                "Client",
                "This is an API key for calling models; it cannot sign in here. Nothing was sent. "
                "Make a personal token, which begins with lmc-pat-.",
            )
        )
    if not token.startswith(PERSONAL_PREFIX) or not is_bearer(token):
        raise SignInFailed(
            said(
                "Client",
                "This is not a personal token. Nothing was sent. A personal token begins with "
                "lmc-pat- and is one word.",
            )
        )
    with backend.client(StaticToken(token)) as api:
        registered = identity.register_device(api, device, cancel=cancel)
        api.device_id = registered.id
        who = identity.me(api, cancel)
    return SignedIn(Method.PERSONAL_TOKEN, token, None, registered.id, who)


def sign_in_to_sandbox(
    backend: Backend,
    sandbox_token: str,
    person_id: str,
    device: DeviceRegister,
    cancel: CancelToken | None = None,
) -> SignedIn:
    """Sign in as a person of a sandbox's sample world, with the token of the sandbox's start."""
    with backend.client(None) as api:
        answer = sandbox.sign_in(
            api,
            sandbox_token,
            SandboxSignIn(
                person_id=person_id,
                device_name=device.name,
                device_platform=device.platform,
                app_version=device.app_version,
            ),
            cancel,
        )
    return _identified(backend, Method.SANDBOX, answer, cancel)


def _identified(
    backend: Backend, method: Method, answer: TokenAnswer, cancel: CancelToken | None
) -> SignedIn:
    with backend.client(StaticToken(answer.access_token)) as api:
        who = identity.me(api, cancel)
    device_id = who.device.id if who.device is not None else None
    return SignedIn(method, answer.access_token, answer.refresh_token, device_id, who)
