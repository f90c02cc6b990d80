"""The audit log: who did what, that it is proved, and what is seen where it was rewritten."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.evidence.audit_verification import verify_export
from lmchat_desktop.tour.audit_page import AuditVisit
from lmchat_desktop.tour.rewriting import rewrite_entry
from lmchat_desktop.tour.stage import LARGE, SMALL, Stage, Story
from lmchat_desktop.tour.visitor import SIGN_IN_S, Visitor
from lmchat_desktop.ui.pages.audit.query import Field

REASON = "The log was rebuilt after a drill."


def play(stage: Stage) -> None:
    """Play the story."""
    with stage.step("sign in as the admin, and look at the audit log"):
        admin = stage.person(Role.ADMIN, LARGE)
        admin.go("audit")
        audit = AuditVisit(admin)
        stage.both_themes(admin, "audit log")
        admin.size(*SMALL)
        stage.both_themes(admin, "audit log small")
        admin.size(*LARGE)
    _filters(stage, admin, audit)
    _one_entry(stage, admin, audit)
    _export(stage, admin, audit)
    _offline(stage, admin, audit)
    _rewritten(stage, admin, audit)


def _filters(stage: Stage, admin: Visitor, audit: AuditVisit) -> None:
    with stage.step("filter by an action and a person"):
        audit.open_filter(Field.ACTION)
        stage.picture(admin, "actions", audit.page.choices)
        audit.take("key.create")
        audit.open_filter(Field.ACTOR)
        stage.picture(admin, "people", audit.page.choices)
        audit.take("priya")
        if len(audit.page.toolbar.chips) != 2 or not audit.page.card.model.count:
            raise AssertionError("the filters find nothing")
        stage.both_themes(admin, "filtered")
        admin.press("audit-clear-filters")


def _one_entry(stage: Stage, admin: Visitor, audit: AuditVisit) -> None:
    with stage.step("look at an entry, and have it proved"):
        audit.row(2)
        words = audit.verify_entry()
        if not words.startswith("In the tree of"):
            raise AssertionError(words)
        stage.both_themes(admin, "an entry and its proof")
        admin.size(*SMALL)
        stage.picture(admin, "an entry small")
        admin.size(*LARGE)
        stage.say(f"Audit log: {audit.page.card.model.count} entries. One of them: {words}")


def _export(stage: Stage, admin: Visitor, audit: AuditVisit) -> None:
    with stage.step("export the log with proofs, and verify the file"):
        audit.page.export.open_dialog()
        stage.picture(admin, "export", audit.dialog("audit-export-dialog"))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "audit-log.jsonl"
            audit.export_to(str(file))
            stage.picture(admin, "exported")
            with file.open("rb") as stream:
                report = verify_export(stream)
        if not report.is_good:
            raise AssertionError("the export is not proved")
        stage.say(f"Its export: {report.proved} of {report.entries} entries are proved.", "")
        audit.page.toast.hide()


def _offline(stage: Stage, admin: Visitor, audit: AuditVisit) -> None:
    with stage.step("the backend goes away: what was read stays readable"):
        stage.aside(stage.sandbox.go_away, "ending the sandbox")
        admin.session.wake()
        admin.until(lambda: admin.workspace.top.dot.state == "offline", "going offline", SIGN_IN_S)
        admin.settled()
        if audit.page.standing.verify.isEnabled():
            raise AssertionError("something could be verified offline")
        stage.both_themes(admin, "offline")


def _rewritten(stage: Stage, admin: Visitor, audit: AuditVisit) -> None:
    with stage.step("somebody rewrites the log meanwhile: it is noticed, named and shown"):
        data = stage.sandbox.data
        stage.aside(lambda: rewrite_entry(data, 7, "No longer used."), "rewriting the log")
        stage.aside(stage.sandbox.open, "starting the sandbox again")
        admin.session.wake()
        admin.until_live()
        admin.press("audit-verify-now")
        admin.until(lambda: audit.told.startswith("bad"), "the rewritten history", SIGN_IN_S)
        admin.settled()
        audit.page.panel.closed.emit()
        stage.both_themes(admin, "rewritten")
        admin.size(*SMALL)
        stage.picture(admin, "rewritten small")
        admin.size(*LARGE)
    with stage.step("accept it with a reason and the log's name"):
        admin.press("audit-accept")
        stage.picture(admin, "accept", audit.dialog("accept-history"))
        audit.accept(REASON)
        stage.picture(admin, "accept filled", audit.dialog("accept-history"))
        audit.confirm()
        admin.until(lambda: audit.told.startswith("warn"), "the accepted history", SIGN_IN_S)
        stage.both_themes(admin, "accepted")


AUDIT = Story(
    "audit",
    "the audit log: its entries, their proofs, exports, and a history that was rewritten",
    play,
)
