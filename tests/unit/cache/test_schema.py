"""Making the tables and bringing older ones up to date."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from lmchat_desktop.cache import schema
from lmchat_desktop.cache.engines import memory_engine
from lmchat_desktop.cache.store import Cache, open_cache
from lmchat_desktop.cache.trouble import MigrationFailed
from tests.unit.cache.conftest import KEY
from tests.unit.cache.test_store import add, count

NOW_AT = schema.REVISIONS[-1]

NEXT = """
from alembic import op

revision = "next"
down_revision = "{down}"


def upgrade():
    op.execute("ALTER TABLE accounts ADD COLUMN nickname TEXT")
    {more}
"""


def described(make: Callable[[object], None]) -> dict[str, object]:
    engine = memory_engine()
    with engine.begin() as connection:
        make(connection)
        found = inspect(connection)
        tables = {
            name: (
                [(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(name)],
                found.get_pk_constraint(name)["constrained_columns"],
                sorted(str(c["sqltext"]) for c in found.get_check_constraints(name)),
            )
            for name in found.get_table_names()
            if name != "alembic_version"
        }
        by_hand = sorted(
            connection.scalars(
                text(
                    "SELECT sql FROM sqlite_master WHERE type IN ('trigger', 'index')"
                    " AND sql IS NOT NULL"
                )
            )
        )
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    engine.dispose()
    return {"tables": tables, "by_hand": by_hand, "revision": revision}


def test_the_migrations_lead_to_the_declared_tables() -> None:
    assert described(schema.upgrade) == described(schema.create)


def test_the_known_revisions_are_those_of_the_scripts() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(schema.SCRIPTS))
    scripts = ScriptDirectory.from_config(config)
    walked = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(walked)) == schema.REVISIONS


def test_a_cache_of_this_version_opens_without_alembic(path: Path) -> None:
    open_cache(path, KEY).close()
    script = (
        "import sys; from pathlib import Path\n"
        "from lmchat_desktop.cache.secret import RawKey\n"
        "from lmchat_desktop.cache.store import open_cache\n"
        "open_cache(Path(sys.argv[1]), RawKey(bytes(range(32)))).close()\n"
        "heavy = ('alembic', 'nanoarrow', 'sqlalchemy.orm')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes this a later version of the application, with one more migration."""

    def make(more: str = "") -> None:
        folder = tmp_path / "versions"
        folder.mkdir(exist_ok=True)
        (folder / "next.py").write_text(NEXT.format(down=NOW_AT, more=more))
        monkeypatch.setattr(schema, "VERSION_FOLDERS", (*schema.VERSION_FOLDERS, folder))
        monkeypatch.setattr(schema, "REVISIONS", (*schema.REVISIONS, "next"))

    return make


@pytest.fixture
def old(opened: Callable[..., Cache], path: Path) -> Path:
    """A closed cache of this version."""
    cache = opened()
    add(cache)
    cache.close()
    return path


def names(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir())


def test_an_older_cache_is_brought_up_to_date(
    old: Path,
    next_version: Callable[[], None],
    opened: Callable[..., Cache],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    next_version()
    before = old.read_bytes()
    backups: list[bytes] = []
    remove = schema.remove_backups
    monkeypatch.setattr(
        schema,
        "remove_backups",
        lambda path: backups.append(schema.backup_path(path, NOW_AT).read_bytes()) or remove(path),
    )
    cache = opened()
    with cache.read() as connection:
        assert connection.execute(text("SELECT id, nickname FROM accounts")).all() == [
            ("acct_marker_1", None)
        ]
    cache.close()
    assert backups == [before]
    assert names(old) == ["cache.db", "cache.db.lock"]


def test_a_migration_that_fails_leaves_the_old_cache_and_its_backup(
    old: Path, next_version: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = old.read_bytes()
    with monkeypatch.context():
        next_version('raise RuntimeError("in the middle")')
        with pytest.raises(MigrationFailed, match="left as it was"):
            open_cache(old, KEY)
    assert f"cache.db.before-{NOW_AT}" in names(old)
    assert old.with_name(f"cache.db.before-{NOW_AT}").read_bytes() == before
    monkeypatch.undo()
    cache = open_cache(old, KEY)
    assert count(cache) == 1
    cache.close()
    assert names(old) == ["cache.db", "cache.db.lock"]


def test_a_kill_in_the_middle_of_a_migration_costs_nothing(
    old: Path, next_version: Callable[[str], None], opened: Callable[..., Cache]
) -> None:
    script = f"""
import os, sys
from pathlib import Path
from lmchat_desktop.cache import schema
from lmchat_desktop.cache.secret import RawKey
from lmchat_desktop.cache.store import open_cache
schema.VERSION_FOLDERS += (Path({str(old.parent.parent / "versions")!r}),)
schema.REVISIONS += ("next",)
open_cache(Path({str(old)!r}), RawKey(bytes(range(32))))
"""
    next_version("import os; os._exit(9)")
    assert subprocess.run([sys.executable, "-c", script]).returncode == 9
    assert f"cache.db.before-{NOW_AT}" in names(old)
    (old.parent.parent / "versions" / "next.py").write_text(NEXT.format(down=NOW_AT, more=""))
    cache = opened()
    assert count(cache) == 1
    cache.close()
    assert names(old) == ["cache.db", "cache.db.lock"]
