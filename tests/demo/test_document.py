"""Gradio's document: the scripts that are put into it, and what it tells others of the page."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from demo.page import meta, own
from demo.server.document import SCRIPT, Document
from demo.server.gradio_private import MODE
from demo.words import say

TOLD = b'<meta\n property="og:title" content="Gradio" />\n<meta name="twitter:title" content="Gradio" />'
ADDRESS = b'<script>const root = "https://host/at";</script>'
PAGE = TOLD + b"<script>window.gradio_config = {};</script>" + MODE + b"</script>" + ADDRESS + b"x" * 100_000


async def whole(request):
    return HTMLResponse(PAGE)


async def in_pieces(request):
    return StreamingResponse(iter([PAGE[:50], PAGE[50:170], PAGE[170:]]), media_type="text/html")


@pytest.mark.parametrize("coding", ["identity", "br"])
@pytest.mark.parametrize("page", [whole, in_pieces])
def test_scripts_and_tags_stand_behind_the_configuration_and_before_all_that_reads_it(page, coding):
    app = Starlette(routes=[Route("/", page), Route("/config", page)])
    client = TestClient(Document(app, tags=lambda address: f"<i>{address}</i>"))
    told = client.get("/", headers={"Accept-Encoding": coding})
    assert told.headers.get("content-encoding", "identity") == coding
    assert told.content == PAGE.replace(TOLD, b"").replace(MODE, SCRIPT + b"<i>https://host/at/</i>" + MODE)
    assert told.headers["content-length"] == str(told.num_bytes_downloaded)
    assert client.get("/config").content == PAGE
    assert client.head("/").status_code == 200


class Tags(HTMLParser):
    """The metas, links and titles of a document."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.metas: list[tuple[str, str]] = []
        self.links: dict[str, str] = {}
        self.titles = len(re.findall("<title>", text))
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "meta" and (name := given.get("property") or given.get("name")):
            self.metas.append((name, given["content"]))
        elif tag == "link":
            self.links[given["rel"]] = given["href"]


def test_gradio_s_page_says_what_the_page_is(server):
    page = httpx.get(server.url)
    assert page.content.count(SCRIPT) == 1
    assert page.text.index("window.gradio_config =") < page.text.index(SCRIPT.decode())
    assert page.text.index(SCRIPT.decode()) < page.text.index('<script type="module"')
    tags = Tags(page.text)
    metas = dict(tags.metas)
    assert len(metas) == len(tags.metas), "one is said twice"
    assert metas["og:title"] == say("page.title") and metas["description"] == say("page.description")
    assert metas["og:url"] == tags.links["canonical"] == server.url
    assert tags.titles == 1 and not [name for name, content in metas.items() if "radio" in content or "{" in content]
    picture = httpx.get(metas["og:image"])
    assert metas["og:image"].startswith(server.url) and picture.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(picture.content)).size == (meta.WIDTH, meta.HEIGHT)


def test_the_preview_is_small_and_its_tags_are_html():
    assert 10_000 < len(own.FILES[own.PREVIEW]) <= 120_000
    tags = Tags(meta.tags('https://host/"><script>/'))
    assert dict(tags.metas)["og:url"] == 'https://host/"><script>/'


def test_the_server_tells_the_address_that_a_proxy_was_asked_for(server):
    """As the Hub's proxy says it."""
    headers = {"x-forwarded-host": "owner-name.hf.space", "x-forwarded-proto": "https"}
    metas = dict(Tags(httpx.get(server.url, headers=headers).text).metas)
    assert metas["og:url"] == "https://owner-name.hf.space/"
