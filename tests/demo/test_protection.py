"""What the page's own process answers to strangers: over plain HTTP and sockets, and once in a browser."""

from __future__ import annotations

import contextlib
import http.client
import io
import itertools
import json
import socket
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from demo import samples
from demo.server.doors import LARGEST_DRAWING
from demo.server.limits import WORK
from demo.server.served import HEADERS, POLICIES
from demo.words import say
from nets.checkpoint import load_shipped, pack
from tests.browser.driver import PadPage
from tests.support import Server, predict, seven_png

SEVEN = {"strokes": [[list(point) for point in stroke] for stroke in samples.strokes(7)], "pen": 18}
READ = "read_drawing"  # the function that reads a drawing
HOSTILE = "${alert(1)}<img src=x onerror=\"document.title='hacked'\">{{constructor}}`'\""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where this server keeps what is uploaded, and all its other passing files."""
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def server(folder) -> Iterator[Server]:
    with Server(GRADIO_TEMP_DIR=str(folder / "uploads"), TMPDIR=str(folder)) as server:
        yield server


addresses = (f"203.0.113.{i}" for i in itertools.cycle(range(1, 255)))


@pytest.fixture
def visitor(server) -> Iterator[httpx.Client]:
    """From an address of its own: Uvicorn believes a proxy on the same machine."""
    with httpx.Client(base_url=server.url, timeout=30, headers={"X-Forwarded-For": next(addresses)}) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def functions(server) -> dict[str, int]:
    """Everything a page can call, with the component it belongs to."""
    config = httpx.get(f"{server.url}config").json()
    return {
        name: component["id"] for component in config["components"] for name in component["props"].get("server_fns", ())
    }


@pytest.fixture
def call(visitor, functions):
    def call(name: str, data=None, session: str = "somebody", **other) -> httpx.Response:
        body = {"data": data, "component_id": functions[name], "fn_name": name, "session_hash": session, **other}
        return visitor.post("/gradio_api/component_server/", json=body)

    return call


@pytest.fixture
def load(visitor, functions):
    def load(content: bytes, session: str = "somebody", name: str = "a.zip", function: str = "load") -> httpx.Response:
        form = {"component_id": str(functions[function]), "fn_name": function, "session_hash": session}
        return visitor.post("/gradio_api/component_server/", data=form, files={"file": (name, content)})

    return load


def raw(server: Server, path: str, method: str = "GET") -> tuple[int, bytes, dict[str, str]]:
    """Ask for exactly this path: other clients tidy it up."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    with contextlib.closing(connection):
        connection.putrequest(method, path, skip_accept_encoding=True)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}


def alive(call) -> None:
    answer = call(READ, SEVEN, "alive").json()
    assert answer["cards"]["mlp"]["digit"] == answer["cards"]["cnn"]["digit"] == 7


# ---- files

SECRETS = [b"root:", b"from demo.interface import", b"PATH=", b"[core]", b"torch>=", b'"sha256"', b"\x89PNG"]
FILES = [
    "app.py",
    "requirements.txt",
    "checkpoints/mlp.json",
    ".git/config",
    "/etc/passwd",
    "//etc/passwd",
    "/proc/self/environ",
    "../app.py",
    "../../../../../../../../etc/passwd",
    "..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "%252e%252e/%252e%252e/etc/passwd",
    "....//....//....//etc/passwd",
    "..%5c..%5c..%5cetc%5cpasswd",
    "%00/etc/passwd",
    "file:" + "///etc/passwd",
    "img/../../../../../../../../../etc/passwd",
]
DOORS = [
    "/gradio_api/file=",
    "/gradio_api/file/",
    "/gradio_api/%66ile=",
    "/gradio%5Fapi/file=",
    "/gradio_api/../gradio_api/file=",
    "//gradio_api/file=",
    "/file=",
    "/file/",
    "/static/",
    "/assets/",
    "/svelte/",
    "/theme.css/",
    "/gradio_api/proxy=",
    "/gradio_api/custom_component/html/client/component/",
    "/gradio_api/stream/a/b/1/",
    "/gradio_api/call/predict/",
    "/",
]


@pytest.mark.parametrize("door", DOORS)
def test_no_file_can_be_read(server, door):
    for name in FILES:
        status, content, _ = raw(server, f"{door}{name}")
        assert 400 <= status < 500 or (door.endswith("predict/") and b"event: error" in content), (door, name, status)
        assert not [secret for secret in SECRETS if secret in content]
        assert len(content) < 1000


