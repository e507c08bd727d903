#!/usr/bin/env python3
"""Known vulnerabilities in a folder of installed packages: `python3 .ci/audit.py FOLDER`.

pip-audit finds them, in an environment of its own. Exit status 0: audited and clean, or with findings that no release
mends yet, or the database could not be reached, which is said. 1: a release mends what was found. 2: pip-audit did not
work. `--report FILE` reads what pip-audit wrote before.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ACCEPTED: dict[str, str] = {}  # vulnerability -> why it does not matter here, or why its release cannot be taken
UNREACHABLE = ("connection", "resolve", "timed out", "no answer within", "no matching distribution", "unreachable")


def judge(report: dict) -> tuple[int, list[str]]:
    """What a report of `pip-audit --format json` means: exit status and sentences."""
    packages = report["dependencies"]
    audited = [package for package in packages if "skip_reason" not in package]
    if not audited:
        reasons = sorted({package["skip_reason"] for package in packages})
        return 0, [f"NOT AUDITED: none of {len(packages)} packages was found in the database.", *reasons[:1]]
    said, status = [], 0
    for package in audited:
        for finding in package["vulns"]:
            names = {finding["id"], *finding.get("aliases", [])}
            line = f"{package['name']} {package['version']}: {finding['id']}"
            if reasons := [why for name, why in ACCEPTED.items() if name in names]:
                said.append(f"{line}, accepted: {reasons[0]}")
            elif finding["fix_versions"]:
                said.append(f"{line}, mended in {', '.join(finding['fix_versions'])}")
                status = 1
            else:
                said.append(f"{line}, which no release mends yet")
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if unknown:
        said.append(f"Not in the database, so not audited: {', '.join(unknown)}.")
    said.append(f"{len(audited)} of {len(packages)} packages audited: {'VULNERABLE' if status else 'clean'}.")
    return status, said


def ask(folder: str) -> dict:
    """Run pip-audit over the folder. Raises RuntimeError where it gives no report."""
    with tempfile.TemporaryDirectory() as work:
        venv.create(work, with_pip=True)
        python = Path(work, "bin", "python")
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pip-audit>=2.7,<3"]
        audit = [python, "-m", "pip_audit", "--progress-spinner", "off", "--format", "json", "--path", folder]
        for command in (install, audit):
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=300)
            except subprocess.TimeoutExpired as error:
                raise RuntimeError(f"no answer within {error.timeout:.0f} seconds") from None
            if done.returncode and not done.stdout.startswith("{"):
                raise RuntimeError(done.stderr.strip()[-2000:])
        return json.loads(done.stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", help="a folder site-packages")
    parser.add_argument("--report", type=Path, metavar="FILE", help="judge this report of pip-audit instead")
    options = parser.parse_args()
    if bool(options.folder) == bool(options.report):
        parser.error("name a folder or a report")
    try:
        report = json.loads(options.report.read_text("utf-8")) if options.report else ask(options.folder)
    except (RuntimeError, subprocess.CalledProcessError) as error:
        unreachable = any(word in str(error).lower() for word in UNREACHABLE)
        print(f"{'NOT AUDITED: no network' if unreachable else 'pip-audit did not work'}: {error}")
        return 0 if unreachable else 2
    status, said = judge(report)
    print(*said, sep="\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
