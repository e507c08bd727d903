"""Who may import whom: nets knows no page, and within the page imports run one way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT, SOURCES, imports, module

NETS = [path for path in SOURCES if path.parts[0] == "nets"]
DEMO = [path for path in SOURCES if path.parts[0] != "nets"]

# A module may import those of a lower level; the plain ones at level 1 may import each other. A part of the page is a
# folder of demo with a layout, which gradio sees, and answers, which know no gradio; parts do not import each other.
LEVELS = {
    "nets": 0,
    "demo": 1,
    "demo.training": 2,
    "demo.networks": 3,
    "demo.runs": 4,
    "demo.visitor": 5,
    "demo.visitors": 6,
    "demo.server": 7,
    "demo.page": 8,
    "demo.reader": 8,
    "demo.link": 8,
    "demo.figures": 8,
    "demo.pad": 9,
    "demo.preparation": 9,
    "demo.inside": 9,
    "demo.retrain": 9,
    "demo.about": 9,
    "demo.compare": 9,
    "demo.lessons": 9,
    "demo.interface": 10,
    "app": 11,
}
LONGEST = 350  # lines


def layer(name: str) -> str:
    """The entry of LEVELS that a module belongs to: the longest that its name starts with."""
    return max((known for known in LEVELS if f"{name}.".startswith(f"{known}.")), key=len, default="")


def test_nets_pulls_in_no_page():
    """A child process imports one module of nets after the other and says what each has brought along."""
    names = [module(path) for path in NETS if path.name != "__main__.py"] + ["nets.__main__"]
    code = f"""
import importlib, sys
for name in {names}:
    importlib.import_module(name)
    print(name, *{{"gradio", "pandas", "matplotlib", "demo", "app"}} & set(sys.modules))
"""
    child = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert child.stdout.splitlines() == names


@pytest.mark.parametrize("path", NETS, ids=str)
def test_nets_imports_only_nets(path):
    ours = {name.split(".")[0] for name in imports(path)} & {"nets", "demo", "app", "tests"}
    assert ours <= {"nets"}
    assert not {name.split(".")[0] for name in imports(path)} & {"gradio", "pandas"}
    assert "matplotlib.pyplot" not in imports(path), "it keeps every figure that it makes"


@pytest.mark.parametrize("path", DEMO, ids=str)
def test_imports_run_one_way(path):
    mine = layer(module(path))
    for name in imports(path):
        theirs = layer(name)
        if not theirs or name in (module(path), "demo"):
            continue
        within = mine == theirs and module(path).split(".")[:2] == name.split(".")[:2]
        plain = LEVELS[theirs] == LEVELS[mine] == 1
        assert LEVELS[theirs] < LEVELS[mine] or within or plain, f"{module(path)} imports {name}"


def test_imports_make_no_circle():
    modules = {module(path): path for path in SOURCES}
    graph = {name: (imports(path) & modules.keys()) - {name} for name, path in modules.items()}
    while leaves := [name for name, needed in graph.items() if not needed]:
        for leaf in leaves:
            del graph[leaf]
        for needed in graph.values():
            needed.difference_update(leaves)
    assert not graph, f"these import each other: {graph}"


@pytest.mark.parametrize("path", DEMO, ids=str)
def test_gradio_lives_where_it_should(path):
    plain = path.parts[:2] == ("demo", "training") or path.stem == "answers" or layer(module(path)) in ("demo",)
    if plain:
        assert not any(name.split(".")[0] == "gradio" for name in imports(path))


def test_every_file_can_be_read_at_one_sitting():
    listing = [path for folder in ("nets", "demo") for path in ROOT.glob(f"{folder}/**/*") if path.is_file()]
    long = {
        path.relative_to(ROOT).as_posix()
        for path in listing
        if path.suffix in (".py", ".js", ".css") and len(path.read_text("utf-8").splitlines()) > LONGEST
    }
    assert not long


def test_no_test_imports_from_another():
    """What several tests need is in support.py or conftest.py."""
    for path in (ROOT / "tests").rglob("*.py"):
        others = {name for name in imports(path.relative_to(ROOT)) if name.split(".")[-1].startswith("test_")}
        assert not others, f"{path.relative_to(ROOT)} imports from {others}"


def test_no_vague_names():
    names = {path.stem for path in SOURCES}
    assert not names & {"utils", "helpers", "common", "misc"}
    assert not names & (set(sys.stdlib_module_names) - {"__init__", "__main__"})


def test_these_rules_bite():
    """The functions above on imports that are there."""
    assert layer("demo.about.layout") == "demo.about" and layer("demo.visitors") == "demo.visitors"
    assert layer("torch.nn") == "" and layer("demo.samples") == "demo"
    assert {"nets.files", "torch", "torchvision.datasets"} <= imports(Path("nets/data.py"))
    assert module(Path("demo/about/__init__.py")) == "demo.about"


def test_the_benchmarks_can_be_imported():
    """CI runs none of them: they take long, and want a machine of their own."""
    names = [module(path.relative_to(ROOT)) for path in sorted((ROOT / "tests/bench").glob("*.py"))]
    code = f"import importlib\nfor name in {names}:\n    importlib.import_module(name)\n    print(name)"
    child = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert child.stdout.splitlines() == names, child.stderr
