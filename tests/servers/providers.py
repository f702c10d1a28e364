"""Mail providers on this machine that speak the documented protocols of Postmark and Mailgun.

Mail is taken over their HTTP interface, and what became of it is told to the site's webhook, signed
or with the shared secret as the provider does it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

REFUSED = {"ErrorCode": 10, "Message": "No Account or Server API tokens were supplied."}


class Provider(ThreadingHTTPServer):
    """A provider: what it was asked to send, and how it tells what became of it."""

    daemon_threads = True
    name: ClassVar[str]
    secret = "udbyder:en-lang-kode-til-begge"

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def environment(self) -> dict[str, str]:
        """Return the variables that make a process of ours send through it."""
        raise NotImplementedError

    def answer(self, path: str, headers: Any, body: bytes) -> tuple[int, Any]:
        """Take a mail, or say why not; what is taken is noted in ``taken``."""
        raise NotImplementedError

    def tell(self, port: int, mail: dict[str, Any], what: str, **fields: Any) -> int:
        """Tell the site on ``port`` what became of ``mail``, and return what it answers."""
        raise NotImplementedError

    def post(self, port: int, told: Any, *, secret: str | None = None) -> int:
        """Post to the site's webhook."""
        headers = {"Content-Type": "application/json", "User-Agent": self.name}
        if secret is not None:
            headers["Authorization"] = "Basic " + base64.b64encode(secret.encode()).decode()
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            path = f"/mail/events/{self.name}/"
            connection.request("POST", path, body=json.dumps(told), headers=headers)
            return connection.getresponse().status
        finally:
            connection.close()


class Postmark(Provider):
    """Postmark: a server token in a header, JSON both ways, and webhooks with a password."""

    name = "postmark"
    token = "11111111-2222-3333-4444-555555555555"

    def environment(self) -> dict[str, str]:
        """Return the variables."""
        return {
            "EMAIL_PROVIDER": "postmark",
            "POSTMARK_SERVER_TOKEN": self.token,
            "POSTMARK_API_URL": self.address,
            "ANYMAIL_WEBHOOK_SECRET": self.secret,
        }

    def answer(self, path: str, headers: Any, body: bytes) -> tuple[int, Any]:
        """Take one mail at ``/email``."""
        if headers["X-Postmark-Server-Token"] != self.token:
            return 401, REFUSED
        if path != "/email" or headers["Accept"] != "application/json":
            return 404, {}
        mail = json.loads(body)
        mail["MessageID"] = str(uuid.uuid4())
        self.taken.append(mail)
        return 200, {
            "To": mail["To"],
            "SubmittedAt": "2026-11-25T07:25:01.4178645-05:00",
            "MessageID": mail["MessageID"],
            "ErrorCode": 0,
            "Message": "OK",
        }

    def tell(self, port: int, mail: dict[str, Any], what: str, **fields: Any) -> int:
        """Tell of a ``Delivery``, a ``Bounce`` or a ``SpamComplaint``."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        told: dict[str, Any] = {
            "RecordType": what,
            "MessageStream": "outbound",
            "ServerID": 23,
            "MessageID": mail["MessageID"],
            "Metadata": mail.get("Metadata", {}),
        }
        if what == "Delivery":
            told |= {"Recipient": mail["To"], "DeliveredAt": stamp, "Details": "250 OK"}
        else:
            kind = "HardBounce" if what == "Bounce" else what
            told |= {
                "ID": 4323372036854775807 - len(self.asked),
                "Type": kind,
                "TypeCode": 1,
                "Name": "Hard bounce",
                "Email": mail["To"],
                "From": mail["From"],
                "BouncedAt": stamp,
                "Details": f"smtp;550 5.1.1 {mail['To']}: no such user",
                "Inactive": True,
                "CanActivate": True,
            }
        return self.post(port, told | fields, secret=self.secret)


class Mailgun(Provider):
    """Mailgun: HTTP authentication, a form, and webhooks that are signed."""

    name = "mailgun"
    key = "key-0123456789"
    signing_key = "signing-9876543210"
    domain = "mg.example.dk"

    def environment(self) -> dict[str, str]:
        """Return the variables."""
        return {
            "EMAIL_PROVIDER": "mailgun",
            "MAILGUN_API_KEY": self.key,
            "MAILGUN_SENDER_DOMAIN": self.domain,
            "MAILGUN_API_URL": f"{self.address}/v3",
            "MAILGUN_WEBHOOK_SIGNING_KEY": self.signing_key,
        }

    def answer(self, path: str, headers: Any, body: bytes) -> tuple[int, Any]:
        """Take one mail at ``/v3/<domain>/messages``."""
        known = base64.b64encode(f"api:{self.key}".encode()).decode()
        if headers["Authorization"] != f"Basic {known}":
            return 401, {"message": "Invalid private key"}
        if path != f"/v3/{self.domain}/messages":
            return 404, {}
        mail = _form(headers["Content-Type"], body)
        mail["id"] = f"<{uuid.uuid4()}@{self.domain}>"
        self.taken.append(mail)
        return 200, {"id": mail["id"], "message": "Queued. Thank you."}

    def tell(self, port: int, mail: dict[str, Any], what: str, **fields: Any) -> int:
        """Tell of ``delivered``, ``failed`` or ``complained``, signed."""
        stamp, token = str(int(time.time())), uuid.uuid4().hex
        key, said = self.signing_key.encode(), f"{stamp}{token}".encode()
        signature = hmac.new(key, said, hashlib.sha256).hexdigest()
        variables = {name[2:]: value for name, value in mail.items() if name.startswith("v:")}
        data = {
            "event": what,
            "id": uuid.uuid4().hex,
            "timestamp": time.time(),
            "recipient": mail["to"],
            "message": {"headers": {"message-id": mail["id"].strip("<>"), "to": mail["to"]}},
            "user-variables": variables,
            **fields,
        }
        signed = {"token": token, "timestamp": stamp, "signature": signature}
        return self.post(port, {"signature": signed, "event-data": data})


def _form(content_type: str, body: bytes) -> dict[str, Any]:
    """Return the fields of a form, of either kind that browsers know."""
    if content_type.startswith("application/x-www-form-urlencoded"):
        return {name: values[-1] for name, values in parse_qs(body.decode()).items()}
    whole = BytesParser(policy=HTTP).parsebytes(
        f"Content-Type: {content_type}\r\n\r\n".encode() + body
    )
    found: dict[str, Any] = {}
    for part in whole.iter_parts():
        name = part.get_param("name", header="content-disposition")
        found[str(name)] = part.get_content()
    return {
        name: value.rstrip("\r\n") if isinstance(value, str) else value
        for name, value in found.items()
    }


class _Handler(BaseHTTPRequestHandler):
    """Passing what is asked to the provider, and its answer back."""

    server: Provider
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Take a mail."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        path = urlsplit(self.path).path
        self.server.asked.append((path, dict(self.headers)))
        status, answer = self.server.answer(path, self.headers, body)
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Keep quiet."""


@contextmanager
def running(provider: Provider) -> Iterator[Provider]:
    """Have ``provider`` listen as long as the block runs."""
    thread = threading.Thread(target=provider.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.shutdown()
        provider.server_close()
        thread.join(10)
