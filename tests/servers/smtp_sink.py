"""A mail server that misbehaves as it is told: ``python -m tests.servers.smtp_sink '{...}'``.

It speaks what a mail server must (RFC 5321) and ``AUTH PLAIN``, listens on this machine only,
prints its port, and notes what happens in a file, one JSON object a line.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import random
import re
import socketserver
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
FOR_EVER = 3600


@dataclass
class Behaviour:
    """How the server behaves. Chances are drawn from ``seed``, so that a run can be repeated."""

    log: str = ""
    port: int = 0
    seed: int = 0
    busy: float = 0.0
    """How often a mail is answered with 451 after its content has come."""
    drop: float = 0.0
    """How often the line is dropped after a mail has been accepted; no mail meets that twice."""
    silent: bool = False
    """Take connections, and say nothing."""
    slow: float = 0.0
    """How many seconds each mail takes."""
    hang_after: int = -1
    """Say nothing any more after that many mails."""
    hold_after: int = -1
    """Accept no more than that many mails as long as the file ``hold`` is there."""
    hold: str = ""
    hold_at: str = "content"
    """Whether the next one is kept waiting at its ``content`` or at its ``sender``."""
    refuse: list[str] = field(default_factory=list)
    """Addresses that are refused for good."""
    password: str | None = None
    """What must be given to log in, when anything must."""
    at_most: int = 0
    """How many mails a connection may bring before it is closed with 421; 0 is any number."""
    durable: bool = False
    """Whether a mail is on the disk before it is accepted, as with a real server."""


class Noted:
    """The file of what happens."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.chance = random.Random(behaviour.seed)
        self.dropped: set[str] = set()
        self.accepted = 0
        self.lock = threading.Lock()
        self.file = Path(behaviour.log).open("ab", buffering=0)  # noqa: SIM115

    def note(self, happened: str, **details: str) -> None:
        """Write one line."""
        line = json.dumps({"happened": happened, "at": time.time()} | details)
        self.file.write(line.encode() + b"\n")

    def what_to_do(self, mail: str) -> str:
        """Draw what is done with a mail: ``accept``, ``busy`` or ``drop``."""
        with self.lock:
            if self.chance.random() < self.behaviour.busy:
                return "busy"
            if self.chance.random() < self.behaviour.drop and mail not in self.dropped:
                self.dropped.add(mail)
                return "drop"
            return "accept"


class Conversation(socketserver.StreamRequestHandler):
    """One connection."""

    server: Server
    wbufsize = 0
    disable_nagle_algorithm = True

    def setup(self) -> None:
        """Take the behaviour along."""
        super().setup()
        self.told = self.server.noted
        self.how = self.told.behaviour
        self.recipient, self.brought = "", 0
        self.is_known = self.how.password is None

    def finish(self) -> None:
        """Note that it is over."""
        with contextlib.suppress(OSError):
            super().finish()
        self.told.note("closed")

    def say(self, line: str) -> None:
        """Answer."""
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        """Talk until the other side ends it."""
        self.told.note("connected")
        if self.how.silent:
            time.sleep(FOR_EVER)
        with contextlib.suppress(ConnectionError):
            self.say("220 sink ESMTP")
            while line := self.rfile.readline():
                verb = line.strip().split(b" ")[0].split(b":")[0].upper().decode("ascii", "replace")
                if not getattr(self, f"do_{verb.lower()}", self.do_unknown)(line.strip().decode()):
                    break

    def do_unknown(self, line: str) -> bool:
        """Refuse what we do not know."""
        self.say("502 5.5.1 unknown")
        return True

    def do_ehlo(self, line: str) -> bool:
        """Say what we can do."""
        if self.how.password is not None:
            self.say("250-sink")
            self.say("250-AUTH PLAIN")
        else:
            self.say("250-sink")
        self.say("250 8BITMIME")
        return True

    def do_helo(self, line: str) -> bool:
        """Greet back."""
        self.say("250 sink")
        return True

    def do_auth(self, line: str) -> bool:
        """Check the password."""
        given = base64.b64decode(line.split(" ")[2]).split(b"\0")[2].decode()
        self.is_known = given == self.how.password
        self.told.note("logged in" if self.is_known else "log-in refused")
        self.say("235 2.7.0 welcome" if self.is_known else "535 5.7.8 wrong password")
        return True

    def wait_while_held(self, where: str) -> None:
        """Keep a mail waiting there as long as we are told to."""
        if self.how.hold_at != where or not 0 <= self.how.hold_after <= self.told.accepted:
            return
        self.told.note("held")
        while Path(self.how.hold).exists():
            time.sleep(0.01)

    def do_mail(self, line: str) -> bool:
        """Take the sender."""
        self.wait_while_held("sender")
        if not self.is_known:
            self.say("530 5.7.0 log in first")
        elif self.how.at_most and self.brought >= self.how.at_most:
            self.say("421 4.7.0 enough for one connection")
            return False
        else:
            self.say("250 2.1.0 ok")
        return True

    def do_rcpt(self, line: str) -> bool:
        """Take the recipient, or refuse them."""
        self.recipient = line.partition("<")[2].partition(">")[0]
        if self.recipient in self.how.refuse:
            self.told.note("recipient refused", to=self.recipient)
            self.say("550 5.1.1 no such user")
        else:
            self.say("250 2.1.5 ok")
        return True

    def do_rset(self, line: str) -> bool:
        """Forget the mail that was begun."""
        self.say("250 2.0.0 ok")
        return True

    do_noop = do_rset

    def do_quit(self, line: str) -> bool:
        """Say goodbye."""
        self.say("221 2.0.0 bye")
        return False

    def do_data(self, line: str) -> bool:
        """Take the content."""
        self.say("354 go ahead")
        content = b""
        lines = []
        while (content := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(content)
        if not content:
            return False
        found = MESSAGE_ID.search(b"".join(lines))
        mail = found[1].decode() if found else ""
        if 0 <= self.how.hang_after <= self.told.accepted:
            self.told.note("hanging", id=mail)
            time.sleep(FOR_EVER)
        self.told.note("received", id=mail)
        time.sleep(self.how.slow)
        self.wait_while_held("content")
        verdict = self.told.what_to_do(mail)
        if verdict == "busy":
            self.told.note("busy", id=mail)
            self.say("451 4.3.0 try again later")
            return True
        self.told.accepted += 1
        self.brought += 1
        self.told.note("accepted", id=mail, to=self.recipient)
        if self.how.durable:
            os.fdatasync(self.told.file.fileno())
        if verdict == "drop":
            self.told.note("dropped", id=mail, to=self.recipient)
            return False
        self.say("250 2.0.0 taken")
        return True


class Server(socketserver.ThreadingTCPServer):
    """A thread for each connection."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, behaviour: Behaviour) -> None:
        self.noted = Noted(behaviour)
        super().__init__(("127.0.0.1", behaviour.port), Conversation)


def main(arguments: dict[str, Any]) -> None:
    """Serve until we are ended."""
    with Server(Behaviour(**arguments)) as server:
        sys.stdout.write(f"{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
