""".ci/audit.py on reports as pip-audit writes them: what makes it fail, and what it says instead of `clean`."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.support import ROOT

CLEAN = {"name": "anyio", "version": "4.16.0", "vulns": []}
SKIPPED = {"name": "duel", "skip_reason": "Dependency not found on PyPI and could not be audited: duel (1.0)"}
MENDED = {
    "name": "pillow",
    "version": "10.1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["10.2.0"], "aliases": ["CVE-1"], "description": "Runs anything."}],
}
OPEN = {"name": "torch", "version": "2.11.0", "vulns": [{"id": "PYSEC-2", "fix_versions": [], "aliases": []}]}


@pytest.mark.parametrize(
    ("packages", "status", "said"),
    [
        ([CLEAN], 0, ["1 of 1 packages audited: clean."]),
        ([CLEAN, SKIPPED], 0, ["not audited: duel", "1 of 2 packages audited: clean."]),
        ([SKIPPED], 0, ["NOT AUDITED", "could not be audited"]),
        ([CLEAN, MENDED], 1, ["pillow 10.1.0: PYSEC-1, mended in 10.2.0", "VULNERABLE"]),
        ([OPEN, CLEAN], 0, ["torch 2.11.0: PYSEC-2, which no release mends yet", "clean"]),
        ([OPEN, MENDED, SKIPPED], 1, ["PYSEC-1", "PYSEC-2", "2 of 3 packages audited: VULNERABLE"]),
    ],
)
def test_the_audit_fails_where_a_release_mends_what_was_found(packages, status, said, tmp_path):
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"dependencies": packages, "fixes": []}))
    command = [sys.executable, ROOT / ".ci/audit.py", "--report", report]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (status, "")
    for words in said:
        assert words in done.stdout
    if "NOT AUDITED" in said:
        assert "clean" not in done.stdout


def run_audit(answer: str, tmp_path) -> subprocess.CompletedProcess[str]:
    """The audit of an empty folder, where pip fails with this on stderr."""
    program = f"""
import runpy, subprocess, sys, venv
venv.create = lambda *_, **__: None
subprocess.run = lambda command, **_: subprocess.CompletedProcess(command, 1, "", {answer!r})
sys.argv = ["audit.py", {str(tmp_path)!r}]
runpy.run_path({str(ROOT / ".ci/audit.py")!r}, run_name="__main__")
"""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


def test_no_network_is_said_and_is_no_failure(tmp_path):
    done = run_audit("ERROR: No matching distribution found for pip-audit", tmp_path)
    assert done.returncode == 0 and done.stdout.startswith("NOT AUDITED: no network"), done.stderr


def test_an_audit_that_does_not_work_fails(tmp_path):
    done = run_audit("SyntaxError: invalid syntax", tmp_path)
    assert done.returncode == 2 and "did not work" in done.stdout, done.stderr
