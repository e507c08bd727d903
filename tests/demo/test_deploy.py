"""python -m demo.deploy on a throw-away repository and a Hub of our own; and what a Space asks of this repository."""

from __future__ import annotations

import http.server
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import HfApi

from demo import deploy as cli
from tests.support import ROOT, tracked

FILES = {
    ".gitattributes": b"*.safetensors filter=lfs -text\n",
    "README.md": b"---\nsdk: gradio\n---\n",
    "checkpoints/cnn.safetensors": bytes(range(256)) * 40,
    "nets/a name with spaces, \xc3\xa9.py".encode().decode(): b"print(1)\n",
}
LEFT = {".ci/run": b"exit 0\n", "tests/demo/test_it.py": b"", "BENCHMARKS.md": b"fast\n"}  # what no Space needs


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def put(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


class Hub:
    """What is asked of huggingface_hub.HfApi, written down."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple, dict]] = []
        self.uploaded: dict[str, bytes] = {}

    def __getattr__(self, name: str):
        def call(*arguments, **options):
            self.calls.append((name, arguments, options))
            if name == "upload_folder":
                folder = Path(options["folder_path"])
                self.uploaded = {
                    path.relative_to(folder).as_posix(): path.read_bytes()
                    for path in folder.rglob("*")
                    if path.is_file()
                }

        return call


@pytest.fixture
def repository(tmp_path, monkeypatch) -> Path:
    """A git repository with FILES and LEFT committed, and one more that is not tracked, in the place of this one."""
    for name, value in {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}.items():
        monkeypatch.setenv(name, value)
    folder = (tmp_path / "repository").resolve()
    put(folder, FILES | LEFT)
    git(folder, "init")
    for key in ("user.name", "user.email"):
        git(folder, "config", key, "nobody")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "First")
    put(folder, {"notes.txt": b"not tracked"})
    monkeypatch.setattr(cli, "ROOT", folder)
    return folder


@pytest.fixture
def hub(monkeypatch) -> Hub:
    hub = Hub()
    monkeypatch.setattr(cli, "HfApi", lambda: hub)
    monkeypatch.setattr(cli, "get_token", lambda: "hf_token")
    return hub


def check_refusal(capsys, arguments: list[str], *words: str) -> None:
    """Exit status 2, and one sentence on stderr that holds these words."""
    assert cli.main([*arguments]) == 2
    said = capsys.readouterr().err  # other tests' threads may speak, too
    [sentence] = [line for line in said.splitlines() if line.startswith("deploy: ")]
    assert "Traceback" not in said
    for word in words:
        assert word in sentence


def test_what_a_space_needs_is_uploaded_and_nothing_else(repository, hub, capsys):
    assert cli.main(["me/duel", "--hardware", "zero-a10g", "--private"]) == 0
    assert hub.uploaded == FILES
    (made, (space,), how), (_, _, upload), asked = hub.calls
    assert (made, space) == ("create_repo", "me/duel")
    assert how.items() >= {"repo_type": "space", "space_sdk": "gradio", "space_hardware": "zero-a10g"}.items()
    assert how["private"] is True and how["exist_ok"] is True
    assert upload["repo_id"] == "me/duel" and upload["repo_type"] == "space" and upload["delete_patterns"] == "*"
    assert asked == ("request_space_hardware", ("me/duel", "zero-a10g"), {})
    said = capsys.readouterr().out
    for step in ("Will make the private Gradio Space me/duel on zero-a10g", "Will upload", "Will ask for zero-a10g"):
        assert step in said
    assert "https://huggingface.co/spaces/me/duel" in said


def test_the_hub_s_defaults_are_left_where_nothing_is_said(repository, hub):
    assert cli.main(["me/duel"]) == 0
    assert [name for name, _, _ in hub.calls] == ["create_repo", "upload_folder"]
    assert hub.calls[0][2]["space_hardware"] is None and hub.calls[0][2]["private"] is None


def test_a_dry_run_says_it_all_and_needs_no_network_and_no_token(repository, monkeypatch, capsys):
    monkeypatch.setattr(cli, "HfApi", None)  # not to be called
    monkeypatch.setattr(cli, "get_token", lambda: None)
    assert cli.main(["me/duel", "--hardware", "cpu-basic", "--dry-run"]) == 0
    said = capsys.readouterr().out
    for file, content in FILES.items():
        assert re.search(rf"^ *{len(content):,}  {re.escape(file)}(  \(LFS\))?$", said, re.MULTILINE)
    assert re.findall(r"(\S+)  \(LFS\)", said) == ["checkpoints/cnn.safetensors"]
    assert f"{len(FILES)} files, {sum(map(len, FILES.values())):,} bytes" in said
    assert re.findall(r"^Would (\w+)", said, re.MULTILINE) == ["make", "upload", "ask"]
    assert "cpu-basic" in said and "https://huggingface.co/spaces/me/duel" in said


@pytest.mark.parametrize("name", ["duel", "me/du/el", "me/", "/duel", "me/du el", "me/duel--x", "-", ""])
def test_a_wrong_name_is_refused_first(hub, capsys, name):
    check_refusal(capsys, ["--", name], "OWNER/NAME")
    assert hub.calls == []


def test_hardware_that_the_hub_lacks_is_refused(repository, hub, capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main(["me/duel", "--hardware", "abacus"])
    assert "cpu-basic" in capsys.readouterr().err and hub.calls == []


def test_without_a_token_nothing_is_sent(repository, hub, monkeypatch, capsys):
    monkeypatch.setattr(cli, "get_token", lambda: None)
    check_refusal(capsys, ["me/duel"], "hf auth login")
    assert hub.calls == []


@pytest.mark.parametrize("staged", [False, True])
def test_changes_that_are_not_committed_are_refused(repository, hub, capsys, staged):
    put(repository, {"README.md": b"changed"})
    if staged:
        git(repository, "add", "README.md")
    check_refusal(capsys, ["me/duel"], "README.md", "not committed")
    assert hub.calls == []


def test_a_pointer_in_place_of_the_weights_is_refused(repository, hub, capsys):
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 486808\n"
    put(repository, {"checkpoints/cnn.safetensors": pointer})
    git(repository, "commit", "-am", "Pointer")
    check_refusal(capsys, ["me/duel"], "checkpoints/cnn.safetensors", "git lfs pull")
    assert hub.calls == []


def test_a_folder_that_is_no_checkout_of_its_own_is_refused(repository, hub, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(cli, "ROOT", repository / "checkpoints")
    check_refusal(capsys, ["me/duel"], str(repository), "checkout of its own")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    check_refusal(capsys, ["me/duel"], "not a git repository")
    monkeypatch.setenv("PATH", "")
    check_refusal(capsys, ["me/duel"], "git is not installed")
    assert hub.calls == []


@pytest.fixture
def refusing(monkeypatch) -> Iterator[dict]:
    """huggingface_hub's own HfApi, on a Hub that answers all requests in the same way."""
    answer = {"status": 500, "error": "out of order"}

    class Handler(http.server.BaseHTTPRequestHandler):
        def respond(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(answer["status"])
            self.send_header("X-Error-Message", answer["error"])
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = do_HEAD = respond

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        answer["url"] = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(cli, "HfApi", lambda: HfApi(endpoint=answer["url"], token="hf_none"))
        monkeypatch.setattr(cli, "get_token", lambda: "hf_none")
        yield answer
        server.shutdown()


@pytest.mark.parametrize(("status", "word"), [(401, "token"), (402, "hardware"), (403, "right"), (400, "out of order")])
def test_what_the_hub_refuses_is_one_sentence(repository, refusing, capsys, status, word):
    refusing["status"] = status
    check_refusal(capsys, ["me/duel"], "could not make", word)


def test_without_a_network_it_is_one_sentence(repository, refusing, capsys):
    refusing["url"] = "http://127.0.0.1:1"
    check_refusal(capsys, ["me/duel"], "could not make", "refused")


def test_an_interrupt_is_one_sentence(repository, hub, capsys, monkeypatch):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(hub, "upload_folder", interrupt, raising=False)
    assert cli.main(["me/duel", "--hardware", "cpu-basic"]) == 130
    assert capsys.readouterr().err == "deploy: interrupted\n"
    assert [name for name, _, _ in hub.calls] == ["create_repo"]


def test_every_file_is_either_needed_by_a_space_or_not():
    """A new file at the top has to be sorted in."""
    top = {path.split("/")[0] for path in tracked()}
    elsewhere = {".ci", ".dockerignore", ".gitignore", "BENCHMARKS.md", "CITATION.cff", "CONTRIBUTING.md", "Dockerfile"}
    elsewhere |= {"examples", "package-lock.json", "package.json", "pyproject.toml", "tests", "tsconfig.json"}
    assert top - elsewhere == cli.NEEDED - {"packages.txt"} and not elsewhere & cli.NEEDED


def test_the_package_itself_starts_nothing():
    done = subprocess.run([sys.executable, "-m", "demo"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1 and "No module named demo.__main__" in done.stderr


def test_binary_files_go_through_lfs_and_no_text_does():
    said = subprocess.run(
        ["git", "check-attr", "-z", "filter", "--", *tracked()], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    large = {path for path, value in zip(said[::3], said[2::3], strict=False) if value == "lfs"}
    binary = {path for path in tracked() if b"\0" in (ROOT / path).read_bytes()}
    assert "checkpoints/cnn.safetensors" in binary and large == binary


def test_the_hub_is_not_told_to_ignore_what_git_tracks():
    """It leaves out of an upload what .gitignore names."""
    listing = subprocess.run(
        ["git", "ls-files", "-ci", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    assert listing.stdout == b""


def test_the_page_reads_and_writes_no_cookies():
    """In the frame of a Space there are none."""
    for file in tracked():
        if file.startswith(("app.py", "demo/", "nets/")) and (ROOT / file).suffix in {".py", ".js"}:
            assert not re.search(r"cookie", (ROOT / file).read_text(), re.IGNORECASE), file
