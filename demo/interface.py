"""The page: its parts in order, and how Gradio is to serve them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr
from torch import nn

from demo.about.layout import about
from demo.compare.layout import compare
from demo.inside.layout import inside
from demo.lessons.layout import lesson_under_way, lessons
from demo.link.qr import qr
from demo.networks import Reader
from demo.pad.layout import pad
from demo.page import meta, own, theme
from demo.preparation.answers import prepare_file
from demo.preparation.layout import preparation
from demo.retrain.layout import retrain
from demo.server import stack
from demo.server.calls import doors
from demo.server.endpoint import endpoint
from demo.server.gradio_private import remember_few_calls
from demo.server.limits import UPLOAD_AGE, UPLOAD_SWEEP
from demo.server.served import LARGEST_PICTURE
from demo.visitors import Visitors
from demo.words import say, say_html

MOST_WAITING = 50  # calls of the endpoint, and asking for a GPU
MOST_REMEMBERED = 2000  # such calls, answered or not, that Gradio keeps a note of

TABS = {
    "lessons": lessons,
    "retrain": retrain,
    "compare": compare,
    "inside": inside,
    "preparation": preparation,
    "about": about,
}
FIRST = "retrain"  # the tab that is open at the start


def build(
    networks: Mapping[str, nn.Sequential],
    records: Mapping[str, Mapping[str, Any]],
    tutorial: tuple[Mapping[str, nn.Sequential], Mapping[str, Mapping[str, Any]]] | None = None,
) -> gr.Blocks:
    """The page for these networks, which all visitors share; tutorial: others, trained as in the tutorials."""
    readers = {}
    if tutorial:
        readers = {name: Reader(model, tutorial[1][name], "tutorial") for name, model in tutorial[0].items()}
    visitors = Visitors(networks, records, tutorial=readers)

    def forget(request: gr.Request) -> None:
        visitors.forget(request.session_hash)

    with page(visitors) as demo:
        pad(visitors, prepare_file)
        lesson_under_way()
        with gr.Tabs(elem_id="tabs", selected=FIRST, overflow_behavior="wrap"):
            for name, part in TABS.items():
                with gr.Tab(say(f"page.tab.{name}"), id=name, elem_id=f"tab-{name}"):
                    part(visitors)
        endpoint(networks)
        demo.unload(forget)
    demo.queue(max_size=MOST_WAITING)  # on a ZeroGPU Space it would be one
    remember_few_calls(demo, MOST_REMEMBERED)
    return demo


def explain() -> gr.Blocks:
    """The page that stands in for the other where there are no networks."""
    with page() as demo:
        gr.HTML(f"<p>{say('page.no_networks')}</p>", apply_default_css=False, elem_id="problem")
    return demo


def page(visitors: Visitors | None = None) -> gr.Blocks:
    """What every page begins with; further components are laid out inside it. visitors: of a page with networks."""
    demo = gr.Blocks(title=say("page.title"), analytics_enabled=False, delete_cache=(UPLOAD_SWEEP, UPLOAD_AGE))
    with demo:
        gr.HTML(
            html_template=title(visitors is not None),
            js_on_load=own.starting("page/frame.js"),
            server_functions=doors(visitors, qr) if visitors is not None else [],
            apply_default_css=False,
            elem_id="title",
        )
    return demo


def title(whole: bool) -> str:
    """The page's title as HTML, and on a whole page its buttons; page/frame.js makes them work."""
    switch = f'title="{say("page.present_help")}" aria-pressed="false" aria-keyshortcuts="Alt+P"'
    buttons = f"""
    <button type="button" class="share" aria-haspopup="dialog">{say("link.open")}</button>
    <button type="button" class="present" {switch}>{say("page.present")}</button>"""
    return f"""
    <h1>{say("page.title")}</h1>
    <div class="buttons">{buttons if whole else ""}</div>
    <p>{say_html("page.subtitle")}</p>
    <p class="said" role="status"></p>"""


LAUNCH: dict[str, Any] = {
    "theme": theme.theme(),
    "head": theme.HEAD,
    "favicon_path": theme.DEMO / "page" / "favicon.svg",
    "app_kwargs": {"routes": [own.ROUTE], **stack.app(meta.tags)},
    "max_file_size": LARGEST_PICTURE,
    "state_session_capacity": 100,  # nothing of ours is in them
    "ssr_mode": False,
    "run_history": False,  # it would double the time to an answer
    "footer_links": ["api"],
}
