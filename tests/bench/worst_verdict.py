"""How late other visitors' verdicts are while one request that was made to hold them up is answered.

python -m tests.bench.worst_verdict            on this server
python -m tests.bench.worst_verdict --root DIR on that of another checkout
"""

from __future__ import annotations

import argparse
import json
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from demo import samples
from nets.drawing import MAX_POINTS
from tests.support import ROOT, Server

AIM = 150  # milliseconds
SEVEN = {"strokes": [[list(point) for point in stroke] for stroke in samples.strokes(7)], "pen": 18.0}


class Probe:
    """A visitor who asks for one verdict after the other, from an address of their own."""

    def __init__(self, server: Server, functions: dict[str, int]) -> None:
        self._url, self._body = server.url, {"data": SEVEN, "fn_name": "read_drawing"}
        self._body["component_id"] = functions["read_drawing"]
        self.milliseconds: list[float] = []

    def __enter__(self) -> Probe:
        self._ended = False
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()
        time.sleep(0.5)
        return self

    def __exit__(self, *_: object) -> None:
        time.sleep(0.5)
        self._ended = True
        self._thread.join()

    def _ask(self) -> None:
        with httpx.Client(base_url=self._url, headers={"X-Forwarded-For": "203.0.113.250"}, timeout=60) as visitor:
            for number in range(10**6):
                if self._ended:
                    return
                began = time.perf_counter()
                body = {**self._body, "session_hash": f"probe-{number // 50}"}
                visitor.post("/gradio_api/component_server/", json=body).raise_for_status()
                self.milliseconds.append(1000 * (time.perf_counter() - began))
                time.sleep(0.01)


def scribble(points: int, strokes: int = 1) -> dict[str, Any]:
    """A drawing as hard to draw as its points make it."""
    drawn = [[(i * 7919) % 840 - 280.0, (i * 104_729) % 840 - 280.0] for i in range(points)]
    share = points // strokes
    return {"strokes": [drawn[i * share : (i + 1) * share] for i in range(strokes)], "pen": 80.0}


def requests(functions: dict[str, int]) -> dict[str, tuple[str, bytes, str]]:
    """Path, body and type of what was found to hold others up, by name."""
    kind = "application/json"

    def call(name: str, data: Any) -> tuple[str, bytes, str]:
        body = {"data": data, "fn_name": name, "component_id": functions[name], "session_hash": name}
        return "component_server/", json.dumps(body).encode(), kind

    nested = b'{"data":[NaN,' + b",".join([b"[" * 100 + b"1" + b"]" * 100] * 4500) + b'],"session_hash":"a"}'
    plain = b'{"data":[' + b",".join([b"[1]"] * 250_000) + b'],"session_hash":"a"}'
    small = b'{"data":[' + b",".join([b"[1]"] * 2000) + b'],"session_hash":"a"}'
    part = '--b\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
    fields = {"component_id": functions["load"], "fn_name": "load", "session_hash": "a"}
    form = "".join(part.format(name, "", value) for name, value in fields.items())
    file = part.format("file", '; filename="a.zip"', "x" * 19 * 2**20)
    many = part.format("x", "", "y") * 200_000
    doors = ("cancel", "reset", "queue/join", "call/predict", "call/v2/predict", "component_server/")
    return {
        "nothing": ("", b"", kind),
        f"a drawing of {MAX_POINTS:,} points": call("read_drawing", scribble(MAX_POINTS)),
        f"a drawing of {MAX_POINTS:,} points, 256 strokes": call("read_drawing", scribble(MAX_POINTS, 256)),
        **{f"1 MB of lists and NaN to {door}": (door, nested, kind) for door in doors},
        **{f"1 MB of lists to {door}": (door, plain, kind) for door in doors},
        **{f"8 kB of lists to {door}": (door, small, kind) for door in doors},
        "a form of 19 MB": (
            "component_server/",
            (form + file + "--b--\r\n").encode(),
            "multipart/form-data; boundary=b",
        ),
        "a form of 200,000 fields": ("component_server/", (form + many).encode(), "multipart/form-data; boundary=b"),
    }


def measure(server: Server, what: Callable[[], str], functions: dict[str, int]) -> tuple[float, float, str]:
    """The median and the slowest verdict in milliseconds, and what the request itself was answered."""
    with Probe(server, functions) as probe:
        said = what()
    return statistics.median(probe.milliseconds), max(probe.milliseconds), said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=ROOT, help="a checkout, whose app.py is served")
    with Server(parser.parse_args().root) as server:
        components = httpx.get(f"{server.url}config").json()["components"]
        functions = {name: one["id"] for one in components for name in one["props"].get("server_fns") or ()}
        time.sleep(25)  # until nothing more is loaded, on a busy machine as well
        print("median  worst verdict in ms, beside", flush=True)
        for number, (name, (path, body, kind)) in enumerate(requests(functions).items()):

            def send(path: str = path, body: bytes = body, kind: str = kind, number: int = number) -> str:
                if not path:
                    return ""
                headers = {"Content-Type": kind, "X-Forwarded-For": f"198.51.100.{number}"}
                try:
                    answer = httpx.post(f"{server.url}gradio_api/{path}", content=body, headers=headers, timeout=60)
                except httpx.TransportError:
                    return "closed"
                return f"{answer.status_code}, {len(answer.content):,} bytes"

            median, worst, said = measure(server, send, functions)
            print(f"{median:6.0f} {worst:6.0f}  {name}: {said}", flush=True)


if __name__ == "__main__":
    main()
