"""A picture's address on the web goes in, its content comes out: from public machines alone, and so much at most."""

from __future__ import annotations

import asyncio

import httpx
import safehttpx

from demo import text

SECONDS = 10.0  # in all
REDIRECTS = 3


class FetchError(RuntimeError):
    """Nothing was fetched; the message says why, and nothing of what was found there."""


def fetch(url: str, most: int) -> bytes:
    """At most so many bytes; raises FetchError."""
    try:
        return asyncio.run(asyncio.wait_for(_fetch(url, most), SECONDS))
    except FetchError:
        raise
    except Exception as error:  # of many kinds
        raise FetchError(text.NOT_FETCHED) from error


async def _fetch(url: str, most: int) -> bytes:
    address = httpx.URL(url)
    for _ in range(REDIRECTS + 1):
        # The machine that was found to be public is the one that is asked, whatever its name means a moment later.
        machine = await safehttpx.async_validate_url(address.host)
        transport = safehttpx.AsyncSecureTransport(machine)
        async with httpx.AsyncClient(transport=transport) as client, client.stream("GET", address) as answer:
            if answer.has_redirect_location:
                address = address.join(answer.headers["location"])
                continue
            answer.raise_for_status()
            content = bytearray()
            async for part in answer.aiter_bytes(2**16):
                content += part
                if len(content) > most:
                    raise FetchError(text.too_large(most))
            return bytes(content)
    raise FetchError(text.NOT_FETCHED)
