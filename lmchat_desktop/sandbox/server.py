"""The sandbox as a process: one folder, one loopback port, ended by a signal or with its parent."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from types import FrameType

import uvicorn
from sqlalchemy.exc import DatabaseError

from lmchat_desktop.sandbox.app import NewerDatabase, create_app, open_backend
from lmchat_desktop.sandbox.database import Busy, InUse, StorageFull, Unreachable
from lmchat_desktop.sandbox.folder_lock import FolderInUse, FolderLock
from lmchat_desktop.sandbox.settings import PARENT_VARIABLE, TOKEN_VARIABLE, Settings

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
FAILED = 1
REFUSED = 2
IN_USE = 3


class Server(uvicorn.Server):
    """A server that says where it listens, once it does."""

    def __init__(self, config: uvicorn.Config, announcement: dict[str, object]) -> None:
        super().__init__(config)
        self._announcement = announcement

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then say so in one line of JSON."""
        await super().startup(sockets)
        if not self.should_exit:
            sys.stdout.write(json.dumps(self._announcement) + "\n")
            sys.stdout.flush()


def serve(
    port: int,
    data: Path,
    database: str | None,
    traffic: Path | None,
    smtp: str | None = None,
) -> int:
    """Serve a sandbox until the process is told to end.

    Args:
        port: on the loopback interface; 0 takes a free one.
        data: the folder of its database; it is made if it is missing.
        database: a database URL in place of SQLite in that folder.
        traffic: a traffic file in place of the one in the resources.
        smtp: `HOST:PORT` of the server for mails, in place of files in that folder.

    Returns:
        The process's exit code.
    """
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )
    try:
        settings = Settings.from_environment(data, database, traffic, smtp)
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FolderLock(data):
            return _serve(settings, port)
    except ValueError as error:
        return _refuse(str(error), REFUSED)
    except FolderInUse:
        return _refuse("Another sandbox uses this folder.", IN_USE)
    except NewerDatabase:
        return _refuse("This folder was made by a newer version; it was left as it is.", REFUSED)
    except StorageFull:
        return _refuse("The disk is full.", FAILED)
    except DatabaseError:
        return _refuse("The database cannot be read; it was left as it is.", REFUSED)
    except InUse:
        return _refuse("Another sandbox uses this database.", IN_USE)
    except Unreachable:
        return _refuse("The database cannot be reached, or does not let this user in.", REFUSED)
    except Busy:
        return _refuse("The database is locked by another program.", IN_USE)
    except OSError as error:
        return _refuse(f"{type(error).__name__}: {error.strerror}", FAILED)


def listen(port: int) -> socket.socket:
    """A listening socket whose connections asyncio lets send at once.

    It turns Nagle's algorithm off for sockets that name their protocol, which those of
    `socket.create_server` do not; the body of an answer, sent after its headers, then waits 40 ms
    for the peer's delayed acknowledgement.

    Args:
        port: on the loopback interface; 0 takes a free one.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


def _serve(settings: Settings, port: int) -> int:
    with listen(port) as listening:
        backend = open_backend(settings, _report)
        address = f"http://{HOST}:{listening.getsockname()[1]}"
        announcement: dict[str, object] = {"url": address, "pid": os.getpid()}
        if not os.environ.get(TOKEN_VARIABLE):
            announcement["token"] = settings.token
        config = uvicorn.Config(
            create_app(backend),
            access_log=False,
            log_config=None,
            lifespan="on",
            server_header=False,
            # Whoever is on this machine could else say of itself that it calls from anywhere.
            proxy_headers=False,
            timeout_graceful_shutdown=5,
        )
        server = Server(config, announcement)
        if os.environ.get(PARENT_VARIABLE) == "1":
            threading.Thread(
                target=_end_with_parent, args=(server,), name="sandbox-parent", daemon=True
            ).start()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _handled)
        try:
            server.run(sockets=[listening])
        finally:
            backend.database.close()
    return 0 if server.started else FAILED


def _handled(_number: int, _frame: FrameType | None) -> None:
    """The server ends in order on a signal and then raises it again, which is not needed here."""


def _end_with_parent(server: Server) -> None:
    """Wait until standard input ends, which it does when the process that holds it is gone."""
    # Past Python's buffer, whose lock this thread would hold when the interpreter ends.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    server.should_exit = True


def _report(fraction: float, detail: str) -> None:
    sys.stderr.write(json.dumps({"progress": round(fraction, 3), "detail": detail}) + "\n")
    sys.stderr.flush()


def _refuse(reason: str, code: int) -> int:
    sys.stderr.write(f"The sandbox did not start. {reason}\n")
    return code
