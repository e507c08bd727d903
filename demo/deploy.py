"""Puts the page on Hugging Face Spaces: `python -m demo.deploy OWNER/NAME --hardware cpu-basic`."""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from huggingface_hub import HfApi, SpaceHardware, get_token
from huggingface_hub.errors import HfHubHTTPError, HFValidationError
from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]  # it is, but lazily

ROOT = Path(__file__).resolve().parent.parent
NEEDED = {  # by a Space, of what lies in ROOT: no tests, benchmarks or CI
    ".gitattributes",
    "LICENSE",
    "README.md",
    "app.py",
    "checkpoints",
    "demo",
    "nets",
    "packages.txt",
    "requirements.txt",
}
REFUSALS = {
    401: "the token is not valid: run `hf auth login` again",
    402: "this account has to pay for that: choose other --hardware, or subscribe",
    403: "the token has no right to do that: make one that may write",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Deploy, and give the exit status. 0: done; 2: not done, or not all of it; 130: interrupted."""
    options = _parser().parse_args(arguments)
    try:
        deploy(options.space, options.hardware, options.private, options.dry_run)
    except _Refusal as error:
        print(f"deploy: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("deploy: interrupted", file=sys.stderr)
        return 130  # as shells have it: 128 + SIGINT
    return 0


class _Refusal(ValueError):
    """What was asked for cannot be done."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m demo.deploy",
        description="Put the page on Hugging Face Spaces: what a Space needs, as it was committed last.",
        epilog="example: python -m demo.deploy me/digit-duel --hardware cpu-basic",
    )
    parser.add_argument("space", metavar="OWNER/NAME", help="a Space, made where it is not there")
    parser.add_argument(
        "--hardware",
        choices=[hardware.value for hardware in SpaceHardware],
        metavar="NAME",
        help="cpu-basic or another (default: the Hub's, or what the Space has)",
    )
    parser.add_argument("--private", action="store_true", help="for your eyes only, where the Space is made now")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done; needs no network")
    return parser


def deploy(space: str, hardware: str | None = None, private: bool = False, dry_run: bool = False) -> None:
    """Make the Space and upload what it needs, each step said before it is done. Raises _Refusal."""
    try:
        validate_repo_id(space)
    except HFValidationError:
        space = ""
    if "/" not in space:
        raise _Refusal("that is no name of a Space: expected OWNER/NAME of letters, digits, '-', '_' and '.'")
    with tempfile.TemporaryDirectory() as folder:
        commit, files = _export(Path(folder))
        large = _through_lfs(Path(folder), files)
        print(f"{len(files)} files, {sum(files.values()):,} bytes, commit {commit}:")
        for file, size in files.items():
            print(f"{size:>12,}  {file}{'  (LFS)' if file in large else ''}")

        make: dict[str, Any] = {"repo_type": "space", "space_sdk": "gradio", "private": private or None}
        make["space_hardware"] = hardware
        said = f"{'private ' if private else ''}Gradio Space {space}{f' on {hardware}' if hardware else ''}"
        upload: dict[str, Any] = {"repo_type": "space", "folder_path": folder, "commit_message": f"Commit {commit}"}
        steps: list[tuple[str, Callable[[HfApi], object]]] = [
            (f"make the {said}, unless {space} is there", lambda api: api.create_repo(space, exist_ok=True, **make)),
            (
                "upload the files, and remove what else is in it",
                lambda api: api.upload_folder(repo_id=space, delete_patterns="*", **upload),
            ),
        ]
        if hardware:
            ask = (f"ask for {hardware}", lambda api: api.request_space_hardware(space, hardware))
            steps.append(ask)  # a Space that was there keeps its own otherwise

        if not dry_run and get_token() is None:
            raise _Refusal("there is no token to upload with: run `hf auth login`, or set HF_TOKEN")
        api = None if dry_run else HfApi()
        for step, do in steps:
            print(f"{'Would' if dry_run else 'Will'} {step}.", flush=True)
            if api:
                _attempt(step, do, api)
    print(f"{'It would be' if dry_run else 'It builds now, and then is'} at https://huggingface.co/spaces/{space}")


def _export(folder: Path) -> tuple[str, dict[str, int]]:
    """Put what a Space needs into a folder, as it was committed last: the commit, and each file's size."""
    top = Path(_git("rev-parse", "--show-toplevel").decode().strip())
    if top.resolve() != ROOT:
        raise _Refusal(f"{ROOT} is no git checkout of its own, but lies in that of {top}")
    if changed := _git("status", "--porcelain", "--untracked-files=no").decode().splitlines():
        raise _Refusal(f"{len(changed)} tracked files have changes that are not committed, as {changed[0][3:]}")
    with zipfile.ZipFile(io.BytesIO(_git("archive", "--format=zip", "HEAD"))) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if name.split("/")[0] in NEEDED])
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    commit = _git("rev-parse", "--short", "HEAD").decode().strip()
    return commit, {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def _through_lfs(folder: Path, files: Iterable[str]) -> set[str]:
    """The files that .gitattributes sends through LFS, none of which may be a mere pointer."""
    said = _git("check-attr", "-z", "filter", "--", *files).decode().split("\0")  # path, "filter", value, path, ...
    large = {path for path, value in zip(said[::3], said[2::3], strict=False) if value == "lfs"}
    for file in sorted(large):
        with (folder / file).open("rb") as content:
            if content.read(23) == b"version https://git-lfs":
                raise _Refusal(f"{file} is a Git LFS pointer, expected the file itself: run `git lfs pull`")
    return large


def _git(*arguments: str) -> bytes:
    try:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True).stdout
    except FileNotFoundError:
        raise _Refusal("git is not installed, and it alone knows what belongs to the page") from None
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip().splitlines()[0]
        raise _Refusal(f"git does not say what is tracked in {ROOT}: {reason}") from error


def _attempt(step: str, do: Callable[[HfApi], object], api: HfApi) -> None:
    try:
        do(api)
    except Exception as error:  # of many kinds: rights, the network, the transfer's own
        status = error.response.status_code if isinstance(error, HfHubHTTPError) else None
        reason = REFUSALS.get(status or 0) or " ".join(str(error).split())[:300] or type(error).__name__
        raise _Refusal(f"could not {step}: {reason}") from error


if __name__ == "__main__":
    sys.exit(main())
