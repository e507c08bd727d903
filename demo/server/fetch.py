"""A picture from the web: from public machines alone, uncompressed, and of so many bytes at most."""

from __future__ import annotations

import asyncio
import functools
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx

from demo.server.addresses import is_public
from demo.server.limits import AtOnce
from demo.words import say

SECONDS = 10.0  # in all
REDIRECTS = 3
OF_ADDRESS, OF_ALL = 4, 24  # pictures that are fetched at once: for one address, and for all
# A body of 2 kB may unfold to gigabytes, and the libraries that unfold it know no bound.
ASKING = {"Accept-Encoding": "identity", "Accept": "image/*", "User-Agent": "digit-duel"}

_under_way = AtOnce()


class FetchError(RuntimeError):
    """Nothing was fetched; the message says why, and nothing of what was found there."""


async def fetch(url: str, most: int, visitor: str = "") -> bytes:
    """At most so many bytes, for this visitor's address. Raises FetchError."""
    with _under_way.one_more(("visitor", visitor), "all"):
        if _under_way["visitor", visitor] > OF_ADDRESS or _under_way["all"] > OF_ALL:
            raise FetchError(say("server.too_many"))
        try:
            return await asyncio.wait_for(_fetch(url, most), SECONDS)
        except FetchError:
            raise
        except Exception as error:  # of many kinds
            raise FetchError(say("server.not_fetched")) from error


async def _fetch(url: str, most: int) -> bytes:
    address = httpx.URL(url)
    for _ in range(REDIRECTS + 1):
        async with _asked(address) as answer:
            if answer.has_redirect_location:
                address = address.join(answer.headers["location"])
                continue
            answer.raise_for_status()
            return await _content(answer, most)
    raise FetchError(say("server.not_fetched"))


@asynccontextmanager
async def _asked(address: httpx.URL) -> AsyncGenerator[httpx.Response, None]:
    """The answer of the very machine that was found to be public, whatever its name may mean a moment later."""
    machine = await _public_machine(address.host)
    verify = await asyncio.to_thread(_certificates)
    async with httpx.AsyncClient(verify=verify, trust_env=False, timeout=SECONDS) as client:
        headers = {**ASKING, "Host": address.netloc.decode("ascii")}
        extensions = {"sni_hostname": address.host}
        url = address.copy_with(host=machine)
        async with client.stream("GET", url, headers=headers, extensions=extensions) as answer:
            yield answer


async def _content(answer: httpx.Response, most: int) -> bytes:
    if answer.headers.get("content-encoding", "identity").strip().lower() not in ("identity", ""):
        raise FetchError(say("server.compressed"))
    content = bytearray()
    async for part in answer.aiter_raw(2**16):
        content += part
        if len(content) > most:
            raise FetchError(say("server.picture_too_large", megabytes=most // 2**20))
    return bytes(content)


async def _public_machine(host: str) -> str:
    if not host:
        raise FetchError(say("server.not_fetched"))
    for found in await asyncio.get_running_loop().getaddrinfo(host, None):
        machine = str(found[4][0])
        if is_public(machine):
            return machine
    raise FetchError(say("server.not_fetched"))


@functools.cache
def _certificates() -> ssl.SSLContext:
    """Reading them takes 20 ms."""
    return httpx.create_ssl_context()
