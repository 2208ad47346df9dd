"""Trials: the tests of the domain against a mutant, each in a process of its own.

The process that starts them never imports the domain, so a forked child imports the mutant in its
place, and constants of modules and tests are made by it too. The files are never touched.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Iterable, Iterator
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from typing import Final

import hypothesis
import pendulum  # noqa: F401 - Imported here so that no child has to.
import pytest

from tests.mutation.mutants import PACKAGE, Mutant

TESTS: Final = Path(__file__).parents[1] / "domain"
CPU_SECONDS: Final = 20
"""What a trial may compute; the whole of the tests takes three. What needs more runs for ever."""


_OPTIONS: Final = (
    *("-x", "-q", "-p", "no:cacheprovider"),
    # The usual options spread the tests over all cores; here each core has a mutant of its own.
    *("-o", "addopts="),
    # Why a test fails is of no interest, and takes longer to find out than to run it.
    *("--assert=plain", "--tb=no"),
    # Pytest cannot rewrite what this process imported before it.
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)


class _Impostor(MetaPathFinder, InspectLoader):
    """Gives a mutant's source to whoever imports its module."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        return spec_from_loader(fullname, self) if fullname == self._mutant.module else None

    def get_source(self, fullname: str) -> str:
        return self._mutant.source


def survivors(mutants: Iterable[Mutant], jobs: int) -> Iterator[tuple[Mutant, bool]]:
    """Yield each mutant with whether it survived: all tests passed with it in place."""
    running: dict[int, Mutant] = {}
    for mutant in mutants:
        if len(running) >= jobs:
            yield _finished(running)
        running[_start(mutant)] = mutant
    while running:
        yield _finished(running)


def tests_pass() -> bool:
    """Tell whether the tests pass on the domain as it is."""
    _, status = os.waitpid(_start(None), 0)
    return os.waitstatus_to_exitcode(status) == pytest.ExitCode.OK


def _finished(running: dict[int, Mutant]) -> tuple[Mutant, bool]:
    pid, status = os.wait()
    code = os.waitstatus_to_exitcode(status)
    # Killed by tests that fail, by an import that fails, or by the limit of its time.
    known = {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}
    if code >= 0 and code not in known:
        message = f"pytest ended with {code} on {running[pid].name}"
        raise RuntimeError(message)
    return running.pop(pid), code == pytest.ExitCode.OK


def _start(mutant: Mutant | None) -> int:
    if any(name.startswith(PACKAGE) for name in sys.modules):
        raise RuntimeError("The domain is imported already, so a mutant could not take its place.")
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os._exit(_try(mutant))
    return pid


def _try(mutant: Mutant | None) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())
    # Plugins that other libraries bring would take longer than the tests.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    _repeat_the_same_examples()
    if mutant is not None:
        sys.meta_path.insert(0, _Impostor(mutant))
    return int(pytest.main([*_OPTIONS, *map(str, _files(mutant))]))


def _files(mutant: Mutant | None) -> list[Path]:
    """Return the tests, beginning with those that are likeliest to kill the mutant."""
    own = "" if mutant is None else f"test_{mutant.name.module}"
    return sorted(TESTS.glob("test_*.py"), key=lambda path: (path.stem != own, path))


def _repeat_the_same_examples() -> None:
    """Make a verdict depend on the code alone: neither on chance nor on a slow machine."""
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile(
        "mutation", derandomize=True, database=None, deadline=None, phases=phases
    )
    hypothesis.settings.load_profile("mutation")
