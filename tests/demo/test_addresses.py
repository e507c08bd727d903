"""Which addresses are public, and which visitor one belongs to."""

from __future__ import annotations

import pytest

from demo.server.addresses import is_public, network_of, visitor_of


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "1.1.1.1",
        "100.63.255.255",
        "100.128.0.1",
        "168.63.129.15",
        "172.32.0.1",
        "192.0.1.1",
        "2606:4700:4700::1111",
        "2a00:1450:4001::1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",  # 8.8.8.8 behind a translator
        "2002:808:808::1",  # 8.8.8.8 by 6to4
    ],
)
def test_public_addresses(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",  # Alibaba's metadata
        "100.127.255.255",
        "127.0.0.1",
        "127.1.2.3",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.1",
        "192.0.0.9",  # which some versions of Python call global
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",  # the old way to write IPv4
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::a00:1",  # 10.0.0.1 behind a translator
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",  # a translator of one's own
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",  # Teredo: of 192.0.2.45
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",  # of 10.0.0.1
        "2001:db8::1",
        "2002:a00:1::1",  # 10.0.0.1 by 6to4
        "2002:7f00:1::1",
        "2002:a9fe:a9fe::1",  # 169.254.169.254
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",  # Amazon's metadata
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "nonsense",
        "",
    ],
)
def test_addresses_that_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8::2:3:4", "2001:db8::/64"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:0db8:0000:0000:ffff::1", "2001:db8::/64"),
        ("::1", "::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("testclient", "testclient"),
        ("x" * 100, "x" * 45),
    ],
)
def test_an_ipv6_network_is_one_visitor(address, network):
    assert network_of(address) == network


def scope(*lines: str) -> dict:
    headers = [(b"x-forwarded-for", line.encode()) for line in lines]
    return {"type": "http", "client": ("192.0.2.1", 1), "headers": headers}


@pytest.mark.parametrize(
    ("lines", "visitor"),
    [
        ([], "192.0.2.1"),
        (["203.0.113.7"], "203.0.113.7"),
        (["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        (["198.51.100.1", "203.0.113.7"], "203.0.113.7"),
        (["198.51.100.1", "198.51.100.2,  203.0.113.7 "], "203.0.113.7"),
        (["2001:db8::2:3:4"], "2001:db8::/64"),
    ],
)
def test_on_a_space_the_last_address_of_the_last_line_counts(lines, visitor):
    """It is the one that the Hub's proxy wrote; elsewhere no line counts."""
    assert visitor_of(scope(*lines), on_space=True) == visitor
    assert visitor_of(scope(*lines), on_space=False) == "192.0.2.1"
