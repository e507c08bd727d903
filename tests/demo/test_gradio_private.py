"""Gradio's private names are used in one file alone, and what that file does to Gradio is done."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import gradio as gr
import pytest
from gradio import routes

from demo.server import gradio_private
from tests.support import ROOT, SOURCES

THE_FILE = Path("demo/server/gradio_private.py")
PUBLIC = {"gradio"}  # import gradio as gr; spaces, on ZeroGPU, is another package
# Attributes that are nobody's here but Gradio's, and that it does not promise.
PRIVATE = {
    "_queue",
    "_is_server_fn",
    "async_move_resource_to_block_cache",
    "blocks",
    "create_app",
    "event_ids_to_events",
    "get_blocks",
    "pending_event_ids_session",
    "pending_messages_per_session",
    "server_app",
    "state_holder",
}


def private_names(source: str) -> set[str]:
    """What a file imports from within Gradio, and the private attributes of Gradio's objects that it names."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found |= {
                    name.name for name in names if name.name.split(".")[0] in ("gradio", "gradio_client")
                } - PUBLIC
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in ("gradio", "gradio_client"):
                found.add(module)
            case ast.Attribute(attr=name) if name in PRIVATE:
                found.add(name)
            case ast.Constant(value=str(name)) if name in PRIVATE - {"blocks"}:
                found.add(name)
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id="gr"), attr=module), attr=name) if module not in (
                "themes",
                "Error",
            ):
                found.add(f"gr.{module}.{name}")
    return found


@pytest.mark.parametrize("path", [path for path in SOURCES if path != THE_FILE and path.parts[0] != "nets"], ids=str)
def test_no_other_file_uses_a_private_name_of_gradio_s(path):
    assert private_names((ROOT / path).read_text("utf-8")) == set()


def test_this_rule_bites():
    assert private_names((ROOT / THE_FILE).read_text("utf-8")) >= {"_queue", "get_blocks", "gradio.utils"}
    assert private_names("import gradio.routes\nfrom gradio_client import utils") == {"gradio.routes", "gradio_client"}
    assert private_names("getattr(f, '_is_server_fn')") == {"_is_server_fn"}
    assert private_names("import gradio as gr\ngr.routes.App") == {"gr.routes.App"}


def test_every_use_says_why_and_what_to_look_at_at_an_upgrade():
    tree = ast.parse((ROOT / THE_FILE).read_text("utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[0] != "_"]
    assert len(functions) > 5
    for function in functions:
        said = " ".join((ast.get_docstring(function) or "").split())
        assert "At an upgrade: whether" in said, function.name


def test_gradio_asks_for_a_server_function_s_mark():
    async def answer(payload, request: gr.Request):
        return payload

    with gr.Blocks() as demo:
        one = gr.HTML(server_functions=[answer])
    scope = {"app": routes.App.create_app(demo)}
    assert gradio_private.server_function(scope, one._id, "answer")
    assert gradio_private.server_function(scope, one._id, "get_config") is None
    assert gradio_private.server_function(scope, 10**6, "answer") is None


def test_only_notes_of_the_newest_calls_are_kept():
    with gr.Blocks() as demo:
        gr.HTML()
    demo.queue()
    gradio_private.remember_few_calls(demo, 2)
    for name in "abc":
        demo._queue.pending_event_ids_session[name] = set()
    assert list(demo._queue.pending_event_ids_session) == ["b", "c"]


def test_the_picture_s_component_leaves_nothing_beside_the_source():
    """Gradio writes a file of types beside the source of each class that is made from a component."""
    with gr.Blocks():
        file = gradio_private.picture_file("not uploaded")
    assert type(file) is gr.File and not list((ROOT / "demo").rglob("*.pyi"))


def test_gradio_does_not_load_matplotlib():
    """Around a call of its own way, as /predict's is."""
    code = (
        "import sys, gradio.utils; from demo.server.gradio_private import leave_matplotlib_alone as alone; alone()\n"
        "with gradio.utils.MatplotlibBackendMananger(): pass\n"
        "assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    for file in ("route_utils", "helpers"):
        source = Path(gr.__file__).with_name(f"{file}.py").read_text("utf-8")
        assert "with utils.MatplotlibBackendMananger():" in source