def test_what_the_page_is_made_of_can_be_read(server):
    """Or the test above would pass on a server that is down."""
    status, page, _ = raw(server, "/")
    assert status == 200
    for name in ("/theme.css", "/favicon.ico", "/" + page.decode().split('src="./')[1].split('"')[0]):
        assert raw(server, name)[0] == 200


@pytest.mark.parametrize("door", ["/gradio_api/file=", "/gradio_api/proxy="])
def test_nothing_is_fetched_from_elsewhere(server, door):
    """Neither from this machine nor from where its own addresses are told."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.2)
        for host in (f"127.0.0.1:{listening.getsockname()[1]}", "169.254.169.254", "[::1]", "x.hf.space"):
            assert raw(server, f"{door}http://{host}/")[0] == 404
        with pytest.raises(TimeoutError):
            listening.accept()


def test_an_upload_is_read_by_the_endpoint_and_by_nobody_else(server, visitor, folder):
    [path] = visitor.post("/gradio_api/upload", files={"files": ("seven.png", seven_png())}).json()
    assert '"digit": 7' in predict(visitor, path)
    assert raw(server, f"/gradio_api/file={path}")[0] == 404
    link = folder / "uploads" / "link.png"
    link.symlink_to("/etc/passwd")
    assert raw(server, f"/gradio_api/file={link}")[0] == 404
    assert "event: error" in predict(visitor, str(link))
    link.unlink()


@pytest.mark.parametrize(
    "path",
    ["http://127.0.0.1:1/a.png", "http://169.254.169.254/a.png", "HTTP://localhost/", "/etc/passwd", "app.py", ""],
)
@pytest.mark.parametrize("more", [{}, {"url": "http://127.0.0.1:1/"}, {"is_stream": True}])
def test_the_endpoint_reads_no_file_that_was_not_uploaded_and_asks_no_machine_inside(visitor, path, more):
    answer = predict(visitor, path, **more)
    assert "event: error" in answer and "digit" not in answer
    if path.startswith("http"):
        assert say("server.not_fetched") in answer


def files_in(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_size for path in folder.rglob("*") if path.is_file()}


def test_nothing_is_left_lying_about(server, visitor, call, load, folder):
    """Not by pictures read, nor by forms cut off, damaged or addressed to nobody."""
    before = files_in(folder)
    [path] = visitor.post("/gradio_api/upload", files={"files": ("kept.png", seven_png(100))}).json()
    for _ in range(3):
        predict(visitor, path)
    assert load(b"no archive").status_code == 200
    assert visitor.post("/gradio_api/upload", files={"other": ("a.png", b"x" * 10_000)}).status_code == 400
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    part = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n' + b"x" * 100_000
    for door in ("upload", "component_server/"):
        assert visitor.post(f"/gradio_api/{door}", content=part, headers=kind).status_code == 400
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            head = f"POST /gradio_api/{door} HTTP/1.1\r\nHost: a\r\nContent-Type: {kind['Content-Type']}\r\n"
            connection.sendall(f"{head}Content-Length: 200000\r\n\r\n".encode() + part)
            time.sleep(0.2)
    alive(call)
    left = {path: size for path, size in files_in(folder).items() if path not in before}
    assert list(left) == [path]


# ---- bodies


ODD = [None, 7, "text", [], {}, [[[[]]]], {"do": "x"}, {"view": ["maps"]}, {"strokes": {}}, 1e308, -(2**63), True]


def test_odd_data_is_answered_by_every_function(call, visitor, functions):
    assert len(functions) > 5
    for name in functions:
        for i, data in enumerate(ODD):
            answer = call(name, data, f"odd-{name}-{i}")
            assert answer.status_code == 200, (name, data, answer.text)
    alive(call)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 2**17, 400),
        (b'{"a":' * 20_000, 400),
        (b'{"data": [' + b"[" * 3000 + b"]" * 3000 + b"]}", 400),
        (b'{"data": [' + b"[]," * 2000 + b"NaN]}", 400),
        (b" " * (LARGEST_DRAWING + 1), 413),
        (b"", 400),
        (b"\xff\xff\xff", 400),
        (b"[]", 400),
        (b'{"data": 1}', 400),
    ],
)
@pytest.mark.parametrize("door", ["component_server/", "queue/join", "call/predict", "cancel"])
@pytest.mark.parametrize("chunked", [False, True])
def test_bodies_of_nobody_s_making(visitor, call, door, body, status, chunked):
    content = (body[i : i + 100_000] for i in range(0, len(body), 100_000)) if chunked else body
    headers = {"Content-Type": "application/json"}
    try:
        answer = visitor.post(f"/gradio_api/{door}", content=content, headers=headers)
    except httpx.WriteError:  # it did not wait to be told all
        assert status == 413
    else:
        assert 400 <= answer.status_code < 500
        assert door != "component_server/" or answer.status_code == status
    alive(call)


@pytest.mark.parametrize(
    "change",
    [
        {"component_id": 10**6},
        {"component_id": None},
        {"component_id": ["a"]},
        {"component_id": "1"},
        {"fn_name": "__class__"},
        {"fn_name": "get_config"},
        {"fn_name": None},
        {"fn_name": ["load"]},
        {"session_hash": None},
        {"session_hash": {"a": 1}},
        {"session_hash": "x" * 65},
        {"session_hash": "../../etc"},
    ],
)
def test_calls_of_what_is_not_there(call, change):
    session = change.pop("session_hash", "somebody")
    answer = call(READ, SEVEN, session, **change)
    assert answer.status_code >= 400 and "Traceback" not in answer.text and "/site-packages" not in answer.text
    alive(call)


@pytest.mark.parametrize("index", [-1, 10**6, None, "a", 1.5])
def test_dependencies_that_are_not_there(visitor, call, index):
    answer = visitor.post("/gradio_api/queue/join", json={"data": [None], "fn_index": index, "session_hash": "a"})
    assert answer.status_code >= 400 and "Traceback" not in answer.text
    alive(call)


def test_wrong_kinds_of_content(visitor, functions, call):
    body = {"data": SEVEN, "component_id": functions[READ], "fn_name": READ, "session_hash": "a"}
    for kind in ("text/plain", "application/xml", "multipart/form-data", "multipart/form-data; boundary=b", "", "\xff"):
        headers = {"Content-Type": kind.encode("latin-1")}
        answer = visitor.post("/gradio_api/component_server/", content=json.dumps(body), headers=headers)
        assert answer.status_code in (200, 400)
    alive(call)


def test_nobody_reaches_another_s_session(call, load):
    networks, records = load_shipped()
    assert load(pack(networks["mlp"], records["mlp"]), "owner-abc").json()["problem"] is None
    reader = call("watch", {}, "owner-abc").json()["networks"]["readers"]["mlp"]
    assert reader["source"] == "loaded"
    for other in ("owner-ab", "OWNER-ABC", "owner-abcd", "made-up", "0", "_", "-"):
        reader = call("watch", {}, other).json()["networks"]["readers"]["mlp"]
        assert reader["source"] == "shipped"
        nothing = call("archive", {"network": "mlp"}, other).json()
        assert nothing["problem"]["key"] == "retrain.problem.nothing_trained" and nothing["content"] == ""
    for other in ("owner-abc\0", "owner-abc ", ["owner-abc"]):
        assert call("watch", {}, other).status_code == 400


# ---- other web pages


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8000"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"},
    ],
)
@pytest.mark.parametrize("kind", ["text/plain", "application/json"])
def test_another_web_page_cannot_drive_this_one(visitor, functions, headers, kind):
    body = {"data": {"do": "start"}, "component_id": functions["command"], "fn_name": "command", "session_hash": "a"}
    for door in ("component_server/", "cancel", "queue/join", "call/predict", "upload"):
        answer = visitor.post(
            f"/gradio_api/{door}", content=json.dumps(body), headers={"Content-Type": kind, **headers}
        )
        assert (answer.status_code, answer.text) == (403, say("server.other_site"))


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "digits.lan:7860", "owner-name.hf.space"])
@pytest.mark.parametrize("origin", ["http://evil.example", "https://huggingface.co", "null"])
def test_no_other_page_may_read_an_answer(visitor, host, origin):
    """Gradio by itself lets all origins read, with credentials, where the host is not localhost."""
    headers = {"Host": host, "Origin": origin}
    asking = {**headers, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for answer in (
        visitor.get("/", headers=headers),
        visitor.get("/config", headers=headers),
        visitor.post("/gradio_api/cancel", json={}, headers=headers),
        visitor.options("/gradio_api/component_server/", headers=asking),
    ):
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
    assert answer.status_code == 403


def test_the_page_itself_is_answered_under_any_name(visitor, functions):
    body = {"data": SEVEN, "component_id": functions[READ], "fn_name": READ, "session_hash": "a"}
    for host in (None, "digits.lan:7860", "owner-name.hf.space"):
        named = host or visitor.base_url.netloc.decode()
        headers = {"Host": named, "Origin": f"https://{named}"}
        assert visitor.post("/gradio_api/component_server/", json=body, headers=headers).status_code == 200
    framed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
    assert visitor.get("/", headers=framed).status_code == 200


# ---- what is told and what is written down


@pytest.mark.parametrize(
    ("door", "body", "status"),
    [
        ("call/v2/predict", {}, 400),
        ("call/v2/predict", {"data": []}, 400),
        ("call/v2/predict", {"picture": 7, "and": 8}, 400),
        ("call/v2/nothing", {"picture": 7}, 404),
        ("call/nothing", {"data": [None]}, 404),
        ("call/predict", {}, 422),
        ("call/predict", {"data": 7}, 422),
        ("cancel", {}, 422),
        ("cancel", {"data": ["secret"] * 900, "session_hash": "a"}, 422),
        ("reset", {"event_id": ["secret"] * 900}, 422),
        ("queue/join", {"data": {"secret": "secret"}, "session_hash": "a"}, 422),
    ],
)
def test_a_body_that_does_not_fit_is_told_in_a_sentence(visitor, server, door, body, status):
    before = len(server.said())
    answer = visitor.post(f"/gradio_api/{door}", json=body)
    assert answer.status_code == status and len(answer.text) < 200
    assert "secret" not in answer.text and "Traceback" not in answer.text
    assert server.said()[before:] == ""


@pytest.mark.parametrize("data", [[], [None], [7], ["x"], [{"path": 7}], [{"path": "secret"}], [{}, {}], ["x" * 5000]])
def test_a_call_that_makes_no_sense_is_a_line_in_the_log_at_most(visitor, server, data):
    before = len(server.said())
    answer = visitor.post("/gradio_api/call/predict", json={"data": data})
    if answer.status_code == 200:
        told = visitor.get(f"/gradio_api/call/predict/{answer.json()['event_id']}").text
        assert "event: error" in told and len(told) < 400
    written = server.said()[before:]
    assert len(written.splitlines()) <= 1 and len(written) < 300, written


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"x" * 100, b"GIF89a" + bytes(50)])
def test_a_bad_picture_is_a_line_in_the_log(visitor, server, content):
    [path] = visitor.post("/gradio_api/upload", files={"files": ("bad.png", content)}).json()
    before = len(server.said())
    assert "event: error" in predict(visitor, path)
    [line] = server.said()[before:].splitlines()
    assert line.startswith("/predict: This cannot be read as a picture")


def test_malformed_bodies_are_refused_in_the_end(visitor, call):
    answers = [visitor.post("/gradio_api/component_server/", content=b"{").status_code for _ in range(150)]
    assert answers.count(429) >= 80
    alive(call)


# ---- many, slow and silent ones


def test_a_large_head_is_not_read(server, call):
    """The protocol of demo.server.heads is the one that serves; its own tests say more."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection, contextlib.suppress(ConnectionError):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n")
        sent = 0
        for _ in range(40_000):
            sent += connection.send(b"X: " + b"a" * 995 + b"\r\n")
    assert sent < 10_000_000
    alive(call)


