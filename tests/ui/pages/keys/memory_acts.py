"""Acts on keys in memory, as a backend does them, with answers that can get lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import (
    Invalid,
    NotFound,
    Refused,
    Stale,
    Unreachable,
)
from lmchat_desktop.contract.base import FieldProblem, Problem, ProblemKind
from lmchat_desktop.contract.catalog import Model, Provider, Region
from lmchat_desktop.contract.keys import (
    ApiKey,
    BudgetPeriod,
    KeyActResult,
    KeyCreate,
    KeyCreated,
    KeyRotate,
    KeysAct,
    KeyState,
    KeyUpdate,
    KeyUseReport,
)
from lmchat_desktop.domain.keys.secret import hint, new_secret
from lmchat_desktop.domain.wording import said
from tests.ui.pages.desk import ACCOUNT, Desk

PATIENCE_S = 60
NOW = datetime(2026, 11, 24, 13, 47, 20, tzinfo=UTC)


def refusal(
    kind: type[Refused],
    status: int,
    *errors: tuple[str, str],
    name: str = ProblemKind.INVALID,
) -> Refused:
    """What the client makes of an answer of 400 and above."""
    problem = Problem(
        type=f"https://lmchat.net/problems/{name}",
        title="refused",
        status=status,
        errors=[FieldProblem(pointer=pointer, detail=detail) for pointer, detail in errors],
    )
    return kind(said("Client", "The backend refused this."), problem=problem)


def lost() -> Unreachable:
    return Unreachable(said("Client", "The backend did not answer."))


class MemoryActs:
    """A backend of keys.

    Attributes:
        keys: all keys, by id.
        sent: idempotency key and wish of each attempt to create.
        patches: what each update was asked to change, and under which ETag.
        kept: secrets in the keyring, by key.
        refuse: what the next calls are refused with; nothing is done then.
        lose: with what the answers of the next calls get lost; all is done then.
        gate: while it is closed, calls wait before they do anything, until it opens or they are
            cancelled; then they are done nevertheless, as by a backend that had heard of them.
        reached: a call has come in.
        no_keyring: why nothing can be kept.
    """

    def __init__(self) -> None:
        self.keys: dict[str, ApiKey] = {}
        self.secrets: dict[str, str] = {}
        self.sent: list[tuple[str, KeyCreate]] = []
        self.patches: list[tuple[dict[str, object], str]] = []
        self.kept: dict[str, str] = {}
        self.refuse: list[Exception] = []
        self.lose: list[Exception] = []
        self.gate = threading.Event()
        self.gate.set()
        self.reached = threading.Event()
        self.no_keyring: Exception | None = None
        self._answers: dict[str, tuple[KeyCreate, KeyCreated]] = {}

    def _arrive(self, cancel: CancelToken) -> None:
        self.reached.set()
        forget = cancel.on_cancel(self.gate.set)
        assert self.gate.wait(PATIENCE_S)
        forget()
        if self.refuse:
            raise self.refuse.pop(0)

    def _answer(self, cancel: CancelToken) -> None:
        cancel.raise_if_cancelled()
        if self.lose:
            raise self.lose.pop(0)

    def get(self, key_id: str, cancel: CancelToken) -> ApiKey:
        self._arrive(cancel)
        self._answer(cancel)
        if key_id not in self.keys:
            raise refusal(NotFound, 404, name=ProblemKind.NOT_FOUND)
        return self.keys[key_id]

    def create(self, wanted: KeyCreate, idempotency_key: str, cancel: CancelToken) -> KeyCreated:
        self.sent.append((idempotency_key, wanted))
        self._arrive(cancel)
        if idempotency_key in self._answers:
            before, made = self._answers[idempotency_key]
            if before != wanted:
                raise refusal(Invalid, 422, name=ProblemKind.IDEMPOTENCY_REUSED)
            self._answer(cancel)
            return made
        secret = new_secret()
        key = ApiKey(
            **wanted.model_dump(),
            id=f"key_{len(self.keys) + 1}",
            hint=hint(secret),
            state=KeyState.ACTIVE,
            created_at=NOW,
            created_by="person_1",
            etag='"1"',
        )
        self.keys[key.id] = key
        made = KeyCreated(key=key, secret=secret)
        self._answers[idempotency_key] = (wanted, made)
        self._answer(cancel)
        return made

    def update(self, key_id: str, change: KeyUpdate, etag: str, cancel: CancelToken) -> ApiKey:
        changed = {name: getattr(change, name) for name in change.model_fields_set}
        self.patches.append((changed, etag))
        self._arrive(cancel)
        if self.keys[key_id].etag != etag:
            raise refusal(Stale, 412, name=ProblemKind.STALE)
        key = self.change(key_id, **changed)
        self._answer(cancel)
        return key

    def change(self, key_id: str, **fields: object) -> ApiKey:
        """Change a key, as another person does."""
        key = self.keys[key_id]
        etag = f'"{int(key.etag.strip(chr(34))) + 1}"'
        self.keys[key_id] = key.model_copy(update=fields | {"etag": etag})
        return self.keys[key_id]

    def keep_secret(self, key: ApiKey, secret: str) -> None:
        if self.no_keyring is not None:
            raise self.no_keyring
        self.kept[key.id] = secret

    def rotate(
        self, key_id: str, wanted: KeyRotate, idempotency_key: str, cancel: CancelToken
    ) -> KeyCreated:
        raise AssertionError("not of these dialogs")

    def move_rotation(self, key_id: str, until: datetime, cancel: CancelToken) -> ApiKey:
        raise AssertionError("not of these dialogs")

    def undo_rotation(self, key_id: str, cancel: CancelToken) -> ApiKey:
        raise AssertionError("not of these dialogs")

    def revoke(self, key_id: str, reason: str, cancel: CancelToken) -> ApiKey:
        raise AssertionError("not of these dialogs")

    def use(self, key_id: str, hours: int, cancel: CancelToken) -> KeyUseReport:
        raise AssertionError("not of these dialogs")

    def act_on_many(
        self,
        wanted: KeysAct,
        idempotency_key: str,
        cancel: CancelToken,
        on_progress: Callable[[float | None, str], None],
    ) -> Sequence[KeyActResult]:
        raise AssertionError("not of these dialogs")


def a_key(**more: object) -> ApiKey:
    """A key with something in every field."""
    fields: dict[str, object] = {
        "id": "key_1",
        "account_id": ACCOUNT,
        "name": "nightly batch",
        "notes": "Ask Ada.",
        "hint": "sk-lmc-a1b2…c3d4",
        "state": KeyState.ACTIVE,
        "created_at": NOW - timedelta(days=200),
        "created_by": "person_1",
        "expires_at": NOW + timedelta(days=30, seconds=11),
        "models": ["m-small", "retired"],
        "countries": ["FR", "DE"],
        "addresses": ["10.0.0.0/8", "2001:db8::/32"],
        "budget_nanos": 100 * 10**9,
        "budget_period": BudgetPeriod.MONTH,
        "requests_per_minute": 600,
        "etag": '"1"',
    }
    return ApiKey.model_validate(fields | more)


def put_small_catalogue(desk: Desk) -> None:
    """Two providers in three countries, and nine models."""
    regions = {
        code: Region(id=name.lower(), name=name, country=code)
        for code, name in (("DE", "Frankfurt"), ("FR", "Paris"), ("US", "Virginia"))
    }
    desk.session.put(
        Provider(id="prov_a", name="Alpha", regions=[regions["DE"], regions["FR"]]),
        Provider(id="prov_b", name="Beta", regions=[regions["US"]]),
    )
    sizes = ("small", "medium", "large", "huge", "tiny", "vision", "audio", "code", "legal")
    desk.session.put(*(Model(id=f"m-{size}", name=f"Model {size}", prices=[]) for size in sizes))
