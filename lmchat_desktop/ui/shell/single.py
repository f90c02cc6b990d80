"""One application for a home folder: a second start raises the first's window, and ends."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal
from shiboken6 import isValid

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

logger = logging.getLogger(__name__)

LOCK_NAME = "running.lock"
ASK = b"raise\n"
ANSWER = b"raised\n"
PATIENCE_MS = 2_000
"""How long either side waits for the other; one that does not answer is taken for hung."""
MOST_CALLERS = 4
_LOOK_S = 0.02


class SingleInstance(QObject):
    """Holds the home folder's lock and listens for further starts.

    The lock decides who is first, also between two starts at once, and outlives no process. The
    socket carries the one word "raise"; only this user can reach it. It listens from `listen` on,
    so that the first window waits for the lock alone.

    Args:
        folder: a folder of the home folder's own.
        parent: the owner.

    Attributes:
        raise_asked: another start asks for the window.
    """

    raise_asked = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = socket_name(folder)
        self._lock = QLockFile(str(folder / LOCK_NAME))
        # By its age alone a lock is never void: a window can stay open for months.
        self._lock.setStaleLockTime(0)
        self._server: QLocalServer | None = None
        self._callers: list[_Caller] = []

    def take(self) -> bool:
        """Whether this is the first; costs a file and waits for nothing and nobody."""
        if self._lock.tryLock(0):
            return True
        if self._lock.error() is QLockFile.LockError.LockFailedError:
            return False
        # Without a lock, in a folder that cannot be written, every start is a first one.
        logger.warning("whether the application runs already is not known: %s", self._lock.error())
        return True

    def raise_other(self) -> bool:
        """Ask the first to raise its window, or become the first where it ends meanwhile.

        Returns:
            Whether it answered. If not, this start has to go on: a window that says that its cache
            is open elsewhere is more than none.
        """
        end = time.monotonic() + PATIENCE_MS / 1000
        while time.monotonic() < end:
            if _ask(self._name):
                return True
            if self._lock.tryLock(0):
                return False
            # It has its lock and does not listen yet: two starts at once.
            time.sleep(_LOOK_S)
        logger.warning("the application that runs already does not answer")
        return False

    def listen(self) -> None:
        """Answer further starts from now on; to be called once the first window is there."""
        from PySide6.QtNetwork import QLocalServer

        if not self._lock.isLocked():
            return
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.setMaxPendingConnections(MOST_CALLERS)
        server.newConnection.connect(self._take_callers)
        # The lock is ours, so whoever left a socket of this name is gone.
        QLocalServer.removeServer(self._name)
        if not server.listen(self._name):
            logger.warning("further starts are not heard: %s", server.serverError().name)
            return
        self._server = server

    def close(self) -> None:
        """Let the next start be the first."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        self._lock.unlock()

    def _take_callers(self) -> None:
        server = self._server
        self._callers = [caller for caller in self._callers if not caller.gone]
        while server is not None and (socket := server.nextPendingConnection()) is not None:
            caller = _Caller(socket)
            caller.raise_asked.connect(self.raise_asked)
            self._callers.append(caller)
            caller.hear()


class _Caller(QObject):
    """A further start that called; heard for one word, and not for long.

    Its socket is deleted by Qt after the call; it is kept here until then.
    """

    raise_asked = Signal()

    def __init__(self, socket: QLocalSocket) -> None:
        super().__init__()
        self._socket = socket
        socket.setReadBufferSize(len(ASK) + 1)
        socket.readyRead.connect(self.hear)
        socket.disconnected.connect(socket.deleteLater)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._hang_up)
        self._patience.start(PATIENCE_MS)

    @property
    def gone(self) -> bool:
        """Whether its socket was deleted."""
        return not isValid(self._socket)

    def hear(self) -> None:
        """Look at what was said so far."""
        said = self._socket.peek(len(ASK) + 1).data()
        if said == ASK:
            self._socket.read(len(ASK))
            self._socket.write(ANSWER)
            self._socket.flush()
            self.raise_asked.emit()
            self._socket.disconnectFromServer()
        elif not ASK.startswith(said):
            self._hang_up()

    def _hang_up(self) -> None:
        if not self.gone:
            self._socket.abort()


def socket_name(folder: Path) -> str:
    """The socket of a home folder and user: a path in the user's run-time folder, or a name."""
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    digest = hashlib.sha256(f"{user}\n{folder.resolve()}".encode()).hexdigest()[:16]
    name = f"lmchat-desktop-{digest}"
    if os.name == "nt":
        return name
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    return str((runtime if runtime.is_dir() else Path(tempfile.gettempdir())) / name)


def _ask(name: str) -> bool:
    from PySide6.QtNetwork import QLocalSocket

    if not _is_ours(name):
        return False
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(PATIENCE_MS):
        return False
    socket.write(ASK)
    answer = b""
    while len(answer) < len(ANSWER) and socket.waitForReadyRead(PATIENCE_MS):
        answer += socket.read(len(ANSWER) - len(answer)).data()
    socket.abort()
    return answer == ANSWER


def _is_ours(name: str) -> bool:
    """Whether a socket of that name was made by this user, where the system tells."""
    if os.name == "nt":
        return True
    try:
        return os.stat(name).st_uid == os.getuid()
    except OSError:
        return False
