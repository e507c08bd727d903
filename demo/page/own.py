"""The app's own modules, words and weights, served from memory under an address that holds their hash.

A browser may keep what it got for ever: other content has another address. Nothing is read from the disk on request.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import posixpath
import re
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from demo.words import say
from nets.checkpoint import SHIPPED

DEMO = Path(__file__).parents[1]
IMPORT = re.compile(r'^import [^"]*"(\.[^"]+)";', re.MULTILINE)
# What the page fetches of the app's own folder: modules, words, the lessons' programs, and the style sheets that a part
# fetches when it is opened; the others stand in the page itself.
PARTS = ("**/*.js", "**/*.json", "lessons/code/*.py", "retrain/step.css")
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".py": "text/plain; charset=utf-8",
    ".safetensors": "application/octet-stream",
}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


MODULES = {  # the path that the page names -> content; modules find each other, and the words, under one hash of all
    path.relative_to(DEMO).as_posix(): path.read_bytes()
    for path in sorted(path for pattern in PARTS for path in DEMO.glob(pattern))
}
WEIGHTS = {  # the networks that come with the app, each under its own hash: other modules do not fetch them again
    f"checkpoints/{path.relative_to(SHIPPED).as_posix()}": path.read_bytes()
    for kind in ("*.safetensors", "tutorial/*.safetensors")
    for path in sorted(SHIPPED.glob(kind))
}
PREVIEW = "page/preview.png"  # of the page, for those who show a link to it; tests/browser/preview.py makes it
PICTURES = {PREVIEW: (DEMO / PREVIEW).read_bytes()}
RESULTS = {  # what was measured of the networks; trials and what else is not looked at stays behind
    f"checkpoints/compare/{path.name}": path.read_bytes()
    for path in sorted((SHIPPED / "compare").glob("*"))
    if path.suffix in (".json", ".png") and path.stem != "experiments"
}
FILES = {**MODULES, **WEIGHTS, **PICTURES, **RESULTS}
PACKED = {  # by coding, the best first; brotli takes ten times as long, so it is for what every visit begins with
    "br": {name: brotli.compress(content) for name, content in MODULES.items()},
    "gzip": {name: gzip.compress(content, 9, mtime=0) for name, content in FILES.items()},
}
VERSION = _hash(b"".join(name.encode() + b"\0" + content + b"\0" for name, content in MODULES.items()))
VERSIONS = {
    **dict.fromkeys(MODULES, VERSION),
    **{name: _hash(content) for name, content in {**WEIGHTS, **PICTURES, **RESULTS}.items()},
}


async def _file(request: Request) -> Response:
    name = request.path_params["name"]
    if request.path_params["version"] != VERSIONS.get(name):
        return PlainTextResponse("There is no such file; reload the page.", 404)
    headers = dict(FOR_EVER)
    content, accepted = FILES[name], request.headers.get("accept-encoding", "")
    for coding, packed in PACKED.items():
        if coding in accepted and name in packed:
            headers["Content-Encoding"], content = coding, packed[name]
            break
    return Response(content, media_type=TYPES[Path(name).suffix], headers=headers)


ROUTE = Route("/own/{version}/{name:path}", _file)


def address(name: str) -> str:
    """Where the page finds one of the app's own files, relative to the page; raises KeyError for an unknown one."""
    return f"own/{VERSIONS[name]}/{name}"


def results() -> dict[str, str]:
    """Where the page finds what was measured, by name: measured-best-mlp, ledger, ..., gallery.png."""
    return {Path(name).name.removesuffix(".json"): address(name) for name in RESULTS}


def starting(module: str) -> str:
    """JavaScript for Gradio's js_on_load that starts a part of the page by its module."""
    words = f"{json.dumps(address(module))}, {json.dumps(say('page.unfetched'))}"
    return f"startPart({{ element, server, props, trigger }}, {words});"


def starter() -> str:
    """The script for the head that all parts are started with: page/starting.js, as one that is no module."""
    script = re.sub(r"^export ", "", MODULES["page/starting.js"].decode(), flags=re.MULTILINE)
    return f"<script>{{{script}globalThis.startPart = startPart;}}</script>"


def preloading(*modules: str) -> str:
    """Tags for the head: the browser fetches modules, all that they import, and the words while it reads the page."""
    names = dict.fromkeys(name for module in modules for name in imported(module))
    tags = [f'<link rel="modulepreload" href="{address(name)}">' for name in names]
    return "".join(tags) + f'<link rel="preload" as="fetch" crossorigin href="{address("words/en.json")}">'


def imported(module: str) -> list[str]:
    """A module and all that it imports, those it needs first."""
    found: list[str] = []

    def visit(name: str) -> None:
        if name in found:
            return
        for path in IMPORT.findall(MODULES[name].decode()):
            visit(posixpath.normpath(posixpath.join(posixpath.dirname(name), path)))
        found.append(name)

    visit(module)
    return found
