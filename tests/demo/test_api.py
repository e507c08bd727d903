"""The public endpoint by gradio_client and by plain HTTP: pictures, drawings and nonsense."""

from __future__ import annotations

import ast
import base64
import importlib.metadata
import json
import re
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from demo import samples
from demo.server.doors import LARGEST_DRAWING
from demo.words import say, tell
from nets.preprocess import prepare_drawing
from tests.support import README, ROOT, Server, blocks, run

SECTION = re.search(r"^## From a program\n(.*?)^## ", README, re.MULTILINE | re.DOTALL)[1]
SHOWN = "http://127.0.0.1:7860/"  # where the README's snippets find the page


@pytest.fixture(scope="module")
def client(server) -> Client:
    return Client(server.url, verbose=False)


@pytest.fixture(scope="module")
def http(server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=30) as http:
        yield http


@pytest.fixture
def seven(tmp_path) -> Path:
    path = tmp_path / "seven.png"
    ink = prepare_drawing(samples.drawing(7, 24.0)).stages[0].image
    Image.fromarray((255 - 255 * ink).astype(np.uint8)).save(path)
    return path


def bomb(side: int) -> bytes:
    """A whole PNG of side x side zeros, a few kilobytes long."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((1 + side // 8) * side), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def call(http: httpx.Client, fn_name: str, data, elem_id: str = "duel") -> httpx.Response:
    """A helper endpoint of the page, as pad.js calls it."""
    components = http.get("/config").json()["components"]
    component_id = next(c["id"] for c in components if c["props"].get("elem_id") == elem_id)
    body = {"data": data, "component_id": component_id, "fn_name": fn_name, "session_hash": "test"}
    return http.post(
        "/gradio_api/component_server/", content=json.dumps(body), headers={"Content-Type": "application/json"}
    )


def test_predict_reads_a_picture(client, seven):
    answer = client.predict(handle_file(str(seven)), api_name="/predict")
    assert answer["file"] == "seven.png"
    for name in ("mlp", "cnn"):
        assert answer[name]["digit"] == 7
        assert sum(answer[name]["probabilities"]) == pytest.approx(1)


def test_predict_works_with_curl_alone(http, seven):
    [path] = http.post("/gradio_api/upload", files={"files": ("seven.png", seven.read_bytes())}).json()
    data = {"data": [{"path": path, "meta": {"_type": "gradio.FileData"}}]}
    event = http.post("/gradio_api/call/predict", json=data).json()["event_id"]
    answer = http.get(f"/gradio_api/call/predict/{event}").text
    assert "event: complete" in answer
    assert json.loads(answer.split("data: ")[1])[0]["cnn"]["digit"] == 7


@pytest.fixture
def run_snippet(server, seven):
    """What the README's snippet in this language prints, beside the picture that it names."""
    shutil.copytree(ROOT / "examples", seven.parent / "examples")

    def run(language: str, command: list[str]) -> str:
        snippet = blocks(language, SECTION)[0].replace(SHOWN.rstrip("/"), server.url.rstrip("/"))
        done = subprocess.run(command, input=snippet, cwd=seven.parent, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_the_readme_s_python_works(run_snippet):
    answer = ast.literal_eval(run_snippet("python", [sys.executable, "-"]).splitlines()[-1])
    assert answer["file"] == "seven.png" and answer["mlp"]["digit"] == answer["cnn"]["digit"] == 7


def test_the_readme_s_curl_works(run_snippet):
    answer = run_snippet("bash", ["bash", "-eu"])
    assert "event: complete" in answer
    assert json.loads(answer.split("data: ")[1])[0]["cnn"]["digit"] == 7


@pytest.mark.slow
def test_the_readme_s_javascript_works(run_snippet, seven):
    if not shutil.which("npm"):
        pytest.skip("npm, which brings @gradio/client, is not installed")
    [command] = re.findall(r"`(npm install \S+)`", SECTION)
    subprocess.run(command.split(), cwd=seven.parent, check=True, capture_output=True, timeout=300)
    answer = json.loads(run_snippet("js", ["node", "--input-type=module", "-"]))
    assert answer["mlp"]["digit"] == answer["cnn"]["digit"] == 7


def test_the_snippets_name_what_the_page_offers(http):
    described = http.get("/gradio_api/info").json()["named_endpoints"]["/predict"]
    assert [parameter["parameter_name"] for parameter in described["parameters"]] == ["picture"]
    assert 'predict("/predict", { picture: handle_file(' in blocks("js", SECTION)[0]
    assert 'api_name="/predict"' in blocks("python", SECTION)[0]
    assert f'"gradio[mcp]=={importlib.metadata.version("gradio")}"' in SECTION


def test_an_assistant_reads_a_picture(seven):
    pytest.importorskip("mcp", reason="mcp, which gradio needs to answer assistants, is not installed")
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    [settings] = blocks("json", SECTION)
    address = json.loads(settings)["mcpServers"]["digit-duel"]["url"]
    picture = "data:image/png;base64," + base64.b64encode(seven.read_bytes()).decode()

    async def ask(url: str) -> None:
        async with streamable_http_client(url) as (read, write, _), ClientSession(read, write) as session:
            await session.initialize()
            tools = (await session.list_tools()).tools
            assert [tool.name for tool in tools] == ["predict"]
            assert "digit" in tools[0].description and list(tools[0].inputSchema["properties"]) == ["picture"]
            answer = await session.call_tool("predict", {"picture": picture})
            assert not answer.isError
            assert ast.literal_eval(answer.content[0].text)["cnn"]["digit"] == 7

    with Server(GRADIO_MCP_SERVER="True") as server:
        run(ask(address.replace(SHOWN, server.url)))


def test_assistants_are_answered_only_where_that_is_asked_for(http):
    assert http.get("/gradio_api/mcp/").status_code == 404


def test_no_answer_sets_a_cookie(http, seven):
    answers = [http.get(path) for path in ("/", "/config", "/gradio_api/info")]
    answers.append(http.post("/gradio_api/upload", files={"files": ("seven.png", seven.read_bytes())}))
    answers.append(call(http, "read_drawing", {"strokes": samples.strokes(7), "pen": 18}))
    for answer in answers:
        assert answer.status_code == 200 and "set-cookie" not in answer.headers


def test_predict_is_all_that_is_documented(client):
    endpoints = client.view_api(return_format="dict")
    assert list(endpoints["named_endpoints"]) == ["/predict"]
    assert endpoints["unnamed_endpoints"] == {}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("text.png", b"no picture at all", "cannot be read as a picture"),
        ("empty.png", b"", "cannot be read as a picture"),
        ("bomb.png", bomb(20_000), "million"),
        ("blank.png", bomb(200), "No digit stands out"),
    ],
)
def test_a_bad_picture_is_a_clear_error_within_a_second(client, tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(AppError, match=said):
        client.predict(handle_file(str(path)), api_name="/predict")


def test_a_file_of_the_server_is_not_read(http):
    data = {"data": [{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}]}
    event = http.post("/gradio_api/call/predict", json=data).json()["event_id"]
    assert "event: error" in http.get(f"/gradio_api/call/predict/{event}").text


@pytest.mark.parametrize(
    "data",
    [
        None,
        7,
        "a drawing",
        [],
        {},
        {"strokes": "none", "pen": 18},
        {"strokes": [[["a", "b"]]], "pen": 18},
        {"strokes": [[[2**63, 1], [None, 1]]], "pen": 18},
        {"strokes": [[[1, 2]]], "pen": "wide"},
        {"strokes": [[[1, 2, 3]]], "pen": 18},
        {"strokes": [[[1, 2]] * 5000], "pen": 18},
    ],
)
def test_a_hostile_drawing_gets_a_sentence(http, data):
    answer = call(http, "read_drawing", data)
    assert answer.status_code == 200
    assert list(answer.json()) == ["problem"] and len(tell(answer.json()["problem"])) > 20


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 10**400])
def test_what_no_number_is_in_json_is_not_read(http, number):
    answer = call(http, "read_drawing", {"strokes": [[[number, 1]]], "pen": 18})
    assert (answer.status_code, answer.text) == (400, say("server.not_json"))


