"""The script that tells the page where its server is, put into Gradio's page."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from demo.server.root import BEFORE, SCRIPT, Root

PAGE = b"<script>window.gradio_config = {};</script>" + BEFORE + b"</script>" + b"x" * 100_000


async def whole(request):
    return HTMLResponse(PAGE)


async def in_pieces(request):
    return StreamingResponse(iter([PAGE[:50], PAGE[50:70], PAGE[70:]]), media_type="text/html")


@pytest.mark.parametrize("page", [whole, in_pieces])
def test_the_script_stands_behind_the_configuration_and_before_all_that_reads_it(page):
    app = Starlette(routes=[Route("/", page), Route("/config", page)])
    client = TestClient(Root(app))
    told = client.get("/")
    assert told.content == PAGE.replace(BEFORE, SCRIPT + BEFORE)
    assert told.headers["content-length"] == str(len(told.content))
    assert client.get("/config").content == PAGE
    assert client.head("/").status_code == 200


def test_gradio_s_page_has_the_place_for_it(server):
    page = httpx.get(server.url).content
    assert page.count(SCRIPT + BEFORE) == 1
    assert page.index(b"window.gradio_config =") < page.index(SCRIPT) < page.index(b'<script type="module"')
