"""Staff find an account by what somebody knows of it."""

from __future__ import annotations

from collections.abc import Callable

from lmchat_desktop.client import keys as key_calls
from lmchat_desktop.client import requests as request_calls
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.client.requests import RequestFilter
from lmchat_desktop.domain.keys.secret import new_secret
from lmchat_desktop.ui.widgets.chips import Chip
from tests.ui.pages.accounts.conftest import Visit

VisitAs = Callable[[str], Visit]


def test_a_former_address_a_key_and_a_request_lead_to_the_account(visit: VisitAs) -> None:
    here = visit("Aoife Brennan")
    (row,) = here.find("accounts@acme-robots.example")
    assert row[0] == "Acme Robotics Inc."
    assert row[1].startswith("former e-mail until ")
    api = here.workspace.session.client
    account = here.staff.finder.model.found
    assert account is not None
    account_id = account.data[0].account.id
    key = key_calls.list_keys(api, account_id=account_id, limit=1).data[0]
    rows = here.find(key.hint.partition("…")[0])
    assert ("Acme Robotics Inc.", f"key: {key.hint}") in [row[:2] for row in rows]
    owner = ApiClient(here.sandbox.url, StaticToken(here.sandbox.sign_in("Dana Whitfield")))
    with owner:
        request = request_calls.list_requests(owner, RequestFilter(account_id), limit=1).data[0]
    (row,) = here.find(request.id)
    assert row[:2] == ("Acme Robotics Inc.", f"request: {request.id}")
    here.open(request.id)
    assert here.view.header.name.whole_text() == "Acme Robotics Inc."
    here.press(here.view.header.back)
    (chip,) = here.staff.finder.recent.findChildren(Chip)
    assert chip.caption() == "Acme Robotics Inc."


def test_a_secret_is_never_sent(visit: VisitAs) -> None:
    here = visit("Aoife Brennan")
    finder = here.staff.finder
    finder.search.setText(f"found: {new_secret()}")
    here.office.until(finder.banner.isVisible)
    assert "was not sent" in finder.banner.text()
    here.settled()
    assert finder.model.text == ""
    assert finder.model.found is None


def test_all_accounts_are_a_table(visit: VisitAs) -> None:
    here = visit("Aoife Brennan")
    table = here.staff.finder.table
    count = table.rows.rowCount()
    assert here.staff.finder.count.whole_text() == f"{count:,}"
    table.sort_by("created_at", descending=True)
    here.settled()
    key = table.rows.key(0)
    table.selectRow(0)
    table.row_activated.emit(key)
    here.office.until(lambda: here.view.model.picture is not None)
    assert here.view.model.account_id == key
