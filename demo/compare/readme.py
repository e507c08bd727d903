"""What `python -m nets compare` found, as tables in checkpoints/README.md: python -m demo.compare.readme writes them.

The claims' sentences are the page's own, from the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from demo.words import MARK, PLACEHOLDER, look_up, say
from nets.comparison.results import FOLDER, read
from nets.files import write_whole
from nets.places import SHIPPED

README = SHIPPED / "README.md"
COLUMNS = ("contestant", "parameters", "multiply_adds", "milliseconds", "seconds_an_epoch", "seeds", "epochs")
MEASURED = ("accuracy", "far", "drawn")
HEAD = [say(f"compare.ledger.column.{name}") for name in (*COLUMNS, *MEASURED)]
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
    write_whole(README, written(README.read_text("utf-8"), FOLDER).encode())


def written(text: str, folder: Path) -> str:
    """The README's text with both tables as they are in the results: each stands between two comments."""
    for name, table in (("ledger", ledger), ("claims", claims)):
        rows = (read(folder, name) or {"rows": []})["rows"]
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        text = re.sub(f"{begin}.*?{end}", lambda _: f"{begin}{table(rows)}\n{end}", text, flags=re.DOTALL)  # noqa: B023
    return text


def ledger(rows: list[dict[str, Any]]) -> str:
    """The ledger's rows in Markdown."""
    lines = [
        f"| {' | '.join(HEAD)} |",
        f"| --- {'| ---: ' * (len(HEAD) - 1)}|",
    ]
    for row in rows:
        cells = [
            row["contestant"],
            f"{row['parameters']:,}",
            f"{row['multiply_adds']:,}",
            _number(row["milliseconds"], 2),
            _number(row["seconds_an_epoch"], 1),
            str(len(row["seeds"])),
            str(row["epochs"]),
            _share(row["accuracy"], 2),
            _share(row["far"], 1),
            ", ".join(_share(drawn, 1) for drawn in row["drawn"].values()),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def claims(rows: list[dict[str, Any]]) -> str:
    """The claims' rows in Markdown."""
    columns = ("claim", "measured", "verdict", "digits", "seeds", "again")
    head = [say(f"compare.claims.column.{name}") for name in columns]
    lines = [f"| {' | '.join(head)} |", "| --- | --- | --- | ---: | ---: | --- |"]
    for row in rows:
        verdict = say(f"compare.verdict.{row['verdict']}")
        if row["verdict"] == "depends":
            verdict += f": {sentence(row, 'depends').rstrip('.')}"
        digits = f"{row['digits']:,}" if row["digits"] else ""
        told = f"{sentence(row, 'claim')} | {sentence(row, 'measured')}{spread(row)}"
        lines.append(f"| {told} | {verdict} | {digits} | {row['seeds'] or ''} | `{row['command']}` |")
    return "\n".join(lines)


def sentence(row: Mapping[str, Any], part: str) -> str:
    """One of a row's sentences, with its values."""
    return _said(f"compare.claim.{row['key']}.{part}", row["values"])


def _said(key: str, values: Mapping[str, Any]) -> str:
    """A sentence of the catalogue as the page writes it, its terms not marked."""
    plain = MARK.sub(lambda mark: mark[2] or look_up(f"term.{mark[1]}.word"), look_up(key))
    return PLACEHOLDER.sub(
        lambda found: STYLES[found[2]](values[found[1]]) if found[2] else str(values[found[1]]), plain
    )


def spread(row: Mapping[str, Any]) -> str:
    """How far the seeds lie apart, as the page says it (sample in claims.js); nothing where there is one."""
    known = {name: value for name, value in row["spread"].items() if value is not None}
    if not known:
        return ""
    name, largest = max(known.items(), key=lambda item: item[1])
    unit = "loss" if not row["digits"] else "epochs" if name == "epochs" else "points"
    return " " + _said(f"compare.claims.spread.{unit}", {"spread": 100 * largest if unit == "points" else largest})


def _number(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:.{decimals}f}"


def _share(found: Mapping[str, Any], decimals: int) -> str:
    """The mean over the seeds in per cent, and their standard deviation."""
    deviation = "" if found["deviation"] is None else f" ±{100 * found['deviation']:.{decimals}f}"
    return f"{100 * found['mean']:.{decimals}f}{deviation}"


if __name__ == "__main__":
    main()
