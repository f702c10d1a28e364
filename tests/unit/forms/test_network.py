"""Where a request comes from: forged headers are ignored, and no garbage is an error."""

from __future__ import annotations

import datetime as dt
import ipaddress
import uuid
from typing import Any

import pytest
from django.core.checks import Error
from django.test import RequestFactory
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from forms.checks import check_trusted_proxies
from forms.protection.network import (
    client_address,
    network_of,
    parse_address,
    read_proxies,
    scope_of,
)

PROXY = "10.0.0.7"
VISITOR = "192.0.2.10"
ANOTHER = "198.51.100.4"
DAY = dt.date(2026, 10, 3)
FORM = uuid.UUID("11111111-1111-4111-8111-111111111111")


def address(peer: str, forwarded: str | None = None) -> str | None:
    """Return where a request from ``peer`` comes from, as text."""
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    found = client_address(RequestFactory(headers=headers, REMOTE_ADDR=peer).get("/"))
    return None if found is None else str(found)


@pytest.fixture
def behind_proxies(settings: Any) -> None:
    settings.KOMMED_TRUSTED_PROXIES = [PROXY, "172.16.0.0/12", "2001:db8:ff::/48"]


@pytest.mark.parametrize("forged", [None, ANOTHER, "127.0.0.1", "nonsense", "", "," * 5000])
def test_without_trusted_proxies_the_header_is_anybodys_word(forged: str | None) -> None:
    assert address(VISITOR, forged) == VISITOR


def test_a_proxy_that_is_not_trusted_is_the_sender(behind_proxies: None) -> None:
    assert address(VISITOR, ANOTHER) == VISITOR


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        (PROXY, VISITOR, VISITOR),
        (PROXY, f"{ANOTHER}, {VISITOR}", VISITOR),
        (PROXY, f"{ANOTHER},{VISITOR},172.20.1.1", VISITOR),
        (PROXY, f" {VISITOR} ,\t172.20.1.1 ", VISITOR),
        (PROXY, f"{VISITOR}, 2001:db8:ff::1", VISITOR),
        (f"::ffff:{PROXY}", VISITOR, VISITOR),
        (PROXY, f"::ffff:{VISITOR}", VISITOR),
        (PROXY, f"{VISITOR}:54321", VISITOR),
        (PROXY, "[2001:db8::5]:443", "2001:db8::5"),
        (PROXY, "2001:db8::5", "2001:db8::5"),
        (PROXY, "fe80::1%eth0", "fe80::1"),
        # All hops are ours: the one farthest away asked.
        (PROXY, "172.20.1.1, 172.20.1.2", "172.20.1.1"),
        (PROXY, None, PROXY),
        (PROXY, "", PROXY),
        # What is no address ends the reading: what stands to the left of it is anybody's word.
        (PROXY, f"{VISITOR}, unknown", PROXY),
        (PROXY, f"{ANOTHER}, nonsense, 172.20.1.1", "172.20.1.1"),
        (PROXY, f"{VISITOR},", PROXY),
        (PROXY, "1" * 9000, PROXY),
        (PROXY, "010.1.1.1", PROXY),
        (PROXY, "1.2.3.4.5", PROXY),
        (PROXY, "[", PROXY),
        (PROXY, "１９２.0.2.10", PROXY),
        ("", VISITOR, None),
        ("not-an-address", VISITOR, None),
    ],
)
def test_the_nearest_hop_that_is_not_ours_is_the_sender(
    behind_proxies: None, peer: str, forwarded: str | None, found: str | None
) -> None:
    assert address(peer, forwarded) == found


def test_a_proxy_behind_a_socket_has_no_address(settings: Any) -> None:
    settings.KOMMED_TRUSTED_PROXIES = ["unix"]

    assert address("", VISITOR) == VISITOR
    assert address("", f"{ANOTHER}, {VISITOR}") == VISITOR
    assert address("", "nonsense") is None
    assert address(VISITOR, ANOTHER) == VISITOR


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(forged=st.text(max_size=200), peer=st.sampled_from([PROXY, VISITOR, "", "?"]))
def test_what_somebody_writes_before_the_proxys_own_word_changes_nothing(
    behind_proxies: None, forged: str, peer: str
) -> None:
    real = f"{forged},{VISITOR}"

    assert address(peer, real) == (VISITOR if peer in (PROXY, VISITOR) else None)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=st.text(max_size=200), peer=st.text(max_size=50))
def test_no_garbage_is_an_error(behind_proxies: None, header: str, peer: str) -> None:
    address(peer, header)
    parse_address(header)


@pytest.mark.parametrize(
    ("text", "network"),
    [
        (VISITOR, "192.0.2.10/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        (f"::ffff:{VISITOR}", "192.0.2.10/32"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_one_sender_is_an_address_or_what_one_customer_has(text: str, network: str) -> None:
    found = parse_address(text)

    assert found is not None
    assert str(network_of(found)) == network


def test_what_is_stored_names_no_address_and_no_other_day() -> None:
    here, there = (ipaddress.ip_network(text) for text in (VISITOR, ANOTHER))
    today = scope_of(FORM, here, day=DAY)

    assert today == scope_of(FORM, here, day=DAY)
    others = {
        scope_of(FORM, there, day=DAY),
        scope_of(uuid.uuid4(), here, day=DAY),
        scope_of(FORM, here, day=DAY + dt.timedelta(days=1)),
        scope_of(FORM, None, day=DAY),
    }
    assert len(others | {today}) == 5
    assert all(len(scope) == 64 and VISITOR not in scope for scope in (today, *others))


def test_what_is_stored_depends_on_the_sites_key(settings: Any) -> None:
    network = ipaddress.ip_network(VISITOR)
    before = scope_of(FORM, network, day=DAY)
    settings.SECRET_KEY = "another key, of which nobody knows anything at all"

    assert scope_of(FORM, network, day=DAY) != before


def test_a_proxy_is_an_address_a_network_or_a_socket() -> None:
    assert [
        str(proxy) for proxy in read_proxies([PROXY, "10.1.2.3/8", "2001:db8::/32", "unix"])
    ] == [
        "10.0.0.7/32",
        "10.0.0.0/8",
        "2001:db8::/32",
        "unix",
    ]


@pytest.mark.parametrize("wrong", ["", "proxy.example.dk", "10.0.0.0/33", "*"])
def test_a_proxy_that_cannot_be_read_is_named(settings: Any, wrong: str) -> None:
    settings.KOMMED_TRUSTED_PROXIES = [PROXY, wrong]
    sentence = f"{wrong!r} is neither an address nor a network"

    with pytest.raises(ValueError, match="neither an address nor a network"):
        read_proxies([wrong])
    assert check_trusted_proxies() == [
        Error(f"KOMMED_TRUSTED_PROXIES: {sentence}.", id="kommed_forms.E004")
    ]


def test_proxies_that_can_be_read_are_fine(behind_proxies: None) -> None:
    assert check_trusted_proxies() == []
