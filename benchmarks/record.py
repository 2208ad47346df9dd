"""The figures as a page for people and as JSON for programs, with the machine they are of."""

from __future__ import annotations

import json
import os
import platform
import re
import sqlite3
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.opening import OPENING_FOR, SIZES
from benchmarks.plot import drawn
from lsplan_workflow.clock import SystemClock
from tests.store.postgres import newest_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.measure import Result

_PICTURE = "pictures/opening.svg"
_SHOWN = f"\n![How long opening takes by the number of agencies]({_PICTURE})\n"
_OF_INTEREST = ("lsplan", "sqlmodel", "sqlalchemy", "prefect", "apprise", "jinja2", "typer")


def write(results: Sequence[Result], folder: Path) -> None:
    """Write `benchmarks.json` and `benchmarks.md` into a folder.

    What was not measured this time is kept as it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "benchmarks.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {"results": []}
    found = {result["name"]: result for result in known["results"]}
    for result in results:
        said = {"ratio": result.ratio, "kept": result.kept, "machine": _machine()}
        found[result.name] = asdict(result) | said
    ordered = sorted(found.values(), key=lambda result: _order(result["name"]))
    document = {"results": ordered}
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    page = _page(ordered)
    if all(OPENING_FOR.format(size) in found for size in SIZES):
        page += _SHOWN
        picture = folder / _PICTURE
        picture.parent.mkdir(exist_ok=True)
        picture.write_text(_opening(found), encoding="utf-8")
    (folder / "benchmarks.md").write_text(page, encoding="utf-8")


def _order(name: str) -> str:
    """Return what sorts names as people would: their numbers by size."""
    return re.sub(r"\d[\d,]*", lambda number: number[0].replace(",", "").zfill(9), name)


def _opening(found: Mapping[str, dict]) -> str:
    measured = [found[OPENING_FOR.format(size)] for size in SIZES]
    lines = {"ours": "a pass of ours", "peer": "a bare insert of the same rows"}
    drawing = {said: [median(m[key]) for m in measured] for key, said in lines.items()}
    return drawn(SIZES, drawing)


def _machine() -> dict[str, object]:
    return {
        "on": f"{SystemClock().now():%d/%m/%Y}",
        "processor": _processor(),
        "processors": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in _OF_INTEREST} | _databases(),
    }


def _databases() -> dict[str, str]:
    postgres = newest_version()
    found = {"SQLite": sqlite3.sqlite_version}
    return found if postgres is None else found | {"PostgreSQL": postgres}


def _processor() -> str:
    """Return the model of the processor as Linux names it."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


_HEAD = """\
# Speed and cost

Written by `python -m benchmarks`. Each figure is the median of pairs: the peer and we take turns in
one process tree on one machine, so that a slower moment strikes both. The spread is of
the ratios of the pairs. `python -m benchmarks NAME --pairs 9` measures one of them again.

| what | pairs | ours | peer | ratio | spread | at most | |
|---|---:|---:|---:|---:|---|---:|---|
"""


def _page(results: Sequence[dict[str, object]]) -> str:
    rows = "".join(_row(result) for result in results)
    described = "".join(
        f"- **{r['name']}**: {r['ours_is']}, beside {r['peer_is']}.\n" for r in results
    )
    machines = {json.dumps(r["machine"], sort_keys=True): r["machine"] for r in results}
    return f"{_HEAD}{rows}\n{described}\n{''.join(map(_of, machines.values()))}"


def _row(result: dict) -> str:
    ratios = [o / p for o, p in zip(result["ours"], result["peer"], strict=True)]
    limit = "" if result["limit"] is None else f"{result['limit']:.2f}"
    kept = {None: "for the record", True: "kept", False: "**missed**"}[result["kept"]]
    ours, peer = (f"{median(result[key]):.3f} {result['unit']}" for key in ("ours", "peer"))
    spread = f"{min(ratios):.2f}–{max(ratios):.2f}"
    return (
        f"| {result['name']} | {len(ratios)} | {ours} | {peer} | {result['ratio']:.2f} | {spread} "
        f"| {limit} | {kept} |\n"
    )


def _of(machine: dict) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    # Figures of former runs, which are kept until they are measured again, may say less.
    on = f"on {machine['on']} " if "on" in machine else ""
    model = f" ({machine['processor']})" if "processor" in machine else ""
    return (
        f"Measured {on}on {machine['processors']} processors{model}, {machine['system']}, "
        f"Python {machine['python']}: {versions}.\n"
    )
