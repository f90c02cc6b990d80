"""OAuth 2.0 for native apps (RFC 6749, 7636, 8252, 9207): codes with PKCE, and refresh tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import insert, select, update

from lmchat_desktop.contract.base import PROBLEM_TYPE_ROOT, Problem, ProblemKind
from lmchat_desktop.contract.identity import TokenRequest
from lmchat_desktop.domain.ids import new_id
from lmchat_desktop.sandbox import sessions, tables
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.identifiers import hash_secret, new_token
from lmchat_desktop.sandbox.operators import changing
from lmchat_desktop.sandbox.principals import TokenKind
from lmchat_desktop.sandbox.problems import unauthenticated
from lmchat_desktop.sandbox.uow import Reply, Unit

CLIENT_ID = "lmchat-desktop"
CODE_LIFE = timedelta(seconds=60)

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)
_STATE = re.compile(r"[\x20-\x7e]{1,500}")
_MAX_FIELDS = 30


class NoRedirect(Exception):
    """The client or its redirect is not one of ours, so that nobody may be sent there.

    Attributes:
        detail: for the person in front of the browser.
    """

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Declined(Exception):
    """The request is answered with an error at its redirect.

    Attributes:
        location: where the browser goes.
    """

    def __init__(self, redirect_uri: str, error: str, state: str, issuer: str) -> None:
        super().__init__(error)
        fields = {"error": error, "iss": issuer} | ({"state": state} if state else {})
        self.location = f"{redirect_uri}?{urlencode(fields)}"


@dataclass(frozen=True, slots=True)
class Authorization:
    """A sign-in that was asked for, and checked."""

    client_id: str
    redirect_uri: str
    state: str
    challenge: str

    @classmethod
    def check(cls, fields: Mapping[str, str], issuer: str) -> Authorization:
        """Read the fields of an authorization request.

        Raises:
            NoRedirect: no redirect can be trusted.
            Declined: anything else is wrong.
        """
        if fields.get("client_id") != CLIENT_ID:
            raise NoRedirect("The application that sent you here is not known.")
        redirect_uri = fields.get("redirect_uri", "")
        if not is_loopback(redirect_uri):
            raise NoRedirect("The application does not wait on this machine for your return.")
        state = fields.get("state", "")
        if not _STATE.fullmatch(state):
            raise Declined(redirect_uri, "invalid_request", "", issuer)
        if fields.get("response_type") != "code":
            raise Declined(redirect_uri, "unsupported_response_type", state, issuer)
        challenge = fields.get("code_challenge", "")
        if fields.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
            raise Declined(redirect_uri, "invalid_request", state, issuer)
        return cls(CLIENT_ID, redirect_uri, state, challenge)

    def fields(self) -> dict[str, str]:
        """The fields again, for the form of the page."""
        return {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "state": self.state,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
        }

    def granted(self, unit: Unit, person_id: str, issuer: str) -> str:
        """Make a code for the person; answers where the browser goes with it."""
        code = new_token("lmc-code-")
        unit.connection.execute(
            insert(tables.oauth_codes).values(
                hash=hash_secret(code),
                person_id=person_id,
                client_id=self.client_id,
                redirect_uri=self.redirect_uri,
                challenge=self.challenge,
                family=new_id("ses"),
                expires_ms=to_ms(unit.now + CODE_LIFE),
            )
        )
        fields = {"code": code, "state": self.state, "iss": issuer}
        return f"{self.redirect_uri}?{urlencode(fields)}"


def is_loopback(redirect_uri: str) -> bool:
    """Whether this is a loopback redirect by address (RFC 8252 section 7.3), on any port."""
    try:
        parts = urlsplit(redirect_uri)
        port = parts.port
        host = parts.hostname or ""
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
    shown = f"[{host}]" if ":" in host else host
    return (
        parts.scheme == "http"
        and loopback
        and host in ("127.0.0.1", "::1")
        and port is not None
        and port > 0
        and re.fullmatch(r"/[A-Za-z0-9/_.-]*", parts.path) is not None
        and redirect_uri == f"http://{shown}:{port}{parts.path}"
    )


def form_fields(body: bytes) -> dict[str, str]:
    """A form's fields.

    Raises:
        ValueError: it is no form, or names a field twice (RFC 6749 section 3.2).
    """
    pairs = parse_qsl(
        body.decode("ascii"),
        strict_parsing=True,
        keep_blank_values=True,
        max_num_fields=_MAX_FIELDS,
    )
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field is named twice")
    return fields


def refused(error: str, detail: str) -> Reply:
    """An answer of the token endpoint: a problem that also names RFC 6749's error."""
    problem = Problem(
        type=PROBLEM_TYPE_ROOT + ProblemKind.INVALID, title="Bad Request", status=400, detail=detail
    )
    extended = problem.model_dump(exclude_none=True) | {"error": error, "error_description": detail}
    return Reply(400, json.dumps(extended).encode(), remembered=False)


