"""`python -m benchmarks`: measure all, or what is named, and write the figures down."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path

from benchmarks.record import write

NAMES = ("commands", "mail", "passes", "opening", "daily_flow")
_DOCS = Path(__file__).parents[1] / "docs"


def main() -> None:
    """Measure, print each figure as it comes, and write `docs/benchmarks.md` and `.json`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"which to measure, of {', '.join(NAMES)}")
    parser.add_argument("--pairs", type=int, default=5, help="pairs of runs of each (5)")
    parser.add_argument("--into", type=Path, default=_DOCS, help="where to write the figures")
    given = parser.parse_args()
    unknown = sorted(set(given.names) - set(NAMES))
    if unknown:
        parser.error(f"{', '.join(unknown)}: expected {', '.join(NAMES)}")
    found = []
    for name in given.names or NAMES:
        for result in import_module(f"benchmarks.{name}").results(given.pairs):
            said = "" if result.kept is None else (" kept" if result.kept else " MISSED")
            print(f"{result.name}: {result.ratio:.2f}{said}", flush=True)
            found.append(result)
    write(found, given.into)


if __name__ == "__main__":
    main()
