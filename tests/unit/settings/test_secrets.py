"""Secrets go into a keyring that keeps them, or nowhere."""

from __future__ import annotations

from typing import cast

import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringLocked

from lmchat_desktop.settings.errors import KeyringMissing
from lmchat_desktop.settings.secrets import KeyringSecrets, MemorySecrets, SecretKind, SecretStore

CANARY = "canary-0123456789"


class GoodKeyring(KeyringBackend):
    """A keyring that keeps what it is given."""

    priority = 5

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class ForgetfulKeyring(GoodKeyring):
    """A keyring that says yes and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class LockedKeyring(GoodKeyring):
    """A keyring that the person did not unlock."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("Failed to unlock the collection!")


class BrokenKeyring(GoodKeyring):
    """A keyring whose bus is gone; its message quotes the secret, as a debugging aid would."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise ConnectionResetError(f"bus gone while storing {password}")


class WeakKeyring(GoodKeyring):
    """A keyring that its makers do not recommend."""

    priority = 0


class PlaintextKeyring(GoodKeyring):
    """A keyring that writes secrets to a readable file."""


PlaintextKeyring.__module__ = "keyrings.alt.file"
NOTHING_KEPT: KeyringBackend = cast("type[KeyringBackend]", keyring.backends.null.Keyring)()
NOBODY_THERE: KeyringBackend = cast("type[KeyringBackend]", keyring.backends.fail.Keyring)()


@pytest.mark.parametrize("store", [MemorySecrets(), KeyringSecrets(GoodKeyring())])
def test_secrets_are_kept_apart_by_profile_person_and_kind(store: SecretStore) -> None:
    assert store.get("p", "person_1", SecretKind.TOKEN) is None
    store.delete("p", "person_1", SecretKind.TOKEN)
    places = [(p, w, k) for p in ("p", "q") for w in ("person_1", "person_2") for k in SecretKind]
    for number, place in enumerate(places):
        store.set(*place, f"{CANARY}-{number}")
    assert [store.get(*place) for place in places] == [
        f"{CANARY}-{number}" for number in range(len(places))
    ]
    store.delete(*places[0])
    assert store.get(*places[0]) is None
    assert store.get(*places[1]) == f"{CANARY}-1"
    assert "canary" not in repr(store)


@pytest.mark.parametrize(
    ("backend", "why"),
    [
        (NOTHING_KEPT, "keeps nothing"),
        (NOBODY_THERE, "none is running"),
        (PlaintextKeyring(), "other programs can read"),
        (WeakKeyring(), "not recommended"),
    ],
)
def test_a_keyring_that_is_none_is_refused_before_anything_is_given_to_it(
    backend: KeyringBackend, why: str
) -> None:
    with pytest.raises(KeyringMissing, match=why):
        KeyringSecrets(backend).check()
    with pytest.raises(KeyringMissing, match=why):
        KeyringSecrets(backend).get("p", "w", SecretKind.TOKEN)
    with pytest.raises(KeyringMissing, match=why):
        KeyringSecrets(backend).set("p", "w", SecretKind.TOKEN, CANARY)
    assert not getattr(backend, "kept", {})


@pytest.mark.parametrize(
    ("backend", "why"),
    [
        (ForgetfulKeyring(), "does not give it back"),
        (LockedKeyring(), "is locked"),
        (BrokenKeyring(), "does not answer as it should"),
    ],
)
def test_a_keyring_that_fails_is_told_without_the_secret(backend: KeyringBackend, why: str) -> None:
    with pytest.raises(KeyringMissing, match=why) as caught:
        KeyringSecrets(backend).set("p", "w", SecretKind.TOKEN, CANARY)
    shown = caught.value.message + caught.value.technical + str(caught.getrepr(style="native"))
    assert "canary" not in shown


@pytest.mark.parametrize(
    ("members", "chosen"),
    [
        ([PlaintextKeyring(), GoodKeyring()], 1),
        ([NOTHING_KEPT, PlaintextKeyring()], None),
        ([], None),
    ],
)
def test_of_a_chain_the_first_that_can_be_trusted_is_used(
    monkeypatch: pytest.MonkeyPatch, members: list[KeyringBackend], chosen: int | None
) -> None:
    class Chain(ChainerBackend):
        backends = members

    Chain.__module__ = ChainerBackend.__module__
    monkeypatch.setattr(keyring, "get_keyring", Chain)
    store = KeyringSecrets()
    if chosen is None:
        with pytest.raises(KeyringMissing, match="none of those"):
            store.check()
        return
    store.set("p", "w", SecretKind.TOKEN, CANARY)
    used = members[chosen]
    assert isinstance(used, GoodKeyring)
    assert list(used.kept.values()) == [CANARY]
