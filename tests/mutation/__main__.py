"""Runs the tests of the domain against its mutants: `python -m tests.mutation [MODULE…]`."""

from __future__ import annotations

import argparse
import os
import sys
import time
import tomllib
from collections import Counter

from tests.mutation.modules import JUSTIFIED, MODULES
from tests.mutation.mutants import Name, mutants_of
from tests.mutation.trials import survivors, tests_pass


def justified(modules: list[str]) -> dict[Name, str]:
    """Return why each mutant that is known to survive in some modules changes nothing."""
    entries = tomllib.loads(JUSTIFIED.read_text(encoding="utf-8"))["mutant"]
    known = {Name(**{k: v for k, v in e.items() if k != "because"}): e["because"] for e in entries}
    return {name: because for name, because in known.items() if name.module in modules}


def survived(module: str, jobs: int) -> list[Name]:
    """Try all mutants of a module and print their numbers; return those that survived."""
    started = time.monotonic()
    verdicts = list(survivors(mutants_of(module), jobs))
    counts = Counter(lives for _, lives in verdicts)
    took = time.monotonic() - started
    print(f"{module:14}{len(verdicts):9}{counts[False]:9}{counts[True]:9}{took:9.0f}", flush=True)
    return [mutant.name for mutant, lives in verdicts if lives]


def main() -> int:
    """Return 0 if every survivor is justified and every justification needed, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=", ".join(MODULES))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    modules = options.modules or list(MODULES)
    if not tests_pass():
        print("The tests of the domain fail as it is; run pytest tests/domain first.")
        return 1
    print(f"{'module':14}{'mutants':>9}{'killed':>9}{'survive':>9}{'seconds':>9}", flush=True)
    found = {name for module in modules for name in survived(module, options.jobs)}
    known = justified(modules)
    return _report("Neither killed nor justified", found - known.keys()) | _report(
        "Justified, but killed or no mutant any more", known.keys() - found
    )


def _report(title: str, names: set[Name]) -> int:
    print(f"\n{title}: {len(names)}")
    for name in sorted(names, key=str):
        print(f"  {name}")
    return int(bool(names))


if __name__ == "__main__":
    sys.exit(main())
