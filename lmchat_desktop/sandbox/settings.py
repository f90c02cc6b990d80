"""What a sandbox is started with."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lmchat_desktop.sandbox.delivery import SmtpServer

TOKEN_VARIABLE = "LMCHAT_SANDBOX_TOKEN"
PARENT_VARIABLE = "LMCHAT_SANDBOX_PARENT"
LIMIT_VARIABLE = "LMCHAT_SANDBOX_LIMIT"
"""`BURST:PER_SECOND`, calls of one session."""
PATIENCE_VARIABLE = "LMCHAT_SANDBOX_PATIENCE"
"""Seconds that a write waits for another one."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A token bucket: so many calls at once, then so many a second."""

    burst: int = 2000
    per_second: float = 400.0

    @classmethod
    def parse(cls, written: str) -> RateLimit:
        """Read `BURST:PER_SECOND`.

        Raises:
            ValueError: for anything else, or a limit that lets nothing through.
        """
        burst, _, per_second = written.partition(":")
        limit = cls(int(burst), float(per_second))
        if limit.burst < 1 or not 0 < limit.per_second < 1e6:
            raise ValueError(f"not a rate limit: {written!r}")
        return limit


@dataclass(frozen=True, slots=True)
class Settings:
    """A sandbox's place, sample world and limits.

    Attributes:
        data: the folder that is the sandbox's own.
        database: a database URL in place of SQLite in that folder.
        traffic: a traffic file in place of the one in the resources.
        token: the one-time token for the sandbox's own resources.
        live: whether traffic goes on arriving while the sandbox runs.
        limit: how much one session may ask.
        patience_s: how long a write waits for another one, in seconds.
        smtp: where mails go in place of the outbox's folder.
    """

    data: Path
    database: str | None = field(default=None, repr=False)
    traffic: Path | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    live: bool = True
    limit: RateLimit = RateLimit()
    patience_s: float = 10.0
    smtp: SmtpServer | None = None

    @classmethod
    def from_environment(
        cls,
        data: Path,
        database: str | None,
        traffic: Path | None,
        smtp: str | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> Settings:
        """The settings of a server process.

        Raises:
            ValueError: the environment's limit or patience, or the SMTP server, cannot be read.
        """
        limit = environment.get(LIMIT_VARIABLE)
        return cls(
            data=data,
            database=database,
            traffic=traffic,
            token=environment.get(TOKEN_VARIABLE) or secrets.token_urlsafe(32),
            limit=RateLimit() if limit is None else RateLimit.parse(limit),
            patience_s=float(environment.get(PATIENCE_VARIABLE, "10")),
            smtp=None if smtp is None else SmtpServer.parse(smtp),
        )
