"""Rules on addresses, codes, recoveries, memberships and leaked keys."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmchat_desktop.domain.contact import codes
from lmchat_desktop.domain.contact.addresses import (
    BadContact,
    ContactKind,
    checked,
    checked_email,
    checked_phone,
    folded,
    redacted,
)
from lmchat_desktop.domain.contact.codes import CodeState
from lmchat_desktop.domain.contact.recovery import (
    ENDED,
    RecoveryAct,
    RecoveryState,
    effective_at,
    following,
    may_decide,
)
from lmchat_desktop.domain.keys import secret as apikeys
from lmchat_desktop.domain.leaks import hashes_in
from lmchat_desktop.domain.membership import leaves_an_owner
from lmchat_desktop.domain.scopes import Role

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("dana@acme.example", "dana@acme.example"),
        ("  Dana.O'Hara+x@ACME.Example ", "Dana.O'Hara+x@acme.example"),
        ("佐々木@例え.テスト", "佐々木@例え.テスト"),
        ("a@xn--bcher-kva.example", "a@bücher.example"),
        ("u\u0308@b\u00fccher.example", "ü@bücher.example"),
    ],
)
def test_an_email_address_is_kept_in_one_form(written: str, kept: str) -> None:
    assert checked_email(written) == kept
    assert checked_email(kept) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "dana",
        "@acme.example",
        "dana@",
        "dana@acme",
        "dana@127.0.0.1",
        "dana@acme..example",
        "da na@acme.example",
        ".dana@acme.example",
        "dana.@acme.example",
        "dana\n@acme.example",
        "dana@acme.example\nBcc: x@y.example",
        "da\u202ena@acme.example",
        "<dana@acme.example>",
        f"{'x' * 65}@acme.example",
        f"dana@{'x' * 64}.example",
        f"dana@{'.'.join(['x' * 60] * 5)}.example",
    ],
)
def test_what_is_no_email_address_is_refused_without_being_repeated(written: str) -> None:
    with pytest.raises(BadContact) as refused:
        checked_email(written)
    assert not written or written not in str(refused.value)


@given(st.text(max_size=80), st.sampled_from(ContactKind))
def test_any_text_is_an_address_or_not(written: str, kind: ContactKind) -> None:
    try:
        kept = checked(kind, written)
    except BadContact:
        return
    assert checked(kind, kept) == kept
    assert "\n" not in kept
    assert folded(kind, kept)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+49 30 5550-1177", "+493055501177"),
        ("+1 (555) 010.0142", "+15550100142"),
        ("030 5550 1177", None),
        ("0049 30 5550 1177", None),
        ("+0 555 0100", None),
        ("+1", None),
        ("+1234567890123456", None),
        ("+49 30 CALL ME", None),
        ("+٤٩٣٠٥٥٥٠١١", None),
    ],
)
def test_a_telephone_number_is_kept_as_e164(written: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(BadContact):
            checked_phone(written)
    else:
        assert checked_phone(written) == kept


def test_an_address_is_told_to_its_owner_alone() -> None:
    assert redacted(ContactKind.EMAIL, "dana@acme.example") == "d…@acme.example"
    assert redacted(ContactKind.PHONE, "+493055501177") == "…77"


def test_a_code_fits_its_own_hash_alone() -> None:
    code = codes.new_code()
    kept, again = codes.hashed(code), codes.hashed(code)
    assert code.isdecimal()
    assert len(code) == codes.DIGITS
    assert kept != again, "each has a salt of its own"
    assert code not in kept
    assert codes.fits(code, kept)
    assert codes.fits(code, again)
    assert not codes.fits(f"{(int(code) + 1) % 10**6:06}", kept)


@pytest.mark.parametrize(
    ("minutes", "tries", "more", "state"),
    [
        (0, 0, {}, CodeState.OPEN),
        (14.99, 4, {}, CodeState.OPEN),
        (15, 0, {}, CodeState.EXPIRED),
        (1, 5, {}, CodeState.VOID),
        (1, 0, {"replaced": True}, CodeState.VOID),
        (99, 5, {"confirmed": True}, CodeState.CONFIRMED),
    ],
)
def test_a_code_ends(minutes: float, tries: int, more: dict[str, bool], state: CodeState) -> None:
    assert codes.state_of(NOON, tries, NOON + timedelta(minutes=minutes), **more) is state


@settings(max_examples=60)
@given(st.lists(st.integers(0, 7200), max_size=12), st.integers(0, 7200))
def test_never_more_codes_within_an_hour_than_allowed(sent: list[int], now: int) -> None:
    times = [NOON + timedelta(seconds=one) for one in sent if one <= now]
    at = NOON + timedelta(seconds=now)
    wait = codes.wait_for_next(times, at)
    assert timedelta(0) <= wait <= codes.HOUR
    then = at + wait
    assert sum(one > then - codes.HOUR for one in times) < codes.PER_HOUR


def test_a_recovery_goes_one_way() -> None:
    for state, act in product(RecoveryState, RecoveryAct):
        after = following(state, act)
        assert (state not in ENDED) or after is None
        if act is RecoveryAct.COMPLETE and after is not None:
            assert state is RecoveryState.CODE_SENT, "never without a code"
    assert following(RecoveryState.PREPARED, RecoveryAct.SEND_CODE) is None
    assert effective_at(NOON) - NOON == timedelta(hours=72)


def test_two_people_decide_on_a_third() -> None:
    people = ("a", "b", "c")
    for decider, preparer, concerned in product(people, repeat=3):
        allowed = may_decide(decider, preparer, concerned)
        assert allowed == (decider not in (preparer, concerned))


@pytest.mark.parametrize(
    ("before", "after", "owners", "allowed"),
    [
        (Role.OWNER, None, 1, False),
        (Role.OWNER, Role.MEMBER, 1, False),
        (Role.OWNER, Role.OWNER, 1, True),
        (Role.OWNER, None, 2, True),
        (Role.MEMBER, None, 1, True),
        (Role.MEMBER, Role.OWNER, 1, True),
    ],
)
def test_an_account_keeps_an_owner(
    before: Role, after: Role | None, owners: int, allowed: bool
) -> None:
    assert leaves_an_owner(before, after, owners) is allowed


@settings(max_examples=40)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=4), st.integers(0, 3))
def test_keys_are_found_in_any_text_and_noise_is_not(parts: list[str], count: int) -> None:
    secrets = [apikeys.new_secret() for _ in range(count)]
    wrong = "sk-lmc-" + "0" * 42
    text = "\n".join([*parts, *(f'KEY="{secret}";' for secret in secrets), wrong, *secrets])
    found = hashes_in(text)
    assert set(found) == {hashlib.sha256(one.encode()).hexdigest() for one in secrets}
    assert not any(secret in str(found) for secret in secrets)


def test_a_key_is_found_within_a_word() -> None:
    secret = apikeys.new_secret()
    assert len(hashes_in(f"sk-lmc-xx{secret}zz")) == 1
