"""Everything that this project takes from Gradio without Gradio's having promised it.

Gradio is pinned to one version, for this file's sake. At an upgrade go through it from top to bottom: each part says
why it is needed and what to look at. Nothing else in the project uses a private name, which a test sees to.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import gradio as gr
from gradio import queueing, routes, utils

# A page's form with files reaches a component's function as one of these (component_server in gradio/routes.py makes
# it). At an upgrade: whether `data` still holds the form's fields by name, and `files` pairs of a name and bytes.
from gradio.data_classes import DataWithFiles as DataWithFiles
from gradio.utils import LRUCache, get_upload_folder
from gradio_client.utils import is_http_url_like
from starlette.types import ASGIApp, Receive, Scope, Send

# Gradio's document (templates/frontend/index.html): where its configuration has ended and nothing has begun; the page's
# address, as Gradio finds it behind proxies; what it tells others of the page, most of it of Gradio, the rest empty. At
# an upgrade: test_document.py sees all three.
MODE = b"<script data-gradio-mode>"
ROOT = re.compile(rb'const root = ("[^"\n]*");')
OF_GRADIO = re.compile(rb'<meta\s+(?:property="og|name="twitter):[^>]*>\s*')

# The page is in English, whatever the browser prefers: Gradio would say its own few words in that language, and call
# the whole page so. At an upgrade: whether it has a setting, or asks something else than the navigator.
ENGLISH = """
for (const [name, value] of [["language", "en"], ["languages", ["en"]]])
  Object.defineProperty(navigator, name, { value });"""

# The status tracker that Gradio shows while the page loads goes on asking for frames when it is gone, 60 a second for
# as long as the page is open. It takes the function once, while it is loaded; everybody else looks it up anew. So once
# the page stands, who still has the earlier one gets one frame a second. At an upgrade: whether it stops by itself
# (statustracker.js: whether its effect on `pending` ends with it); test_frame.py counts the frames of an idle page.
NO_ENDLESS_FRAMES = """
{
  const given = window.requestAnimationFrame;
  const early = (window.requestAnimationFrame = (action) => {
    if (document.getElementById("title")) {
      if (window.requestAnimationFrame !== early) return setTimeout(() => given.call(window, action), 1000);
      window.requestAnimationFrame = given;
    }
    return given.call(window, action);
  });
}"""


def upload_folder() -> str:
    """Where Gradio keeps what is uploaded.

    Needed to delete the folders that it leaves there empty. At an upgrade: whether POST /gradio_api/upload still writes
    to a folder of its own in it, and whether delete_cache still deletes the files alone.
    """
    return get_upload_folder()


def is_address(picture: str) -> bool:
    """Whether Gradio takes the path of a file for an address on the web.

    Needed to fetch such a picture ourselves: Gradio fetches it whole, to the disk, however large it unfolds to. At an
    upgrade: whether Block.async_move_resource_to_block_cache still asks this.
    """
    return is_http_url_like(picture)


def picture_file(not_uploaded: str) -> gr.File:
    """A file that is uploaded or named by its address, and given to a function as the path or the address alone.

    not_uploaded: what is said of a file that is neither. By itself Gradio fetches whatever is at an address before the
    function is called, leaves an empty file behind each time, and answers what it refuses by thirty lines in the log.
    It is this one component that is changed, and no class made from it, because Gradio writes a file beside the source
    of such a class. At an upgrade: whether async_move_resource_to_block_cache still is where a payload's path is made
    one of this server, and whether it still refuses files that were not uploaded (test_protection.py sees both).
    """
    file = gr.File(visible=False, label="picture")

    async def keep(path: str) -> str | None:
        if is_address(path):
            return path
        try:
            return await gr.File.async_move_resource_to_block_cache(file, path)
        except Exception:
            raise gr.Error(not_uploaded, print_exception=False) from None

    file.async_move_resource_to_block_cache = keep  # type: ignore[method-assign,assignment]
    file.preprocess = _path  # type: ignore[method-assign]
    return file


def _path(payload: Any) -> str | None:
    return payload and payload.path


def remember_few_calls(demo: gr.Blocks, most: int) -> None:
    """Keep notes of the newest calls of the endpoint alone.

    Gradio keeps a little of every call for ever (Queue.pending_event_ids_session). At an upgrade: whether it has begun
    to forget; then this goes.
    """
    demo._queue.pending_event_ids_session = LRUCache(most)


def server_function(scope: Scope, component: int, name: str) -> Callable[..., Any] | None:
    """The function that a component of the app serving this request offers to pages under this name.

    Needed to answer a page's calls without Gradio's way to them, and to know their price before they are made. At an
    upgrade: whether the app's blocks still are get_blocks().blocks, by number, and whether component_server still asks
    for _is_server_fn.
    """
    function = getattr(scope["app"].get_blocks().blocks.get(component), name, None)
    return function if getattr(function, "_is_server_fn", False) else None


class _NoCORS:
    """Stands where Gradio's CustomCORSMiddleware would."""

    def __init__(self, app: ASGIApp, **_: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def forbid_other_origins() -> None:
    """Let no other site's page read the answers of the apps that are made from now on.

    Gradio allows every origin, with credentials, wherever the host is not localhost, and has no setting for it
    (App.create_app adds CustomCORSMiddleware). At an upgrade: whether there is a setting; test_protection.py sees that
    no answer names an origin.
    """
    setattr(routes, "CustomCORSMiddleware", _NoCORS)  # noqa: B010 (it is not for us to set)


def keep_log_short(write_down: Callable[[BaseException], None]) -> None:
    """Have errors in Gradio's queue, most of them made by what was sent, written down by this function.

    By itself it prints some thirty lines for each, with what was sent in them. At an upgrade: whether queueing.py still
    calls traceback.print_exc and nothing else of that module.
    """

    def print_exc() -> None:
        if error := sys.exc_info()[1]:
            write_down(error)

    setattr(queueing, "traceback", SimpleNamespace(print_exc=print_exc))  # noqa: B010 (it is not for us to set)


def leave_matplotlib_alone() -> None:
    """Let Gradio not load matplotlib, and not change its settings, around each call of its own way.

    It would do so on the event loop, half a second at the first call and with pyplot, for functions that leave figures
    open; here there are none, and nets.slides has settings of its own. At an upgrade: whether route_utils.py and
    helpers.py still enter utils.MatplotlibBackendMananger.
    """
    setattr(utils, "MatplotlibBackendMananger", nullcontext)  # noqa: B010 (it is not for us to set)


def let_go_soon(demo: gr.Blocks, seconds: int) -> None:
    """Let a server that is to end wait so long for answers under way; a page's heartbeat never ends.

    Gradio makes Uvicorn's configuration itself and waits for its thread five seconds at most. At an upgrade: whether
    Blocks.server still is Uvicorn's Server.
    """
    demo.server.config.timeout_graceful_shutdown = seconds