def test_one_who_asks_too_much_waits_and_others_do_not(server, call, functions):
    body = {"data": {}, "component_id": functions["prepare"], "fn_name": "prepare", "session_hash": "greedy"}
    with httpx.Client(base_url=server.url, timeout=30, headers={"X-Forwarded-For": "198.51.100.1"}) as greedy:
        answers = [greedy.post("/gradio_api/component_server/", json=body) for _ in range(int(WORK.at_once))]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused and answers[0].status_code == 200
    assert refused[0].text == say("server.too_many") and int(refused[0].headers["Retry-After"]) >= 1
    alive(call)


def test_connections_that_say_nothing_or_never_listen_hold_nobody_up(server, call, functions):
    body = {
        "data": None,
        "component_id": functions["describe_networks"],
        "fn_name": "describe_networks",
        "session_hash": "slow",
    }
    content = json.dumps(body).encode()
    head = b"POST /gradio_api/component_server/ HTTP/1.1\r\nHost: a\r\nContent-Length: "
    with contextlib.ExitStack() as stack:
        for i in range(200):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            match i % 4:
                case 0:
                    connection.sendall(b"GET / HTTP/1.1\r\nHost: a")  # and never the rest
                case 1:
                    connection.sendall(head + b"100000\r\n\r\n{")
                case 2:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
                    connection.sendall(
                        (head + str(len(content)).encode() + b"\r\n\r\n" + content) * 2
                    )  # and never reads
        for _ in range(5):
            alive(call)
    alive(call)


