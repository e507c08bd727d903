"""Addresses of machines: which visitor one belongs to, and whether it may be asked for a picture."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

Address = IPv4Address | IPv6Address

# Python's own tables change from version to version; these are named whatever it says of them.
NOT_PUBLIC = [
    ip_network(network)
    for network in (
        "100.64.0.0/10",  # between a provider and its customers (RFC 6598); clouds keep their own services there
        "168.63.129.16/32",  # Azure's own services, as seen from its machines
        "192.0.0.0/24",  # protocol assignments (RFC 6890); Oracle's metadata
        "192.88.99.0/24",  # relays of 6to4, given up (RFC 7526)
        "198.18.0.0/15",  # measuring of networks (RFC 2544)
        "2001:db8::/32",  # examples in writing
        "3fff::/20",  # examples in writing (RFC 9637)
    )
]
UNICAST = ip_network("2000::/3")  # all that is given out of IPv6; site-local and private networks lie outside
NAT64 = ip_network("64:ff9b::/96")  # IPv4 behind a translator (RFC 6052)


def is_public(address: str) -> bool:
    """Whether this is the address of a machine on the public internet."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and (carried := _carried(found)):
        return all(is_public(str(one)) for one in carried)
    if isinstance(found, IPv6Address) and found not in UNICAST:
        return False
    return found.is_global and not (
        found.is_multicast or found.is_reserved or any(found in network for network in NOT_PUBLIC)
    )


def _carried(address: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 address leads to, if it is of a kind that does."""
    if address in NAT64:
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address.sixtofour:
        return [address.sixtofour]
    return list(address.teredo or ())  # the server, and the machine behind it


def visitor_of(scope: Scope, on_space: bool) -> str:
    """Who is at the other end, as far as it can be known: an IPv4 address, or the network of an IPv6 address.

    Uvicorn has already looked through a proxy on this machine. On a Space, every connection comes from the Hub's proxy;
    it puts the address it saw last in X-Forwarded-For, and what stands before that anybody may have written. Elsewhere
    the header is not looked at. Should the Hub put a hop of its own last, all its visitors count as one address, and
    the limits of an address are wide enough for that.
    """
    address = (scope.get("client") or ("",))[0]
    if on_space and (lines := Headers(scope=scope).getlist("x-forwarded-for")):
        address = lines[-1].rpartition(",")[2].strip()
    return network_of(address)


def network_of(address: str) -> str:
    """The address itself, or of an IPv6 address its network of 64 bits: its owner has all the rest."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:45]
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
