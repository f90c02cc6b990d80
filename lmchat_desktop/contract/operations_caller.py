"""Operations about who is calling: health, sign-in, identity, devices, and what a sandbox adds."""

from __future__ import annotations

from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.identity import (
    Device,
    DeviceRegister,
    DeviceRevoke,
    Me,
    TokenAnswer,
    TokenRequest,
)
from lmchat_desktop.contract.operation import Operation, Trait, traits
from lmchat_desktop.contract.queries import (
    AuthorizeChoice,
    AuthorizeQuery,
    DevicesQuery,
    PageQuery,
)
from lmchat_desktop.contract.sandbox import (
    ClockMove,
    ClockState,
    SandboxPeople,
    SandboxSignIn,
    TrafficDone,
    TrafficOrder,
)
from lmchat_desktop.contract.service import Health
from lmchat_desktop.contract.tokens import (
    PersonalToken,
    PersonalTokenCreate,
    PersonalTokenCreated,
)

_T = Trait
_NOT_FOUND = frozenset({404})

CALLER_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "health",
        "GET",
        "/v1/health",
        "Whether the backend answers",
        "service",
        answer=Health,
        traits=traits(_T.PUBLIC),
    ),
    Operation(
        "authorize",
        "GET",
        "/oauth/authorize",
        "Begin a sign-in in the system browser",
        "sign-in",
        query=AuthorizeQuery,
        traits=traits(_T.PUBLIC, _T.HTML),
        description="OAuth 2.0 for native apps (RFC 8252) with PKCE (RFC 7636). The answer is a "
        "page on which the person signs in and agrees; a sandbox's page lets them choose whom to "
        "be. An unknown client or a redirect that is not allowed is answered with a page, never "
        "with a redirect; anything else that is wrong with a redirect that carries `error`.",
        refusals=frozenset({400}),
    ),
    Operation(
        "choose_person",
        "POST",
        "/oauth/authorize",
        "Go on with a sign-in as a person of the sample world",
        "sign-in",
        body=AuthorizeChoice,
        status=303,
        traits=traits(_T.PUBLIC, _T.HTML, _T.FORM, _T.SANDBOX),
        description="The form of the page above. Redirects with `code`, `state` and `iss`, or with "
        "`error`. A code is good once, for 60 seconds.",
        refusals=frozenset({400}),
    ),
    Operation(
        "exchange_token",
        "POST",
        "/oauth/token",
        "Get tokens for a code or a refresh token",
        "sign-in",
        answer=TokenAnswer,
        body=TokenRequest,
        traits=traits(_T.PUBLIC, _T.FORM, _T.IDEMPOTENT_OPTIONAL, _T.SECRET),
        description="A code is good once; showing it again ends the session made with it. A "
        "refresh token is good once as well and is answered with a new one; showing a used one "
        "ends the session. A refusal is a problem that also carries the `error` of RFC 6749 "
        "section 5.2. The fields `device_name`, `device_platform` and `app_version` name the "
        "device that a code's session is bound to.",
        refusals=frozenset({400, 401}),
    ),
    Operation(
        "get_me",
        "GET",
        "/v1/me",
        "Who is signed in, what they may do, what this backend offers",
        "identity",
        answer=Me,
        traits=traits(_T.NO_DEVICE),
    ),
    Operation(
        "list_tokens",
        "GET",
        "/v1/tokens",
        "The caller's personal tokens",
        "identity",
        answer=Page[PersonalToken],
        query=PageQuery,
        traits=traits(_T.PAGED),
    ),
    Operation(
        "create_token",
        "POST",
        "/v1/tokens",
        "Make a personal token; its secret is in this answer and never again",
        "identity",
        answer=PersonalTokenCreated,
        body=PersonalTokenCreate,
        status=201,
        traits=traits(_T.IDEMPOTENT, _T.SECRET),
    ),
    Operation(
        "revoke_token",
        "POST",
        "/v1/tokens/{token_id}/revoke",
        "End a personal token",
        "identity",
        status=204,
        traits=traits(_T.IDEMPOTENT),
        refusals=_NOT_FOUND,
    ),
    Operation(
        "list_devices",
        "GET",
        "/v1/devices",
        "The caller's devices; with `devices:read` everybody's",
        "devices",
        answer=Page[Device],
        query=DevicesQuery,
        traits=traits(_T.PAGED),
    ),
    Operation(
        "register_device",
        "POST",
        "/v1/devices",
        "Register this installation, when signing in with a personal token",
        "devices",
        answer=Device,
        body=DeviceRegister,
        status=201,
        traits=traits(_T.IDEMPOTENT, _T.NO_DEVICE, _T.ETAG),
        description="Calls with a personal token then carry its id as `X-Device-Id`.",
    ),
    Operation(
        "get_device",
        "GET",
        "/v1/devices/{device_id}",
        "One device",
        "devices",
        answer=Device,
        traits=traits(_T.ETAG),
        refusals=_NOT_FOUND,
    ),
    Operation(
        "revoke_device",
        "POST",
        "/v1/devices/{device_id}/revoke",
        "Take a device's access away, at once and for good",
        "devices",
        status=204,
        body=DeviceRevoke,
        traits=traits(_T.IDEMPOTENT),
        description="One's own device, or with `devices:write` any, for a reason. Its sessions "
        "end; it is told `device-revoked` and destroys its cache key.",
        refusals=frozenset({403, 404}),
    ),
    Operation(
        "list_people",
        "GET",
        "/v1/sandbox/people",
        "Everybody of the sample world",
        "sandbox",
        answer=SandboxPeople,
        traits=traits(_T.SANDBOX, _T.SANDBOX_TOKEN),
    ),
    Operation(
        "sign_in_as",
        "POST",
        "/v1/sandbox/sign-in",
        "Sign in as a person of the sample world, on a new device",
        "sandbox",
        answer=TokenAnswer,
        body=SandboxSignIn,
        traits=traits(_T.SANDBOX, _T.SANDBOX_TOKEN, _T.IDEMPOTENT_OPTIONAL, _T.SECRET),
        refusals=_NOT_FOUND,
    ),
    Operation(
        "get_clock",
        "GET",
        "/v1/sandbox/clock",
        "The sandbox's time",
        "sandbox",
        answer=ClockState,
        traits=traits(_T.SANDBOX, _T.SANDBOX_EITHER),
    ),
    Operation(
        "move_clock",
        "POST",
        "/v1/sandbox/clock",
        "Move the clock forward",
        "sandbox",
        answer=ClockState,
        body=ClockMove,
        traits=traits(_T.SANDBOX, _T.SANDBOX_EITHER, _T.IDEMPOTENT_OPTIONAL),
        description="Traffic of the time between arrives: before the answer for up to two days, "
        "afterwards for more; `as_of` of the slices tells how far it is.",
    ),
    Operation(
        "order_traffic",
        "POST",
        "/v1/sandbox/traffic",
        "Let requests arrive late",
        "sandbox",
        answer=TrafficDone,
        body=TrafficOrder,
        traits=traits(_T.SANDBOX, _T.SANDBOX_EITHER, _T.IDEMPOTENT_OPTIONAL),
        refusals=_NOT_FOUND,
    ),
)
