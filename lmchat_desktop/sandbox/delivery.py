"""How a message leaves: as a file in the outbox's folder, or to an SMTP server."""

from __future__ import annotations

import os
import smtplib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from pathlib import Path

from lmchat_desktop.contract.outbox import MessageKind, OutboxMessage

FOLDER = "outbox"
SENDER = "lmchat <no-reply@lmchat.example>"
_TIMEOUT_S = 10.0


class NotDelivered(Exception):
    """An attempt failed; its text is a name and a number, without any address."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mails go in place of the folder."""

    host: str
    port: int

    @classmethod
    def parse(cls, written: str) -> SmtpServer:
        """Read `HOST:PORT`; an IPv6 address stands in brackets.

        Raises:
            ValueError: for anything else.
        """
        host, colon, port = written.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not colon or not host or not port.isdecimal() or not 0 < int(port) < 65536:
            raise ValueError("The SMTP server is to be named as HOST:PORT.")
        return cls(host, int(port))


class Delivery:
    """Delivers messages, each any number of times with the same outcome.

    Args:
        data: the sandbox's folder.
        smtp: where mails go; None for files.
    """

    def __init__(self, data: Path, smtp: SmtpServer | None) -> None:
        self._folder = data / FOLDER
        self._smtp = smtp

    def deliver(self, message: OutboxMessage) -> None:
        """Make one attempt.

        Raises:
            NotDelivered: it failed; it can be tried again.
        """
        try:
            if message.kind is MessageKind.SMS:
                text = f"To: {message.to}\nDate: {message.made_at.isoformat()}\n\n{message.body}\n"
                self._write(f"{_stem(message)}.txt", text.encode())
            elif self._smtp is None:
                self._write(f"{_stem(message)}.eml", bytes(mail_of(message)))
            else:
                self._send(self._smtp, mail_of(message))
        except smtplib.SMTPResponseException as error:
            raise NotDelivered(f"{type(error).__name__} {error.smtp_code}") from None
        except smtplib.SMTPException as error:
            raise NotDelivered(type(error).__name__) from None
        except OSError as error:
            raise NotDelivered(f"{type(error).__name__} {error.errno or ''}".strip()) from None
        except ValueError as error:
            # A header that cannot be written, whatever its value is.
            raise NotDelivered(type(error).__name__) from None

    def names(self) -> list[str]:
        """The files of the folder."""
        if not self._folder.is_dir():
            return []
        return sorted(path.name for path in self._folder.iterdir())

    def remove(self, name: str) -> None:
        """Remove a file of the folder."""
        (self._folder / name).unlink(missing_ok=True)

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        partial = self._folder / f"{name}.partial"
        partial.write_bytes(content)
        os.replace(partial, self._folder / name)

    def _send(self, server: SmtpServer, mail: EmailMessage) -> None:
        with smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_S) as connection:
            connection.send_message(mail)


def mail_of(message: OutboxMessage) -> EmailMessage:
    """A message as a mail (RFC 5322), the same at each attempt."""
    mail = EmailMessage(policy=SMTP if message.to.isascii() else SMTPUTF8)
    mail["From"] = SENDER
    mail["To"] = message.to
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.made_at)
    mail["Message-ID"] = f"<{message.id}@lmchat.example>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body)
    return mail


def id_in(name: str) -> str:
    """The id of the message that a file is of."""
    return name.split(".", 1)[0].split("-", 1)[-1]


def _stem(message: OutboxMessage) -> str:
    return f"{_stamp(message.made_at)}-{message.id}"


def _stamp(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%SZ")
