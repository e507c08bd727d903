"""What others are told of the page: search engines, and those who show a link to it with title, text and picture."""

from __future__ import annotations

import html

from demo.page import own
from demo.words import say

WIDTH, HEIGHT = 1200, 630  # pixels of the picture


def tags(address: str) -> str:
    """Tags for the head of the page at this address, which ends in a slash."""
    title, text = say("page.title"), say("page.description")
    told = {
        "description": text,
        "og:type": "website",
        "og:site_name": title,
        "og:title": title,
        "og:description": text,
        "og:url": address,
        "og:image": address + own.address(own.PREVIEW),
        "og:image:type": "image/png",
        "og:image:width": str(WIDTH),
        "og:image:height": str(HEIGHT),
        "og:image:alt": say("page.preview"),
        "twitter:card": "summary_large_image",
    }
    metas = "".join(
        f'<meta {"property" if name.startswith("og:") else "name"}="{name}" content="{html.escape(content)}">'
        for name, content in told.items()
    )
    return f'<title>{html.escape(title)}</title><link rel="canonical" href="{html.escape(address)}">{metas}'