def test_a_drawing_far_off_the_paper_is_read_or_refused_but_lives(http):
    answer = call(http, "read_drawing", {"strokes": [[[-1e9, 5], [1e9, 5]]], "pen": 18})
    assert answer.status_code == 200


def test_a_million_points_are_refused_before_they_are_read(http):
    answer = call(http, "read_drawing", {"strokes": [[[1, 2]] * 1_000_000], "pen": 18})
    assert answer.status_code == 413
    chunks = (b" " * 100_000 for _ in range(100))
    streamed = http.post("/gradio_api/component_server/", content=chunks, headers={"Content-Type": "application/json"})
    assert streamed.status_code >= 400
    assert LARGEST_DRAWING < 10_000_000


@pytest.mark.parametrize("data", [None, 7, [1], {"pen": "no"}, {"crop": None}, {"crop": 0}, "steps"])
def test_hostile_switches_get_a_sentence(http, data):
    assert call(http, "prepare", data, "preparation").json()["problem"]["key"] == "page.not_understood"


def test_a_form_with_no_picture_or_a_bad_one_gets_a_sentence(http, seven):
    components = http.get("/config").json()["components"]
    component_id = next(c["id"] for c in components if c["props"].get("elem_id") == "preparation")
    form = {"component_id": str(component_id), "fn_name": "prepare_file", "session_hash": "test", "steps": "{}"}

    def post(files, **change):
        return http.post("/gradio_api/component_server/", data={**form, **change}, files=files).json()

    read = post({"picture": ("x.png", seven.read_bytes())})
    assert read["stages"][-1]["reads"]["cnn"]["digit"] == 7
    bad = post({"picture": ("<b>.png", bomb(20_000))})
    assert "million" in tell(bad["problem"])
    for odd in ("{" * 5000, "", "[]", '{"pen": 7}'):
        assert post({"picture": ("x.png", seven.read_bytes())}, steps=odd)["problem"]["key"] == "page.not_understood"
    two = {"a": ("a.png", b"a"), "b": ("b.png", b"b")}
    assert post(two)["problem"]["key"] == "page.not_understood"


def test_only_the_page_s_own_functions_can_be_called(http):
    assert call(http, "get_config", None).status_code == 404
    assert call(http, "prepare", None).status_code == 404  # another component's


def test_after_all_that_it_lives(http, server):
    assert server.runs
    answer = call(http, "read_drawing", {"strokes": samples.strokes(3), "pen": 18}).json()
    assert answer["cards"]["mlp"]["digit"] == answer["cards"]["cnn"]["digit"] == 3
