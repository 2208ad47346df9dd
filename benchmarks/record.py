"""The figures as a page for people and as JSON for programs, with the machine they are of."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Result

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
    ordered = sorted(found.values(), key=lambda result: result["name"])
    document = {"results": ordered}
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "benchmarks.md").write_text(_page(ordered), encoding="utf-8")


def _machine() -> dict[str, object]:
    return {
        "processors": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in _OF_INTEREST},
    }


_HEAD = """\
# Speed and cost

Written by `python -m benchmarks`. Each figure is the median of pairs: the peer and we take turns in
one process tree on one machine, so that a slower moment strikes both. The spread is of
the ratios of the pairs. `python -m benchmarks NAME --pairs 9` measures one of them again.

| what | ours | peer | ratio | spread | at most | |
|---|---:|---:|---:|---|---:|---|
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
        f"| {result['name']} | {ours} | {peer} | {result['ratio']:.2f} | {spread} "
        f"| {limit} | {kept} |\n"
    )


def _of(machine: dict) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    return (
        f"Measured on {machine['processors']} processors, {machine['system']}, "
        f"Python {machine['python']}: {versions}.\n"
    )
