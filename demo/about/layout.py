"""The tab About: a paragraph, a table of layers for each network, their results, and what is often told otherwise."""

from __future__ import annotations

import gradio as gr

from demo.about.answers import about as tell
from demo.about.answers import describe_networks
from demo.networks import Networks, Reader
from demo.page import own
from demo.server.calls import doors
from demo.visitors import Visitors
from demo.words import say, say_html
from nets.models import NETWORKS


def about(visitors: Visitors) -> None:
    """The component: it shows the shipped networks until the visitor has others."""
    shipped = {name: Reader(model, visitors.records[name], "shipped") for name, model in visitors.shipped.items()}
    gr.HTML(
        html_template=template(),
        js_on_load=own.starting("about/about.js"),
        server_functions=doors(visitors, describe_networks),
        apply_default_css=False,
        elem_id="about",
        shipped=tell(Networks(shipped).view),
    )


def template() -> str:
    """The component's HTML; about.js fills it in."""
    tables = "".join(
        f'<section class="{name}"><h3>{say_html(f"about.network.{name}")}</h3><table class="layers"></table></section>'
        for name in NETWORKS
    )
    return f"""
    <p class="intro"></p>
    {tables}
    <section><h3>{say("about.results")}</h3><table class="results"></table></section>
    <section><h3>{say("about.otherwise")}</h3><ul></ul></section>"""