def test_a_folder_that_takes_no_file_stops_uploads_alone(visitor, call, folder):
    uploads, aside = folder / "uploads", folder / "aside"
    uploads.rename(aside)
    uploads.write_text("a file where the folder was")
    try:
        answer = visitor.post("/gradio_api/upload", files={"files": ("seven.png", seven_png(90))})
        assert (answer.status_code, answer.text) == (500, say("server.went_wrong"))
        alive(call)
    finally:
        uploads.unlink()
        aside.rename(uploads)
    assert visitor.post("/gradio_api/upload", files={"files": ("seven.png", seven_png(90))}).status_code == 200


# ---- what is said, and how


def test_the_answers_of_gradio_and_of_the_guard_have_the_headers(server):
    for path in ("/", "/config", "/theme.css", "/gradio_api/info", "/nothing", "/gradio_api/file=a"):
        _, _, headers = raw(server, path)
        for name, value in {**HEADERS, **POLICIES}.items():
            assert headers[name.lower()] == value
        assert "x-frame-options" not in headers


def hostile_archive() -> bytes:
    """A whole network whose record says in every place what would run if it were put into a page as it is."""
    networks, records = load_shipped()
    record = {**records["mlp"], "run": HOSTILE, "outcome": HOSTILE, "recipe": HOSTILE, "device": HOSTILE}
    record |= {"data": {"name": HOSTILE, "checksums": {}}, "versions": {HOSTILE: HOSTILE}}
    content = pack(networks["mlp"], record)
    renamed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(renamed, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(HOSTILE.replace("/", "") + Path(name).suffix), old.read(name))
    return renamed.getvalue()


