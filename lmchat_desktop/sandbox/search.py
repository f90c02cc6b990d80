"""Accounts by what somebody knows of them, each way answered from an index.

A text is looked for at the beginning of what is indexed, as a range of the index: from the text to
the text that comes after all that begin with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from lmchat_desktop.contract.accounts import (
    Account,
    AccountSearch,
    FoundAccount,
    Match,
    Matched,
)
from lmchat_desktop.contract.queries import AccountSearchQuery
from lmchat_desktop.domain import apikeys
from lmchat_desktop.domain.contact.addresses import ContactKind, folded, folded_text
from lmchat_desktop.sandbox import entities, tables
from lmchat_desktop.sandbox.calls import View
from lmchat_desktop.sandbox.clock import maybe_from_ms
from lmchat_desktop.sandbox.identifiers import NumberedIds
from lmchat_desktop.sandbox.problems import invalid
from lmchat_desktop.sandbox.tables.account_records import hint_end

_LAST = "\U0010ffff"
_ID = re.compile(r"acct_[a-z2-7]*", re.ASCII)
_PHONE = re.compile(r"[+0-9][0-9 ().\-/]*", re.ASCII)
_FEWEST_DIGITS = 4
_SHORTEST = 2
_HINT_ENDING = re.compile(r"…?([0-9A-Za-z]{4})", re.ASCII)


def condition_of(text: str | None) -> ColumnElement[bool] | None:
    """On `accounts`: those whose id, name, e-mail or telephone number begins so."""
    if text is None:
        return None
    names, accounts = tables.account_names.c, tables.accounts.c
    ways: list[ColumnElement[bool]] = [
        begins(accounts.id, text.strip().lower()),
        accounts.id.in_(select(names.account_id).where(begins(names.folded, folded_text(text)))),
    ]
    for kind, part in _addresses(text):
        aliases = tables.aliases.c
        present = _alias(kind, part).where(aliases.until_ms.is_(None))
        ways.append(accounts.id.in_(present))
    return or_(*ways)


def begins(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """On an indexed column: its values that begin with the text."""
    return and_(column >= text, column < text + _LAST)


@dataclass
class _Found:
    """Accounts in the order in which they were found, with every reason."""

    matches: dict[str, list[Match]] = field(default_factory=dict)

    def add(self, account_id: str, match: Match) -> None:
        known = self.matches.setdefault(account_id, [])
        if match not in known:
            known.append(match)


def search(view: View, request_ids: NumberedIds, query: AccountSearchQuery) -> AccountSearch:
    """What the query finds among the accounts that the caller may see.

    Raises:
        ApiProblem: 422, it is the secret of a key, or hardly anything.
    """
    text = query.q.strip()
    if apikeys.is_wellformed(text):
        raise invalid("/query/q", "it is a key's secret: revoke the key, and look up its hash")
    if len(text) < _SHORTEST:
        raise invalid("/query/q", f"it has {_SHORTEST} characters at least")
    found, more = _Found(), False
    for statement, make in _ways(view, request_ids, text):
        # One more than is shown of each way, to know whether there are more.
        rows = view.connection.execute(statement.limit(query.limit + 1)).all()
        more = more or len(rows) > query.limit
        for row in rows[: query.limit]:
            found.add(row.account_id, make(row))
    wanted = list(found.matches)[: query.limit]
    if not wanted:
        return AccountSearch(data=[], more=False)
    accounts: dict[str, Account] = {
        one.id: one
        for one in entities.fetch(
            view.connection,
            "account",
            and_(tables.accounts.c.id.in_(wanted), view.sight.of_kind("account")),
            view.now,
        )
        if isinstance(one, Account)
    }
    return AccountSearch(
        data=[
            FoundAccount(account=accounts[one], matches=found.matches[one])
            for one in wanted
            if one in accounts
        ],
        more=more or len(found.matches) > len(wanted),
    )


def _ways(view: View, request_ids: NumberedIds, text: str) -> Iterator[tuple[Select[Any], Any]]:
    """The statements that answer a text, and how a row of each is a reason; the best ones first."""
    seen = view.sight.of_kind("account")
    accounts = tables.accounts
    if _ID.fullmatch(text.lower()):
        yield (
            select(accounts.c.id.label("account_id"))
            .where(begins(accounts.c.id, text.lower()), seen)
            .order_by(accounts.c.id),
            lambda row: Match(matched=Matched.ID, value=row.account_id),
        )
    number = request_ids.number(text)
    if number is not None and view.principal.is_operator:
        requests = tables.requests.c
        yield (
            select(accounts.c.id.label("account_id"))
            .join(tables.requests, requests.account_no == accounts.c.number)
            .where(requests.id == number, seen),
            lambda row: Match(matched=Matched.REQUEST_ID, value=text),
        )
    yield from _by_hint(seen, text)
    for kind, part in _addresses(text):
        yield _of_account(seen, kind, part)
        yield _of_members(seen, kind, part)
    names = tables.account_names.c
    yield (
        select(names.account_id, accounts.c.name)
        .join(accounts, accounts.c.id == names.account_id)
        .where(begins(names.folded, folded_text(text)), seen)
        .order_by(names.folded, names.account_id),
        lambda row: Match(matched=Matched.NAME, value=row.name),
    )


def _by_hint(seen: ColumnElement[bool], text: str) -> Iterator[tuple[Select[Any], Any]]:
    """By the hint of a key: its beginning, or its last four characters."""
    keys, accounts = tables.keys.c, tables.accounts
    end = _HINT_ENDING.fullmatch(text)
    condition: ColumnElement[bool]
    if end:
        condition = hint_end == end.group(1)
    elif text.startswith(apikeys.PREFIX):
        condition = begins(keys.hint, text)
    else:
        return
    yield (
        select(keys.account_id, keys.hint)
        .join(accounts, accounts.c.id == keys.account_id)
        .where(condition, seen)
        .order_by(keys.id),
        lambda row: Match(matched=Matched.KEY_HINT, value=row.hint),
    )


def _addresses(text: str) -> Iterator[tuple[ContactKind, str]]:
    """The kinds of addresses that a text can be the beginning of, as they are indexed."""
    digits = folded(ContactKind.PHONE, text)
    if _PHONE.fullmatch(text.strip()) and len(digits) >= _FEWEST_DIGITS:
        yield ContactKind.PHONE, digits
    yield ContactKind.EMAIL, folded(ContactKind.EMAIL, text)


def _alias(kind: ContactKind, part: str) -> Select[Any]:
    aliases = tables.aliases.c
    return select(aliases.subject_id).where(
        aliases.kind == kind.value, begins(aliases.folded, part)
    )


def _of_account(seen: ColumnElement[bool], kind: ContactKind, part: str) -> tuple[Select[Any], Any]:
    """By an address of the account itself."""
    aliases, accounts = tables.aliases.c, tables.accounts
    return (
        select(aliases.subject_id.label("account_id"), aliases.value, aliases.until_ms)
        .join(accounts, accounts.c.id == aliases.subject_id)
        .where(aliases.kind == kind.value, begins(aliases.folded, part), seen)
        .order_by(aliases.folded, aliases.subject_id),
        lambda row: _address(kind, row, None),
    )


def _of_members(seen: ColumnElement[bool], kind: ContactKind, part: str) -> tuple[Select[Any], Any]:
    """By an address of one of its people."""
    aliases, members, accounts = tables.aliases.c, tables.members.c, tables.accounts
    return (
        select(members.account_id, members.person_id, aliases.value, aliases.until_ms)
        .join(tables.aliases, aliases.subject_id == members.person_id)
        .join(accounts, accounts.c.id == members.account_id)
        .where(aliases.kind == kind.value, begins(aliases.folded, part), seen)
        .order_by(aliases.folded, members.account_id),
        lambda row: _address(kind, row, row.person_id),
    )


def _address(kind: ContactKind, row: Any, person_id: str | None) -> Match:
    former = row.until_ms is not None
    if kind is ContactKind.EMAIL:
        matched = Matched.FORMER_EMAIL if former else Matched.EMAIL
    else:
        matched = Matched.FORMER_PHONE if former else Matched.PHONE
    return Match(
        matched=matched,
        value=row.value,
        person_id=person_id,
        until=maybe_from_ms(row.until_ms),
    )
