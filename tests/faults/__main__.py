"""Tries every fault of docs/testing.md, in its long form: `python -m tests.faults [OPTION…]`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import pytest

_ROOT: Final = Path(__file__).parents[2]
BESIDE: Final = (
    "tests/cli/test_failures.py",
    "tests/domain/test_causes.py",
    "tests/flows/test_unreachable.py",
    "tests/notify/test_services.py",
    "tests/notify/test_smtp.py",
    "tests/notify/test_tls.py",
    "tests/services/test_concurrency.py",
    "tests/services/test_leases.py",
    "tests/services/test_rerouting.py",
    "tests/services/test_restoring.py",
    "tests/services/test_retries.py",
    "tests/services/test_suspicion.py",
)
"""What tries faults within one process, beside the part that has to bear them."""


def main() -> int:
    """Return pytest's exit code; what is given goes on to pytest."""
    files = [str(_ROOT / name) for name in ("tests/faults", *BESIDE)]
    everything = ["-n", "0", "-m", "", "-o", "faulthandler_timeout=0"]
    return int(pytest.main([*everything, *sys.argv[1:], *files]))


if __name__ == "__main__":
    sys.exit(main())