def test_what_a_visitor_wrote_is_never_html(call, load):
    answer = load(hostile_archive(), "injected", HOSTILE)
    assert answer.json()["problem"] is None and "<img" not in answer.text
    about = call("describe_networks", {}, "injected")
    assert about.headers["content-type"] == "application/json"  # the page writes it as text, as the next test sees
    assert about.json()["about"]["mlp"]["result"]["recipe"] == HOSTILE
    assert call("archive", {"network": "mlp"}, "injected").json()["name"] == "mlp.zip"
    for function in ("load", "prepare_file"):
        assert HOSTILE not in load(b"nothing", "injected", HOSTILE, function).text
    wrong = {"networks": ["mlp"], "mlp": {"recipe": "fast", "config": {HOSTILE: HOSTILE}}}
    problem = call("plan", wrong, "injected").json()["networks"]["mlp"]["problem"]
    assert len(json.dumps(problem)) < 200  # written as text by the page, which the browser's test below sees


@pytest.mark.browser
def test_a_browser_runs_nothing_of_it_and_has_nothing_to_complain_of(server, tmp_path, browser):
    """The page under its policy, inside a frame of its own origin too, and with a hostile archive loaded."""
    path = tmp_path / f"{HOSTILE.replace('/', '')[:60]}.zip"
    path.write_bytes(hostile_archive())
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.on("dialog", lambda dialog: pytest.fail(f"it ran: {dialog.message}"))
    pad = PadPage(page, server.url)
    pad.put(7)
    pad.wait_for(7, 7)
    page.click("button[role=tab]:has-text('Retrain')")
    page.set_input_files("#retrain .keep input[type=file]", path)
    page.wait_for_function("document.querySelector('.keep .problem').textContent.startsWith('Loaded')")
    page.click("button[role=tab]:has-text('About')")
    page.wait_for_function("document.querySelector('#about').textContent.includes('onerror')")
    page.wait_for_timeout(300)
    assert "<img src=x" in page.inner_text("#about"), "it is shown as it was written"
    assert page.locator("#about img, #retrain img[src=x]").count() == 0
    assert page.title() == say("page.title")
    assert pad.complaints == []
    page.evaluate("document.body.append(Object.assign(document.createElement('iframe'), {src: '/', id: 'framed'}))")
    page.frame_locator("#framed").locator("#pad canvas").wait_for()
    assert pad.complaints == []


def test_after_all_that_it_lives(server, call):
    assert server.runs
    alive(call)
