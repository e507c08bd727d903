"""requirements.txt and tests/constraints.txt against what the code imports, what is installed and what PyPI offers."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.support import README, ROOT, constraints, imports, requirements, tracked

OURS = {"app", "demo", "nets", "tests"}
NO_PACKAGE = {*sys.stdlib_module_names, "_typeshed"}  # the last is known to type checkers alone
BROUGHT_BY_A_SPACE = {"spaces"}  # the code runs without it
RUN_BY_NAME = {  # required, but imported by others or run from a command line
    "httptools": "uvicorn looks for it",
    "uvloop": "uvicorn looks for it",
    "pytest-xdist": "pytest's -n",
    "ruff": ".ci/run",
    "mypy": ".ci/run",
    "spaces": "a process that tests/browser/test_zerogpu.py starts",
    "uv": "python -m uv, below",
}
OLDEST, NEWEST = "3.10", "3.13"  # Python


def imported(files: list[str]) -> dict[str, str]:
    """Distributions from which these files import, each with one of the files."""
    providers = importlib.metadata.packages_distributions()
    found = {}
    for file in files:
        for name in {module.split(".")[0] for module in imports(Path(file))} - OURS - NO_PACKAGE:
            assert name in providers, f"{file} imports {name}, which is not installed"
            found.update({canonicalize_name(provider): file for provider in providers[name]})
    return found


def python_files(tests: bool) -> list[str]:
    return [file for file in tracked() if file.endswith(".py") and file.startswith(("tests/", ".ci/")) == tests]


def test_the_code_imports_what_is_required_and_requires_what_it_imports():
    required, used = requirements("requirements.txt").keys(), imported(python_files(tests=False))
    missing = {name: file for name, file in used.items() if name not in required | BROUGHT_BY_A_SPACE}
    assert not missing, "imported, but not required"
    assert required - used.keys() - RUN_BY_NAME.keys() == set(), "required, but never imported"


def test_the_tests_import_what_they_require_and_require_what_they_import():
    running, required = requirements("requirements.txt").keys(), requirements("tests/requirements.txt").keys()
    used = imported(python_files(tests=True))
    assert not {name: file for name, file in used.items() if name not in required | running}, "not required"
    assert required - used.keys() - RUN_BY_NAME.keys() == set(), "required, but never imported"
    assert not required & running, "required twice"


def test_what_is_run_by_name_is_required():
    assert RUN_BY_NAME.keys() <= requirements("requirements.txt").keys() | requirements("tests/requirements.txt").keys()


@pytest.mark.parametrize("file", ["requirements.txt", "tests/requirements.txt"])
def test_no_requirement_is_open_upwards(file):
    """A release that nobody tried may break the page: each has an upper bound, and the tested release lies below."""
    tested = constraints()
    for name, requirement in requirements(file).items():
        bounds = {specifier.operator for specifier in requirement.specifier}
        assert bounds & {"<", "=="}, f"{name} has no upper bound"
        if requirement.marker is None or requirement.marker.evaluate():
            assert requirement.specifier.contains(tested[name]), f"{name} {tested[name]} was tested, but is not allowed"


def test_gradio_is_the_release_that_the_front_matter_names():
    [pinned] = requirements("requirements.txt")["gradio"].specifier
    assert pinned.operator == "==" and f'sdk_version: "{pinned.version}"' in README
    assert f'"gradio[mcp]=={pinned.version}"' in README


def test_torch_is_of_those_that_zerogpu_takes_and_torchvision_goes_with_it():
    torch, torchvision = (requirements("requirements.txt")[name].specifier for name in ("torch", "torchvision"))
    assert [version for version in ("2.7.1", "2.8.0", "2.11.0", "2.12.0", "2.13.0") if version in torch] == [
        "2.8.0",
        "2.11.0",
    ]
    assert [version for version in ("0.22.1", "0.23.0", "0.26.0", "0.27.0") if version in torchvision] == [
        "0.23.0",
        "0.26.0",
    ]
    pair = [Requirement(line) for line in importlib.metadata.requires("torchvision") if line.startswith("torch ")]
    assert [constraints()["torch"] in one.specifier for one in pair] == [True]


def test_what_is_installed_is_what_the_constraints_say():
    """In CI by the README's command; elsewhere pip may have been asked for other releases."""
    installed = {
        canonicalize_name(one.metadata["Name"]): Version(Version(one.version).public)
        for one in importlib.metadata.distributions()
    }
    tested = constraints()
    required = requirements("requirements.txt").keys() | requirements("tests/requirements.txt").keys()
    assert required - tested.keys() - {"uvloop"} == set(), "not in tests/constraints.txt: renew it"
    other = {name: str(installed[name]) for name in tested.keys() & installed.keys() if installed[name] != tested[name]}
    if other:
        pytest.skip(f"installed without -c tests/constraints.txt: {other}")


def compile_for(python: str, platform: str, asked: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Ask PyPI what a pip on that system would install: wheels alone."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--only-binary", ":all:", *more]
    command += ["--python-version", python, "--python-platform", platform, str(asked)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.slow
@pytest.mark.parametrize("python", [OLDEST, NEWEST])
@pytest.mark.parametrize("platform", ["linux", "windows", "macos", "aarch64-unknown-linux-gnu"])
def test_the_requirements_resolve_where_the_readme_says(platform, python):
    assert f"Python {OLDEST} to {NEWEST}" in README
    for more in ([], ["-c", "tests/constraints.txt"]):
        resolved = compile_for(python, platform, ROOT / "tests/requirements.txt", *more)
        assert resolved.returncode == 0, resolved.stderr


@pytest.mark.slow
@pytest.mark.parametrize("platform", ["x86_64-apple-darwin", "aarch64-pc-windows-msvc", "x86_64-unknown-linux-musl"])
def test_there_is_no_torch_where_the_readme_says_so(platform):
    refused = compile_for("3.12", platform, ROOT / "requirements.txt")
    assert refused.returncode != 0 and "torch" in refused.stderr


@pytest.mark.slow
@pytest.mark.parametrize("python", ["3.10.13", "3.12.12"])
def test_the_requirements_resolve_on_a_space(python, tmp_path):
    """On ZeroGPU's two Pythons, beside what the builder of Spaces adds."""
    gradio = constraints()["gradio"]
    asked = tmp_path / "requirements.txt"
    added = [f"gradio[oauth,mcp]=={gradio}", "uvicorn>=0.14.0", "websockets>=10.4", "spaces"]
    asked.write_text("\n".join([f"-r {ROOT / 'requirements.txt'}", *added]))
    resolved = compile_for(python, "linux", asked)
    assert resolved.returncode == 0, resolved.stderr
    pinned = dict(re.findall(r"^([\w-]+)(?:\[.*\])?==(\S+)", resolved.stdout, re.MULTILINE))
    assert pinned["gradio"] == str(gradio) and "mcp" in pinned
    assert re.match(r"2\.(8|9|10|11)\.", pinned["torch"]), "not of those that ZeroGPU takes"
