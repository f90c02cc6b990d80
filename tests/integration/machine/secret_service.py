"""A Secret Service on the session's bus whose person dismisses prompts; it keeps all in memory.

Usage: python -m tests.integration.machine.secret_service STATE DISMISSALS
STATE is `locked`, or `none` where the default collection has to be made first. So many prompts are
dismissed; the next unlocks or makes it. Says `ready`, and then a line for each prompt.
"""

from __future__ import annotations

import sys
from typing import Any

import jeepney
from jeepney.io.blocking import open_dbus_connection

NAME, ROOT = "org.freedesktop.secrets", "/org/freedesktop/secrets"
DEFAULT, SESSION, NOTHING = f"{ROOT}/aliases/default", f"{ROOT}/session/1", "/"
PROMPT = jeepney.DBusAddress(f"{ROOT}/prompt/1", interface="org.freedesktop.Secret.Prompt")
NO_SUCH_OBJECT = "org.freedesktop.Secret.Error.NoSuchObject"
NOT_SUPPORTED = "org.freedesktop.DBus.Error.NotSupported"


class Refused(Exception):
    """An error that is answered; its text is the error's name."""


class Collection:
    """The one collection, and who is asked about it.

    Attributes:
        made, locked: how it stands.
        dismissals: how many of the next prompts are dismissed.
        items: attributes and secret of each item, by its path.
    """

    def __init__(self, state: str, dismissals: int) -> None:
        self.made = state != "none"
        self.locked = True
        self.dismissals = dismissals
        self.items: dict[str, tuple[dict[str, str], bytes]] = {}

    def answer(self, path: str, member: str, body: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
        """What a call is answered with: the signature and the values."""
        match member:
            case "Get":
                return "v", (self._property(path, body[1]),)
            case "OpenSession":
                if body[0] != "plain":
                    raise Refused(NOT_SUPPORTED)
                return "vo", (("s", ""), SESSION)
            case "Unlock":
                return "aoo", ([], PROMPT.object_path) if self.locked else (body[0], NOTHING)
            case "CreateCollection":
                return "oo", (NOTHING, PROMPT.object_path)
            case "Prompt":
                return "", ()
            case "SearchItems":
                wanted = body[0].items()
                return "ao", ([p for p, (kept, _) in self.items.items() if wanted <= kept.items()],)
            case "CreateItem":
                return "oo", (self._keep(body), NOTHING)
            case "GetSecret":
                return "(oayays)", ((SESSION, b"", self.items[path][1], "text/plain"),)
            case "Delete":
                del self.items[path]
                return "o", (NOTHING,)
        raise Refused(NOT_SUPPORTED)

    def prompted(self) -> tuple[bool, tuple[str, Any]]:
        """What comes of a prompt: whether it was dismissed, and its result."""
        dismissed = self.dismissals > 0
        self.dismissals -= dismissed
        making = not self.made
        self.made |= not dismissed
        self.locked &= dismissed
        if making:
            return dismissed, ("o", NOTHING if dismissed else DEFAULT)
        return dismissed, ("ao", [] if dismissed else [DEFAULT])

    def _property(self, path: str, name: str) -> tuple[str, Any]:
        if path not in self.items and not (path == DEFAULT and self.made):
            raise Refused(NO_SUCH_OBJECT)
        return ("b", self.locked) if name == "Locked" else ("s", "Default")

    def _keep(self, body: tuple[Any, ...]) -> str:
        assert not self.locked
        properties, (_session, _parameters, secret, _kind), _replace = body
        attributes = properties["org.freedesktop.Secret.Item.Attributes"][1]
        known = (path for path, (kept, _) in self.items.items() if kept == attributes)
        path = next(known, f"{DEFAULT}/{len(self.items) + 1}")
        self.items[path] = (attributes, secret)
        return path


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(state: str, dismissals: str) -> None:
    collection = Collection(state, int(dismissals))
    with open_dbus_connection("SESSION") as bus:
        owned = bus.send_and_get_reply(jeepney.message_bus.RequestName(NAME))
        assert owned.body == (1,), owned.body
        say("ready")
        while True:
            call = bus.receive()
            if call.header.message_type is not jeepney.MessageType.method_call:
                continue
            fields = call.header.fields
            path = fields[jeepney.HeaderFields.path]
            member = fields[jeepney.HeaderFields.member]
            try:
                signature, values = collection.answer(path, member, call.body)
                bus.send(jeepney.new_method_return(call, signature, values))
            except Refused as refused:
                bus.send(jeepney.new_error(call, str(refused)))
            if member == "Prompt":
                dismissed, result = collection.prompted()
                say("dismissed" if dismissed else "unlocked")
                bus.send(jeepney.new_signal(PROMPT, "Completed", "bv", (dismissed, result)))


if __name__ == "__main__":
    main(*sys.argv[1:])
