"""A person's first minutes: sign in, Overview and Usage, large and small, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.tour.stage import LARGE, SMALL, Stage, Story
from lmchat_desktop.tour.summary import overview_lines, report_lines
from lmchat_desktop.tour.usage_page import UsageVisit

if TYPE_CHECKING:
    from lmchat_desktop.ui.pages.overview.view import OverviewPage


def play(stage: Stage) -> None:
    """Play the story."""
    with stage.step("start the sandbox and see its people"):
        visitor = stage.window(SMALL)
        visitor.until(lambda: bool(visitor.window.people.cards), "the sandbox's people", 180.0)
        stage.picture(visitor, "whom to be")
    with stage.step("sign in as the admin"):
        admin = stage.sandbox.open().person(Role.ADMIN)
        visitor.click(visitor.window.people.cards[admin.person.id])
        visitor.signed_in()
    with stage.step("look at the overview"):
        visitor.go("overview")
        visitor.size(*LARGE)
        stage.both_themes(visitor, "overview")
        visitor.size(*SMALL)
        stage.both_themes(visitor, "overview small")
        overview = cast("OverviewPage", visitor.workspace.page("overview"))
        picture = overview.model.picture
        if picture is None:
            raise AssertionError("the overview shows nothing")
        due = [item.title for item in overview.attention_card.shown]
        title = "Overview, whole service"
        stage.say(*overview_lines(title, picture.overview.by_model, due), "")
    with stage.step("look at the usage of 14 days"):
        visitor.go("usage")
        usage = UsageVisit(visitor)
        usage.range("30 d")
        visitor.size(*SMALL)
        stage.both_themes(visitor, "usage small")
        visitor.size(*LARGE)
        stage.both_themes(visitor, "usage")
        stage.say(*report_lines("Usage, whole service", usage.shown.report, usage.name_of), "")
    with stage.step("find an account with the palette"):
        visitor.keys("Ctrl+K")
        visitor.workspace.finder.palette.panel.field.setText("acme")
        stage.picture(visitor, "palette")
        visitor.workspace.finder.palette.close_overlay()
    with stage.step("look at one account"):
        account = visitor.session.accounts()[0]
        visitor.scope(account.name)
        visitor.go("overview")
        stage.picture(visitor, "one account")
    with stage.step("see traffic arrive by itself"):
        before = visitor.session.last_sync_at()
        visitor.until(lambda: visitor.session.last_sync_at() != before, "the next sync", 60.0)


FIRST_LOOK = Story(
    "first-look",
    "a person's first minutes: sign in, Overview and Usage, large, small, palette",
    play,
)
