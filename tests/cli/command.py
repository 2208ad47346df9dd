"""Runs `lsplan` in process, as a person or a program would."""

from __future__ import annotations

import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from lsplan_workflow.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path

DONE, FAILED, WRONG = 0, 1, 2


class Terminal(StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


def let_a_person_look_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have commands print on terminals."""
    monkeypatch.setattr("tests.cli.command.StringIO", Terminal)


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def lsplan(*arguments: str) -> Answer:
    """Run the command line and catch what it prints."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as stopped:
        run(list(arguments))
    assert isinstance(stopped.value.code, int)
    answer = Answer(stopped.value.code, out.getvalue(), err.getvalue())
    assert "Traceback" not in answer.out + answer.err
    return answer


@dataclass(frozen=True)
class Place:
    """A configuration folder and a folder of data, and commands on them."""

    config: Path
    var: Path

    def __call__(self, *arguments: str, at: str | None = None) -> Answer:
        instant = () if at is None else ("--at", at)
        folders = ("--config", str(self.config), "--var", str(self.var))
        return lsplan(*folders, *instant, *arguments)

    def done(self, *arguments: str, at: str | None = None) -> Answer:
        """Run a command that must succeed."""
        answer = self(*arguments, at=at)
        assert answer.code == DONE, answer.err
        return answer

    def json(self, *arguments: str, at: str | None = None) -> Any:
        """Run a command that must succeed and return the JSON that it prints."""
        return self.done(*arguments, "--json", at=at).json
