"""A home as a person has left it who saw the overview, made without a backend and a window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from lmchat_desktop.cache import first_picture_rows, state
from lmchat_desktop.cache.store import Cache, open_cache
from lmchat_desktop.contract.identity import Me, Person
from lmchat_desktop.domain.clock import Reading
from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.services import first_picture
from lmchat_desktop.services.places import CachePlace
from lmchat_desktop.settings.profiles import (
    CacheKeeping,
    KnownPerson,
    Profile,
    ProfileStore,
    SignInMethod,
)
from lmchat_desktop.settings.secrets import SecretKind, SecretStore
from lmchat_desktop.ui.pages.overview.attention_list import AttentionFace
from lmchat_desktop.ui.pages.overview.record import (
    OTHERS_PLACE,
    ChartRecord,
    FiguresRecord,
    OverviewRecord,
    ReadingRecord,
    SeriesRecord,
    TableRecord,
)
from lmchat_desktop.ui.shell.first_picture.record import ShownRecord

PERSON = "person_maria"
NAME = "Maria Keller"
BUCKETS = 8
HOUR_S = 3600


def reading(value: float, previous: float) -> ReadingRecord:
    return ReadingRecord(value, previous, tuple(float(each) for each in range(BUCKETS)))


def overview_record(until: datetime) -> OverviewRecord:
    """An overview of eight hours up to an instant, of an account with one key."""
    end_s = int(until.timestamp()) // HOUR_S * HOUR_S
    values = tuple(float(100 * each) for each in range(BUCKETS - 1))
    return OverviewRecord(
        ranges=(("24h", "24 h"), ("7d", "7 d"), ("30d", "30 d")),
        chosen="7d",
        until_s=until.timestamp(),
        told_s=until.timestamp(),
        figures=FiguresRecord(
            requests=reading(486_903, 475_000),
            input_tokens=reading(469_000_000, 480_000_000),
            cached_tokens=reading(40_000_000, 40_000_000),
            output_tokens=reading(94_000_000, 96_000_000),
            cost=reading(1_574_460_000_000, 1_600_000_000_000),
            p95=reading(14_200.0, 15_800.0),
            error_rate=reading(0.0008, 0.0008),
            failed=reading(390, 380),
        ),
        against="Compared with the week before",
        chart=ChartRecord(
            measure="Requests",
            hint="per hour · 24 Nov",
            name="Requests per hour",
            description="8 buckets, 1 without data",
            kind=Kind.COUNT,
            edges=tuple(end_s - HOUR_S * (BUCKETS - each) for each in range(BUCKETS + 1)),
            known=(False, *(True,) * (BUCKETS - 1)),
            series=(
                SeriesRecord("Llama 3", 0, (None, *values)),
                SeriesRecord("Mixtral", 1, (None, *reversed(values))),
                SeriesRecord("3 others", OTHERS_PLACE, (None, *values)),
            ),
            open_from_s=float(end_s - HOUR_S),
        ),
        attention=(
            AttentionFace("keys", "warn", "Key “nightly” expires in 3 d", "", "Details", "Soon"),
        ),
        attention_hint="1 due",
        models=TableRecord(
            ((("Llama 3", 300_000, 60_000_000, 900_000_000_000, 13_000.0, 0.001), 0),)
        ),
        keys=TableRecord(((("nightly", 486_903, 1_574_460_000_000, 0.0008), 0),)),
        by_keys=True,
    )


def shown_record(overview: OverviewRecord) -> ShownRecord:
    """The window around an overview."""
    return ShownRecord(
        language="Overview",
        zone="UTC",
        pages=("overview", "usage"),
        page="overview",
        content=msgspec.Raw(msgspec.json.encode(overview)),
        badges={"overview": 1},
        backend="lmchat test",
        notice=None,
        scope_id="acct_acme",
        scope="Acme Robotics",
        is_service=False,
        several=False,
        person="MK",
        spoken=f"Signed in as {NAME}, Owner",
    )


def me_of(now: datetime) -> Me:
    person = Person(id=PERSON, name=NAME, email="maria@mail.test", created_at=now)
    return Me(
        person=person,
        device=None,
        memberships=[],
        operator_roles=[],
        scopes=[Scope.USAGE_READ.value],
        capabilities=[],
        backend="lmchat test",
        server_time=now,
    )


@dataclass
class SeenBefore:
    """A profile whose person saw the overview a while ago.

    Attributes:
        folder: holds `config` and `caches`.
        secrets: holds the sign-in and the cache's key.
        profile: the backend, which does not answer.
        place: the cache.
    """

    folder: Path
    secrets: SecretStore
    profile: Profile
    place: CachePlace

    @classmethod
    def made(
        cls,
        folder: Path,
        secrets: SecretStore,
        *,
        now: datetime | None = None,
        content: bytes | None = None,
        valid_for: timedelta = timedelta(days=390),
        caches: Path | None = None,
        **changed: Any,
    ) -> SeenBefore:
        """Make it; `changed` are fields of `ShownRecord` that are other than usual."""
        now = now or datetime.now(UTC)
        profiles = ProfileStore(folder / "config")
        profile = profiles.add("Test", "http://127.0.0.1:9")
        person = KnownPerson(PERSON, SignInMethod.PERSONAL_TOKEN, None, now, CacheKeeping.KEYRING)
        profile = profile.with_person(person)
        profiles.update(profile)
        profiles.used(profile.id)
        place = CachePlace.of(
            caches or folder / "caches", profile, PERSON, secrets, CacheKeeping.KEYRING
        )
        secrets.set(profile.id, PERSON, SecretKind.TOKEN, "token-canary")
        made = cls(folder, secrets, profile, place)
        shown = msgspec.structs.replace(shown_record(overview_record(now)), **changed)
        cache = made.open()
        with cache.write() as connection:
            state.note_me(connection, me_of(now))
            state.note_sync(connection, now)
            state.note_time(connection, Reading(now, now))
            first_picture_rows.keep(
                connection,
                msgspec.json.encode(shown) if content is None else content,
                version=first_picture.VERSION,
                valid_until=now + valid_for,
                read_at=0,
            )
        cache.close()
        return made

    def open(self) -> Cache:
        """The cache, which nobody has open; to be closed."""
        return open_cache(self.place.path, self.place.secret())