def exchange(unit: Unit, wanted: TokenRequest) -> Reply:
    """Tokens for a code or a refresh token."""
    if wanted.client_id != CLIENT_ID:
        return refused("invalid_client", "This client is not known.")
    if wanted.grant_type == "authorization_code":
        return _redeem(unit, wanted)
    return _refresh(unit, wanted)


def _redeem(unit: Unit, wanted: TokenRequest) -> Reply:
    codes = tables.oauth_codes
    hashed = hash_secret(wanted.code or "")
    row = unit.connection.execute(select(codes).where(codes.c.hash == hashed)).first()
    if row is None:
        return refused("invalid_grant", "This code is not known.")
    if row.used_ms is not None:
        # Somebody else may hold what was made with it (RFC 6749 section 4.1.2).
        sessions.end_family(unit.connection, row.family, unit.now)
        return refused("invalid_grant", "This code was used before; its session has been ended.")
    unit.connection.execute(
        update(codes).where(codes.c.hash == hashed).values(used_ms=to_ms(unit.now))
    )
    if row.expires_ms <= to_ms(unit.now):
        return refused("invalid_grant", "This code has expired.")
    if row.client_id != wanted.client_id or row.redirect_uri != wanted.redirect_uri:
        return refused("invalid_grant", "This code was made for another redirect.")
    if not _proves(wanted.code_verifier or "", row.challenge):
        return refused("invalid_grant", "The code verifier does not fit.")
    person = sessions.as_person(unit, row.person_id)
    device_id = sessions.register_device(
        person, row.person_id, wanted.device_name, wanted.device_platform, wanted.app_version
    )
    signed_in = sessions.as_person(unit, row.person_id, device_id)
    signed_in.audit("session.begin", "device", device_id)
    changing.join(signed_in)
    return Reply(200, sessions.issue(signed_in, row.family), secret=True)


def _refresh(unit: Unit, wanted: TokenRequest) -> Reply:
    tokens = tables.tokens
    hashed = hash_secret(wanted.refresh_token or "")
    row = unit.connection.execute(
        select(tokens).where(tokens.c.hash == hashed, tokens.c.kind == TokenKind.REFRESH.value)
    ).first()
    if row is None:
        return refused("invalid_grant", "This refresh token is not known.")
    if row.used_ms is not None:
        sessions.end_family(unit.connection, row.family, unit.now)
        return refused("invalid_grant", "This refresh token was used before; the session ended.")
    if sessions.is_revoked(unit.connection, row.device_id):
        raise unauthenticated("This device was revoked.", ProblemKind.DEVICE_REVOKED)
    if row.revoked_ms is not None or row.expires_ms <= to_ms(unit.now):
        return refused("invalid_grant", "This session has ended.")
    unit.connection.execute(
        update(tokens).where(tokens.c.hash == hashed).values(used_ms=to_ms(unit.now))
    )
    signed_in = sessions.as_person(unit, row.person_id, row.device_id)
    return Reply(200, sessions.issue(signed_in, row.family), secret=True)


def _proves(verifier: str, challenge: str) -> bool:
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return hmac.compare_digest(made, challenge)
