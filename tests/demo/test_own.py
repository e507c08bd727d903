"""The app's own modules under an address that holds their hash."""

from __future__ import annotations

import json

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from demo.page import own


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=[own.ROUTE]))


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
@pytest.mark.parametrize("name", ["page/dom.js", "words/en.json"])
def test_a_file_is_served_as_it_lies_and_may_be_kept_for_ever(client, name, encoding):
    answer = client.get(f"/{own.address(name)}", headers={"Accept-Encoding": encoding})
    assert answer.status_code == 200
    assert answer.content == (own.DEMO / name).read_bytes()
    assert answer.headers.get("content-encoding", "identity") == encoding
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith(own.TYPES[(own.DEMO / name).suffix])


@pytest.mark.parametrize("name", ["page/own.py", "../app.py", "..%2Fapp.py", "page", "", "page/dom.js/", "%00"])
def test_nothing_else_is_there(client, name):
    assert client.get(f"/own/{own.VERSION}/{name}").status_code == 404


def test_a_file_of_another_version_is_not_there(client):
    assert client.get("/own/000000000000/page/dom.js").status_code == 404


def test_every_file_can_be_read_as_what_it_is_called():
    json.loads(own.FILES["words/en.json"])
    with pytest.raises(KeyError):
        own.address("page/nothing.js")


def test_a_module_is_preloaded_with_all_that_it_imports():
    names = own.imported("pad/pad.js")
    assert names[-1] == "pad/pad.js" and len(set(names)) == len(names)
    assert {"page/catalogue.js", "page/words.js", "pad/verdict.js", "reader/network.js"} <= set(names)
    tags = own.preloading("pad/pad.js")
    assert all(own.address(name) in tags for name in [*names, "words/en.json"])
