"""The page behind a server that shows it under a path of its own, and tells it nothing of that."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx
import pytest
import uvicorn

from tests.browser.driver import PadPage
from tests.support import Server, until

pytestmark = pytest.mark.browser

UNDER = "/digits"
HOP_BY_HOP = {b"connection", b"transfer-encoding", b"keep-alive", b"content-length", b"content-encoding"}


class Proxy:
    """Passes /digits/... on as /...; whatever else is asked for is not there."""

    def __init__(self, server: Server) -> None:
        self._url = server.url.rstrip("/")
        self.strays: list[str] = []

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return
        path = scope["path"]
        if not path.startswith(f"{UNDER}/"):
            self.strays.append(path)
            await send({"type": "http.response.start", "status": 404, "headers": []})
            return await send({"type": "http.response.body"})
        body, more = b"", True
        while more:
            told = await receive()
            body, more = body + told.get("body", b""), told.get("more_body", False)
        url = f"{self._url}{path.removeprefix(UNDER)}?{scope['query_string'].decode()}"
        headers = [(name, value) for name, value in scope["headers"] if name not in (b"accept-encoding", *HOP_BY_HOP)]
        async with (
            httpx.AsyncClient(timeout=60) as client,
            client.stream(scope["method"], url, headers=headers, content=body) as answer,
        ):
            headers = [(name, value) for name, value in answer.headers.raw if name.lower() not in HOP_BY_HOP]
            await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
            async for part in answer.aiter_bytes():
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body"})


@pytest.fixture
def proxy(server) -> Iterator[tuple[Proxy, str]]:
    app = Proxy(server)
    running = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, lifespan="off", log_level="critical"))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    until(lambda: running.started)
    yield app, f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}{UNDER}/"
    running.force_exit = running.should_exit = True
    thread.join(10)


def test_under_a_path_that_it_was_not_told_of_the_page_works(browser, proxy):
    app, url = proxy
    context = browser.new_context()
    tab = context.new_page()
    with tab.expect_response(lambda answer: "/component_server" in answer.url) as call:
        page = PadPage(tab, url)
    assert call.value.status == 200
    page.put(7)
    page.wait_for(7, 7)
    assert not [path for path in app.strays if "gradio_api" in path or "own" in path]
    context.close()
