"""Visitors who send a form as fast as they are answered."""

from __future__ import annotations

import html
import http.client
import itertools
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from .questions import ANSWERS

AT_ONCE = 8
BUSY, AGAIN_AFTER = 503, 0.5
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
NAME, VALUE = re.compile(r'name="([^"]*)"'), re.compile(r'value="([^"]*)"')
_numbers = itertools.count()


@dataclass
class Target:
    """A form, what has to be sent along with it, and how success looks."""

    name: str
    port: int
    path: str
    success: int
    hidden: dict[str, str] = field(default_factory=dict)
    cookie: str = ""
    turned_away: int = 0
    """How often somebody was told to try again in a moment, and did."""

    def open(self) -> None:
        """Read the page once, as a browser does; all visitors send what it holds."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", self.path)
        response = connection.getresponse()
        text = response.read().decode()
        self.cookie = (response.getheader("Set-Cookie") or "").partition(";")[0]
        connection.close()
        for tag in HIDDEN.findall(text):
            name, value = NAME.search(tag), VALUE.search(tag)
            if name:
                self.hidden[name[1]] = html.unescape(value[1]) if value else ""

    def send(self, *, follows: bool) -> float:
        """Send the form as somebody new and return the seconds; if asked, read what comes next."""
        number = next(_numbers)
        body = self.hidden | {
            "name": f"Visitor {number}",
            "email": f"visitor{number}@example.dk",
            **ANSWERS,
        }
        began = time.perf_counter()
        response = self._request("POST", self.path, urlencode(body))
        while response.status == BUSY:
            self.turned_away += 1
            time.sleep(AGAIN_AFTER)
            response = self._request("POST", self.path, urlencode(body))
        if response.status != self.success:
            raise RuntimeError(f"{self.name}: {response.status}")
        location = response.getheader("Location")
        if follows and location:
            parts = urlsplit(location)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            self._request("GET", path, None)
        return time.perf_counter() - began

    def _request(self, method: str, path: str, body: str | None) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Sec-Fetch-Site": "same-origin", "Cookie": self.cookie}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        response.read()
        connection.close()
        return response


def throng(target: Target, posts: int, *, follows: bool, at_once: int = AT_ONCE) -> float:
    """Have ``posts`` people send the form, ``at_once`` at a time; return how many a second."""
    began = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(lambda _: target.send(follows=follows), range(posts)))
    return posts / (time.perf_counter() - began)
