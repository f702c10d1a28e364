"""Which network a request comes from, and what of that may be remembered."""

from __future__ import annotations

import datetime as dt
import ipaddress
import uuid
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

UNIX_SOCKET = "unix"
"""Stands in the list of proxies for one that is reached over a socket, and so has no address."""

IPV6_PREFIX = 64
"""What one customer of a provider has at least; the other half is anybody's to choose."""

MOST_HOPS = 32
LONGEST_HOP = 64


def read_proxies(values: Iterable[str]) -> tuple[Network | str, ...]:
    """Return the proxies that ``values`` name: addresses, networks, or the word ``unix``.

    Raises ``ValueError`` with a sentence that names the value that is none of these.
    """
    found: list[Network | str] = []
    for value in values:
        if value == UNIX_SOCKET:
            found.append(value)
            continue
        try:
            found.append(ipaddress.ip_network(value, strict=False))
        except ValueError:
            raise ValueError(f"{value!r} is neither an address nor a network") from None
    return tuple(found)


@lru_cache(maxsize=8)
def _proxies(values: tuple[str, ...]) -> tuple[Network | str, ...]:
    return read_proxies(values)


def trusted_proxies() -> tuple[Network | str, ...]:
    """Return the proxies in front of this site, whose word on where a request comes from counts."""
    return _proxies(tuple(getattr(settings, "KOMMED_TRUSTED_PROXIES", ())))


def client_address(request: HttpRequest) -> Address | None:
    """Return the address the request comes from, or None when there is no telling.

    Anybody can write into ``X-Forwarded-For``, so it is read only when the request was handed to us
    by a trusted proxy, and from the right: each proxy appends whom it had it from. The first one
    that is not trusted is the client. What is no address ends the reading there.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    proxies = trusted_proxies()
    address = parse_address(peer)
    if not _is_trusted(address, proxies, is_socket=not peer):
        return address
    for hop in _hops(request.META.get("HTTP_X_FORWARDED_FOR", "")):
        found = parse_address(hop)
        if found is None:
            break
        address = found
        if not _is_trusted(address, proxies):
            break
    return address


def _hops(header: str) -> list[str]:
    """Return the last hops of the header, the nearest first."""
    return [hop.strip() for hop in header.split(",")[-MOST_HOPS:]][::-1]


def parse_address(text: str) -> Address | None:
    """Return the address that ``text`` is, or None. A port and a mapped address are undone."""
    text = text.strip()
    if len(text) > LONGEST_HOP:
        return None
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped or ipaddress.IPv6Address(int(address))
    return address


def _is_trusted(
    address: Address | None, proxies: Sequence[Network | str], *, is_socket: bool = False
) -> bool:
    if address is None:
        return is_socket and UNIX_SOCKET in proxies
    return any(not isinstance(proxy, str) and address in proxy for proxy in proxies)


def network_of(address: Address) -> Network:
    """Return what is counted as one sender: an IPv4 address, or an IPv6 network of 64 bits."""
    if isinstance(address, ipaddress.IPv6Address):
        return ipaddress.IPv6Network((int(address), IPV6_PREFIX), strict=False)
    return ipaddress.IPv4Network(int(address))


def sender_of(request: HttpRequest, form_key: uuid.UUID) -> str:
    """Return the scope of the network that ``request`` comes from; empty where there is no telling.

    What waits from one sender has a limit of its own, by this name.
    """
    address = client_address(request)
    if address is None:
        return ""
    return scope_of(form_key, network_of(address), day=timezone.now().date())


def scope_of(form_key: uuid.UUID, network: Network | None, *, day: dt.date) -> str:
    """Return the name under which the posts of ``network`` to a form are counted on ``day``.

    A keyed hash whose key changes every day: the address itself is stored nowhere, and what is
    stored cannot be followed from one day to the next. Without a network it names the form.
    """
    what = f"{form_key} {network or 'all'}"
    return salted_hmac(f"kommed_forms.post_count.{day}", what, algorithm="sha256").hexdigest()
