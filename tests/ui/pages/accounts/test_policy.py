"""What is kept of an account and who receives it, as its page tells it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QAbstractButton

from tests.ui.pages.accounts.conftest import Visit, column

VisitAs = Callable[[str], Visit]


@pytest.mark.parametrize("who", ["Dana Whitfield", "Aoife Brennan"])
def test_owners_and_staff_see_what_is_kept_for_how_long_and_who_receives_it(
    visit: VisitAs, who: str
) -> None:
    here = visit(who)
    if who != "Dana Whitfield":
        here.open("Acme")
    part = here.view.policy
    options = here.view.parts.findChildren(QAbstractButton)
    here.press(next(one for one in options if one.text() == "Data policy"))
    here.office.until(lambda: part.keeping is not None)
    assert column(part.kept, 2) == [
        "As long as the account",
        "90 days",
        "400 days",
        "Not logged",
        "Not logged",
    ]
    names = column(part.recipients, 0)
    assert names == sorted(names, key=str.casefold)
    assert "Briefpost Mail (example)" in names
    assert "customers" in column(part.places, 1)
    # Times and the words in their place are sorted together.
    last = len(part.recipients.rows.columns) - 1
    part.recipients.sortByColumn(last, part.recipients.horizontalHeader().sortIndicatorOrder())
    assert sorted(column(part.recipients, 0)) == sorted(names)


def test_without_an_answer_it_says_so_and_asks_again(visit: VisitAs) -> None:
    here = visit("Dana Whitfield")
    part = here.view.policy
    here.sandbox.stop()
    here.view.show_part("policy")
    here.office.until(part.banner.isVisible)
    assert not part.kept.isVisible()
    here.sandbox.start()
    here.office.until(lambda: not here.workspace.context.tasks.busy)
    here.press(part.banner.action_button)
    here.office.until(lambda: part.keeping is not None)
    assert part.kept.isVisible()
    assert not part.banner.isVisible()
