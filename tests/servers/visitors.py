"""People at their browsers: plain requests, many at once if need be."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

NO_ANSWER = 0
BUSY = 503
TRIES = 200
LONG = 120.0

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 when the connection broke."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""


def _request(
    method: str,
    port: int,
    path: str,
    *,
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = LONG,
) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        with connection.getresponse() as response:
            text = response.read().decode()
            return Answer(response.status, dict(response.getheaders()), text)
    except (OSError, http.client.HTTPException):
        return Answer(NO_ANSWER)
    finally:
        connection.close()


def get(port: int, path: str, *, timeout: float = LONG) -> Answer:
    """Ask for a page."""
    return _request("GET", port, path, timeout=timeout)


def post(
    port: int,
    path: str,
    data: Mapping[str, Any],
    *,
    timeout: float = LONG,
    **headers: str,
) -> Answer:
    """Send a form, as a browser on the page itself does."""
    sent = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return _request(
        "POST", port, path, body=urlencode(data, doseq=True), headers=sent, timeout=timeout
    )


def post_until_answered(port: int, path: str, data: Mapping[str, Any]) -> Answer:
    """Send a form, and again as long as the site says that it is busy or gives no answer."""
    for _attempt in range(TRIES):
        answer = post(port, path, data)
        if answer.status not in (BUSY, NO_ANSWER):
            return answer
        time.sleep(float(answer.headers.get("Retry-After", "1")) / 4)
    return answer


def all_at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Make all ``calls`` in threads that start together; return what they return, in order."""
    barrier = threading.Barrier(len(calls))

    def started_together(call: Callable[[], T]) -> T:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(started_together, calls))
