"""The tutorials' claims and what was found, as the table in checkpoints/README.md: python -m demo.compare.claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from demo.words import PLACEHOLDER, look_up, say
from nets.comparison.results import FOLDER, read

STYLES: dict[str, Callable[[float], str]] = {  # as in page/words.js
    "count": lambda value: f"{value:,.0f}",
    "share": lambda value: f"{value:.0%}",
    "share1": lambda value: f"{value:.1%}",
    "share2": lambda value: f"{value:.2%}",
    "decimal1": lambda value: f"{value:.1f}",
    "decimal2": lambda value: f"{value:.2f}",
    "decimal3": lambda value: f"{value:.3f}",
}


def main() -> None:
    print(table(read(FOLDER, "claims")["rows"]))


def table(rows: list[dict[str, Any]]) -> str:
    """The rows in Markdown."""
    lines = ["| claim | measured | verdict | digits | seeds | again |", "| --- | --- | --- | ---: | ---: | --- |"]
    for row in rows:
        verdict = say(f"compare.verdict.{row['verdict']}")
        if row["verdict"] == "depends":
            verdict += f": {sentence(row, 'depends').rstrip('.')}"
        digits = f"{row['digits']:,}" if row["digits"] else ""
        again = f"`{row['command']}`"
        told = f"{sentence(row, 'claim')} | {sentence(row, 'measured')}{deviation(row)}"
        lines.append(f"| {told} | {verdict} | {digits} | {row['seeds'] or ''} | {again} |")
    return "\n".join(lines)


def sentence(row: Mapping[str, Any], part: str) -> str:
    """One of a row's sentences, with its values."""
    values = row["values"]
    return PLACEHOLDER.sub(
        lambda found: STYLES[found[2]](values[found[1]]) if found[2] else str(values[found[1]]),
        look_up(f"compare.claim.{row['key']}.{part}"),
    )


def deviation(row: Mapping[str, Any]) -> str:
    """The largest standard deviation over the seeds of the accuracies in a row, in percentage points."""
    known = [value for name, value in row["spread"].items() if value is not None and row["values"].get(name, 2) <= 1]
    return f" (±{100 * max(known):.2f})" if known and row["digits"] else ""


if __name__ == "__main__":
    main()
