"""The log's head: kept where it follows from the last, never replaced where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from lmchat_desktop.cache import audit_heads
from lmchat_desktop.cache.store import Cache
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import SignedOut, Unreachable
from lmchat_desktop.contract.identity import Capability, Me
from lmchat_desktop.domain.audit.checkpoint import Checkpoint, Head
from lmchat_desktop.domain.audit.history import Verdict
from lmchat_desktop.domain.audit.note import LogKey, Signer
from lmchat_desktop.domain.audit.standing import Standing
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.sync.audit import AFTER_CHANGES, EVERY, AuditFollower
from tests.unit.cache.traffic import NOW, FixedClock
from tests.unit.sync.audit_backend import LogBackend
from tests.unit.sync.backend import FakeBackend


@pytest.fixture
def log() -> LogBackend:
    return LogBackend()


@pytest.fixture
def follower(log: LogBackend, cache: Cache) -> Iterator[AuditFollower]:
    with closing(log.client()) as api:
        yield AuditFollower(api, cache)


def me(*roles: Role, offered: bool = True) -> Me:
    backend = FakeBackend()
    backend.roles = list(roles or (Role.ADMIN,))
    told = backend.me()
    return told.model_copy(update={"capabilities": [Capability.AUDIT_PROOFS] if offered else []})


def kept_size(standing: Standing) -> int:
    return standing.verified


def verdict(standing: Standing) -> Verdict | None:
    return None if standing.finding is None else standing.finding.verdict


def test_the_first_head_is_kept_and_then_those_that_follow(
    log: LogBackend, follower: AuditFollower
) -> None:
    first = follower.look()
    assert first.kept is not None
    assert (first.kept.head, first.kept.verdict) == (log.head(), Verdict.FIRST)
    assert (first.kept.since, first.is_sound) == (NOW, True)
    assert LogKey.parse(first.kept.key) == log.signer.key
    assert Checkpoint.opened(first.kept.note, log.signer.key).head == first.kept.head
    log.add("more", "and more")
    second = follower.look()
    assert second.kept is not None
    assert (second.verified, second.kept.verdict) == (11, Verdict.GROWN)
    assert log.calls == ["checkpoint", "key", "checkpoint", "consistency"]


def test_nothing_new_costs_one_call_and_says_when(
    log: LogBackend, follower: AuditFollower, cache: Cache
) -> None:
    follower.look()
    log.calls.clear()
    cache.clock.saw(NOW + timedelta(minutes=1))
    again = follower.look()
    assert log.calls == ["checkpoint"]
    assert again.kept is not None
    assert (again.kept.since, again.kept.checked_at) == (NOW, cache.clock.now())


def altered(log: LogBackend) -> None:
    log.entries[3] = "altered"


def dropped(log: LogBackend) -> None:
    del log.entries[3]
    log.add("so that it is as long")


def reordered(log: LogBackend) -> None:
    log.entries[2], log.entries[3] = log.entries[3], log.entries[2]


def truncated(log: LogBackend) -> None:
    del log.entries[7:]


def rekeyed(log: LogBackend) -> None:
    log.signer = Signer(bytes(32))


def mangled(log: LogBackend) -> None:
    note = Checkpoint(log.signer.key.name, log.head(), 7).signed(log.signer)
    log.note = note.replace(f"\n{len(log.entries)}\n", "\n99\n")


def gone(log: LogBackend) -> None:
    log.note = "There is no log."


LIES: list[tuple[Callable[[LogBackend], None], Verdict]] = [
    (altered, Verdict.REWRITTEN),
    (dropped, Verdict.REWRITTEN),
    (reordered, Verdict.REWRITTEN),
    (truncated, Verdict.TRUNCATED),
    (rekeyed, Verdict.OTHER_KEY),
    (mangled, Verdict.BAD_SIGNATURE),
    (gone, Verdict.UNREADABLE),
]


@pytest.mark.parametrize("more", [0, 5])
@pytest.mark.parametrize(("lie", "found"), LIES)
def test_another_history_never_replaces_the_kept_head(
    log: LogBackend,
    follower: AuditFollower,
    cache: Cache,
    lie: Callable[[LogBackend], None],
    found: Verdict,
    more: int,
) -> None:
    kept = follower.look().kept
    log.add(*(f"more {number}" for number in range(more)))
    lie(log)
    if found is Verdict.TRUNCATED and more:
        found = Verdict.REWRITTEN if len(log.entries) > 9 else found
        log.entries[8:] = ["other"] * 3 if found is Verdict.REWRITTEN else []
    for _ in range(3):
        standing = follower.look()
        assert verdict(standing) is found
        assert standing.kept == kept
        assert not standing.is_sound
    with cache.read() as connection:
        assert verdict(audit_heads.standing(connection)) is found, "after a restart too"


@pytest.mark.parametrize(("lie", "found"), LIES)
def test_a_person_can_accept_what_was_found(
    log: LogBackend,
    follower: AuditFollower,
    cache: Cache,
    lie: Callable[[LogBackend], None],
    found: Verdict,
) -> None:
    follower.look()
    lie(log)
    shown = follower.look().finding
    assert shown is not None
    with cache.write() as connection:
        other = replace(shown, head=Head(3, bytes(32)))
        assert not audit_heads.accept(connection, other, "Never seen.", NOW)
        assert audit_heads.accept(connection, shown, "The auditors know of it.", NOW)
        assert not audit_heads.accept(connection, shown, "Again.", NOW)
    standing = follower.look()
    if found in (Verdict.BAD_SIGNATURE, Verdict.UNREADABLE):
        assert verdict(standing) is found, "there was no head that could be kept"
        return
    assert standing.is_sound
    assert standing.kept is not None
    assert (standing.kept.head, standing.kept.verdict) == (log.head(), found)
    assert standing.kept.reason == "The auditors know of it."
    assert LogKey.parse(standing.kept.key) == log.signer.key
    log.add("more")
    standing = follower.look()
    assert (verdict(standing), standing.verified) == (None, len(log.entries))


def test_what_was_found_stays_when_the_log_shows_the_old_history_again(
    log: LogBackend, follower: AuditFollower, cache: Cache
) -> None:
    follower.look()
    before = list(log.entries)
    altered(log)
    follower.look()
    log.entries = before
    for more in ("", "more"):
        if more:
            log.add(more)
        standing = follower.look()
        assert verdict(standing) is Verdict.REWRITTEN
        assert standing.kept is not None
        assert standing.kept.head == log.head()
    assert standing.finding is not None
    with cache.write() as connection:
        audit_heads.accept(connection, standing.finding, "A split view; it is reported.", NOW)
    standing = follower.look()
    assert standing.is_sound
    assert standing.kept is not None
    assert standing.kept.head == log.head(), "the newest that follows, not the one found"


def test_a_restored_backup_is_no_tampering(log: LogBackend, follower: AuditFollower) -> None:
    follower.look()
    log.add("lost 1", "lost 2", "lost 3")
    follower.look()
    log.restore(10)
    standing = follower.look()
    assert standing.kept is not None
    assert (verdict(standing), standing.verified) == (None, 11)
    assert standing.kept.verdict is Verdict.RESTORED
    log.add("later")
    standing = follower.look()
    assert (verdict(standing), standing.verified) == (None, 12)
    del log.entries[10:]
    log.add("instead")
    assert verdict(follower.look()) is Verdict.TRUNCATED, "the statement counts once"


def test_a_restored_backup_excuses_no_older_change(
    log: LogBackend, follower: AuditFollower
) -> None:
    follower.look()
    log.add("lost 1", "lost 2", "lost 3")
    follower.look()
    log.add("never seen")
    altered(log)
    log.restore(10)
    assert verdict(follower.look()) is Verdict.REWRITTEN


def test_few_heads_are_kept_of_a_log_that_grows(
    log: LogBackend, follower: AuditFollower, cache: Cache
) -> None:
    for number in range(60):
        log.add(f"more {number}")
        follower.look()
    with cache.read() as connection:
        sizes = [head.size for head in audit_heads.earlier(connection)]
    assert sizes[0] == 10
    assert len(sizes) <= 7
    log.add("lost")
    log.restore(sizes[-1])
    standing = follower.look()
    assert (verdict(standing), standing.verified) == (None, sizes[-1] + 1)


def test_the_log_is_looked_at_now_and_then(
    log: LogBackend, follower: AuditFollower, cache: Cache
) -> None:
    def calls(after: timedelta, *changed: str) -> int:
        log.calls.clear()
        cache.clock.saw(cache.clock.now() + after)
        assert follower.sync(me(), changed, CancelToken()) is not None
        return len(log.calls)

    assert calls(timedelta()) == 2
    assert calls(timedelta(seconds=5)) == 0
    assert calls(timedelta(seconds=5), "key") == 0
    assert calls(AFTER_CHANGES, "key") == 1
    assert calls(AFTER_CHANGES) == 0
    assert calls(EVERY) == 1


def test_who_may_not_read_the_log_does_not_ask(log: LogBackend, follower: AuditFollower) -> None:
    assert follower.sync(me(Role.OWNER), (), CancelToken()) is None
    assert follower.sync(me(offered=False), (), CancelToken()) is None
    assert log.calls == []


def test_a_log_that_proves_nothing_any_more_is_told(
    log: LogBackend, follower: AuditFollower
) -> None:
    follower.sync(me(), (), CancelToken())
    standing = follower.sync(me(offered=False), (), CancelToken())
    assert standing is not None
    assert standing.verified == 9
    assert "no longer proves" in standing.unchecked


@pytest.mark.parametrize("path", ["checkpoint", "consistency", "key"])
@pytest.mark.parametrize("status", [404, 500])
def test_what_the_log_does_not_answer_is_told_and_asked_again(
    log: LogBackend, follower: AuditFollower, cache: Cache, path: str, status: int
) -> None:
    if path != "key":
        follower.look()
        log.add("more")
        cache.clock.saw(NOW + EVERY)
    log.refused = {path: status}
    standing = follower.sync(me(), (), CancelToken())
    assert standing is not None
    assert standing.unchecked
    assert standing.verified == (0 if path == "key" else 9)
    assert follower.sync(me(), (), CancelToken()) == standing
    log.refused = {}
    cache.clock.saw(cache.clock.now() + AFTER_CHANGES)
    standing = follower.sync(me(), (), CancelToken())
    assert standing is not None
    assert (standing.unchecked, standing.verified) == ("", len(log.entries))


def test_a_sign_in_that_is_over_ends_the_run(log: LogBackend, follower: AuditFollower) -> None:
    log.refused = {"checkpoint": 401}
    with pytest.raises(SignedOut):
        follower.look()


def test_a_backend_that_is_away_is_not_the_logs_trouble(cache: Cache, log: LogBackend) -> None:
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.credentials import StaticToken
    from lmchat_desktop.client.retry import NO_RETRY

    away = ApiClient("http://127.0.0.1:9", StaticToken("token"), retry=NO_RETRY)
    with closing(away), pytest.raises(Unreachable):
        AuditFollower(away, cache).look()


def test_a_key_that_is_none(log: LogBackend, follower: AuditFollower, cache: Cache) -> None:
    log.signer.key = LogKey("not a name", bytes(32))
    standing = follower.look()
    assert (standing.kept, bool(standing.unchecked)) == (None, True)
    assert isinstance(cache.clock.now(), type(FixedClock().now()))
