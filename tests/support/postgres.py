"""A PostgreSQL server of a test run's own, made from the distribution's programs."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

OTHER_USER = "postgres"
"""Who runs the server where tests are run by root, under whom it refuses to run."""


class NoServer(Exception):
    """Why there can be no server here."""


def programs() -> Path:
    """The folder with `initdb` and `pg_ctl`, of the newest version.

    Raises:
        NoServer: none is installed, or root has nobody to run it.
    """
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: float(path.parts[-3])
    )
    on_path = shutil.which("pg_ctl")
    if not found and on_path is None:
        raise NoServer("no PostgreSQL server is installed (apt-get install postgresql)")
    if os.getuid() == 0:
        try:
            pwd.getpwnam(OTHER_USER)
        except KeyError:
            raise NoServer(f"root cannot run PostgreSQL, and no user is {OTHER_USER}") from None
    return found[-1].parent if found else Path(on_path or "").resolve().parent


class PostgresServer:
    """A server in a folder of its own, on a free port of the loopback interface.

    The folder is not below pytest's, which nobody but its owner may enter.

    Attributes:
        port: where it listens, also across restarts.
        password: of its only user, `USER`.
    """

    USER = "lmchat"

    def __init__(self) -> None:
        self._programs = programs()
        self._folder = Path(tempfile.mkdtemp(prefix="lmchat-pg-"))
        self._as_user: dict[str, Any] = {}
        if os.getuid() == 0:
            other = pwd.getpwnam(OTHER_USER)
            os.chown(self._folder, other.pw_uid, other.pw_gid)
            self._as_user = {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}
        self.port = 0
        self.password = secrets.token_urlsafe(16)

    def start(self) -> PostgresServer:
        """Make the server's data and start it; it listens when this comes back."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        words = self._folder / "password"
        words.write_text(self.password)
        words.chmod(0o644)
        made = ["--username", self.USER, "--auth", "scram-sha-256", "--pwfile", str(words)]
        self._run("initdb", *made, "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync")
        self._start()
        return self

    def restart(self) -> None:
        """End every connection without warning, as a crash would, and start again."""
        self._run("pg_ctl", "stop", "-m", "immediate", "-w")
        self._start()

    def close(self) -> None:
        """End the server and delete its folder."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "stop", "-m", "immediate", "-w")
        shutil.rmtree(self._folder)

    def url(self, database: str, password: str | None = None) -> str:
        """A database's URL as the sandbox takes it."""
        word = self.password if password is None else password
        return f"postgresql+psycopg://{self.USER}:{word}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str) -> Any:
        """A connection that commits each statement."""
        import psycopg

        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=self.USER,
            password=self.password,
            dbname=database,
            autocommit=True,
        )

    def create(self, database: str, more: str = "") -> str:
        """Make a database; answers its URL."""
        with self.connect("postgres") as connection:
            connection.execute(f'CREATE DATABASE "{database}" {more}')
        return self.url(database)

    def rows(self, database: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a query answers."""
        with self.connect(database) as connection:
            return list(connection.execute(statement, values).fetchall())

    def run(self, database: str, statement: str, *values: Any) -> None:
        """Do something to a database behind the sandbox's back."""
        with self.connect(database) as connection:
            connection.execute(statement, values)

    def _start(self) -> None:
        settings = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        log = str(self._folder / "log")
        self._run("pg_ctl", "start", "-w", "-o", settings, "-l", log)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._programs / program), "-D", str(self._folder / "data"), *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=120,
            cwd=self._folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            **self._as_user,
        )
